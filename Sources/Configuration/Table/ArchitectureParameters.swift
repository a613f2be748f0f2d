extension ParameterTable {
  static let architecture: [Parameter] = [
    Parameter(
      "architecture.backbone_dtype", .choice(ExperimentConfiguration.BackboneDtype.allNames + ["int8", "int4"]),
      default: "float32", tutorial: "float16",
      support: .actsFor(ExperimentConfiguration.BackboneDtype.allNames.map { .string($0) }),
      english:
        "The number type the frozen weights are held in. Smaller types need less memory and are less exact.",
      japanese: "固定された重みを保持する数値の型です。小さい型ほどメモリを節約できますが、精度は下がります。"),
    Parameter(
      "architecture.pretrained", .bool, default: true,
      english: "True starts from the backbone's trained weights. False starts from random ones "
        + "and needs far more data and time.",
      japanese: "true なら学習済みの重みから始めます。false なら乱数の重みから始めるので、はるかに多くのデータと時間が必要です。"),
    Parameter(
      "architecture.gradient_checkpointing", .bool, default: false,
      english:
        "Compute parts of the model twice instead of remembering them: less memory, more time, the same result.",
      japanese: "途中の計算結果を覚えず再計算します。時間は増えますがメモリが減り、結果は変わりません。"),
    Parameter(
      "architecture.force_embedding_gradients", .bool, default: false, support: .onlyDefault,
      english: "Also train the table of token embeddings along with the adapter, for example for new words.",
      japanese: "アダプターと一緒にトークンの埋め込み表も学習します。新しい語を教えたいときなどに使います。"),
    Parameter(
      "architecture.intermediate_dropout", .number(.from(0, below: 1)), default: 0.0,
      english:
        "The share of values inside the model set to zero at random while training, against over-fitting. "
        + "0 means none, whatever the backbone's own file says.",
      japanese: "学習中にモデル内部の値を無作為に 0 にする割合で、過学習を抑えます。0 なら、元モデルの設定に関わらず使いません。"),
    Parameter(
      "architecture.pretrained_weights", .text, default: "", support: .onlyDefault,
      english: "An earlier experiment's adapter, or an adapter directory of PEFT, to continue from.",
      japanese: "続きから学習するときの、以前の実験または PEFT 形式のアダプターです。"),
  ]
}

extension ParameterTable {
  static let optimization: [Parameter] = [
    Parameter(
      "training.loss_function",
      .choice(
        ExperimentConfiguration.LossFunction.allNames, aliases: ["CrossEntropy": "TokenAveragedCrossEntropy"]),
      default: "TokenAveragedCrossEntropy",
      english: "What the training makes small. Token-averaged: every answer token counts the same. "
        + "Sample-averaged: every row counts the same, however long.",
      japanese: "学習で小さくしていく量です。TokenAveraged は全トークンを、SampleAveraged は全行を同じ重みで数えます。"),
    Parameter(
      "training.optimizer", .choice(ExperimentConfiguration.Optimizer.allNames), default: "AdamW",
      english: "The method that turns gradients into changes of the weights. AdamW is the usual choice.",
      japanese: "勾配から重みの変化を決める方法です。通常は AdamW を使います。"),
    Parameter(
      "training.optimizer_beta1", .number(.from(0, below: 1)), default: 0.9,
      english: "How slowly the running mean of the gradients forgets, in AdamW, Adam and AdamW8bit. Rarely changed.",
      japanese: "AdamW、Adam、AdamW8bit が勾配の移動平均を忘れる遅さです。変えることはほとんどありません。"),
    Parameter(
      "training.optimizer_beta2", .number(.from(0, below: 1)), default: 0.999,
      english:
        "How slowly the running mean of the squared gradients forgets, in AdamW, Adam and AdamW8bit. Rarely changed.",
      japanese: "AdamW、Adam、AdamW8bit が勾配の二乗の移動平均を忘れる遅さです。変えることはほとんどありません。"),
    Parameter(
      "training.optimizer_epsilon", .number(.above(0)), default: 1e-8,
      english: "A tiny number that keeps AdamW, Adam and AdamW8bit from dividing by zero. Rarely changed.",
      japanese: "AdamW、Adam、AdamW8bit で 0 による割り算を防ぐための小さな数です。変えることはほとんどありません。"),
    Parameter(
      "training.learning_rate", .number(.above(0)), default: 0.00015,
      english:
        "How big each learning step is. Too big and the loss jumps or grows, too small and little is learned. "
        + "With LoRA, 0.0001 to 0.001 are good first tries.",
      japanese: "一回の更新の大きさです。大きすぎると損失が暴れ、小さすぎるとほとんど学べません。LoRA では 0.0001〜0.001 から試します。"),
    Parameter(
      "training.differential_learning_rate", .number(.above(0)), default: 0.00001,
      english: "Another learning rate for the layers named in differential_learning_rate_layers.",
      japanese: "differential_learning_rate_layers で指定した層だけに使う、別の学習率です。"),
    Parameter(
      "training.differential_learning_rate_layers", .texts(minimumCount: 0), default: [],
      english:
        "Parts of parameter names; the parameters that contain one learn at differential_learning_rate.",
      japanese: "パラメータ名の一部です。これを含むものは differential_learning_rate で学習します。"),
    Parameter(
      "training.batch_size", .integer(1...1_000_000), default: 4,
      english: "How many rows are worked on at once. Bigger batches give steadier steps, need more memory "
        + "and make fewer steps an epoch.",
      japanese: "一度に処理する行数です。大きいほど更新が安定しますが、メモリが増え、一周あたりの更新回数は減ります。"),
    Parameter(
      "training.drop_last_batch", .bool, default: true,
      english:
        "Leave out an incomplete batch at the end of each epoch. Rows are shuffled every epoch, so no row is left out for ever.",
      japanese: "各周の最後に余った半端なバッチを使いません。行は毎周並べ替えるので、同じ行がずっと外れることはありません。"),
    Parameter(
      "training.grad_accumulation", .integer(1...1_000_000), default: 1,
      english:
        "Work on this many batches before each update. It gives the result of a bigger batch without its memory.",
      japanese: "この数のバッチをまとめて一回更新します。メモリを増やさずに大きなバッチと同じ結果になります。"),
    Parameter(
      "training.weight_decay", .number(.atLeast(0)), default: 0.0,
      english:
        "Pull the trained weights a little towards zero at every step, against over-fitting. 0 is off; 0.01 is usual.",
      japanese: "更新のたびに重みを少し 0 に近づけ、過学習を抑えます。0 で無効、よく使われる値は 0.01 です。"),
    Parameter(
      "training.gradient_clip", .number(.atLeast(0)), default: 0.0,
      english:
        "Shrink a step whose gradients are longer than this, so that one odd batch does no harm. 0 is off; 1 is usual.",
      japanese: "勾配全体の長さがこの値を超えたら縮め、外れたバッチの害を防ぎます。0 で無効、よく使われる値は 1 です。"),
    Parameter(
      "training.train_validation_data", .bool, default: false,
      english: "Also learn from the validation rows. Their scores then say nothing about unseen text.",
      japanese: "測定用の行も学習に使います。その場合、点数は未知の文への性能を表しません。"),
  ]
}

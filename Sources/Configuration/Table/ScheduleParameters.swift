extension ParameterTable {
  static let schedule: [Parameter] = [
    Parameter(
      "training.epochs", .integer(0...1_000_000), default: 1, tutorial: 50,
      english:
        "How often the training goes through all rows. 0 only evaluates. Too many and the model learns the rows by heart.",
      japanese: "全ての行を何周学習するかです。0 なら評価だけ行います。多すぎると例を丸暗記してしまいます。"),
    Parameter(
      "training.schedule", .choice(ExperimentConfiguration.Schedule.allNames), default: "Cosine",
      english:
        "How the learning rate goes down during training: along a cosine, along a line, or not at all.",
      japanese: "学習率の下げ方です。Cosine は余弦曲線、Linear は直線に沿って下げ、Constant は下げません。"),
    Parameter(
      "training.warmup_epochs", .number(.atLeast(0)), default: 0.0,
      english:
        "Raise the learning rate from zero over this many epochs at the beginning. 0 starts at the full rate.",
      japanese: "最初のこの周数をかけて学習率を 0 から上げます。0 なら最初から本来の学習率です。"),
    Parameter(
      "training.min_learning_rate_ratio", .number(.from(0, through: 1)), default: 0.0,
      english: "The schedule never goes below this share of learning_rate.",
      japanese: "学習率は、learning_rate にこの割合を掛けた値より下がりません。"),
    Parameter(
      "training.evaluation_epochs", .number(.above(0)), default: 1.0,
      english: "Evaluate every that many epochs; 0.5 is twice an epoch. The end is always evaluated.",
      japanese: "何周ごとに評価するかです。0.5 なら一周に二回です。最後には必ず評価します。"),
    Parameter(
      "training.evaluate_before_training", .bool, default: false,
      english: "Evaluate the untouched backbone first, to see what the training changed.",
      japanese: "学習前のモデルをまず評価し、学習で何が変わったかを分かるようにします。"),
    Parameter(
      "training.save_best_checkpoint", .bool, default: false,
      english: "Keep the weights of the best evaluation instead of the last.",
      japanese: "最後ではなく、評価が最も良かった時点の重みを残します。"),
    Parameter(
      "training.early_stopping_patience", .integer(0...1_000_000), default: 0,
      english: "Stop after this many evaluations without improvement. 0 never stops early.",
      japanese: "この回数の評価で改善がなければ学習を打ち切ります。0 なら打ち切りません。"),
    Parameter(
      "training.checkpoint_seconds", .integer(0...1_000_000_000), default: 300,
      english: "Save the state for resuming every that many seconds. 0 means not by time.",
      japanese: "この秒数ごとに、再開用の状態を保存します。0 なら時間では保存しません。"),
    Parameter(
      "training.checkpoint_steps", .integer(0...1_000_000_000), default: 0,
      english: "Save the state for resuming every that many steps. 0 means not by steps.",
      japanese: "この更新回数ごとに、再開用の状態を保存します。0 なら回数では保存しません。"),
  ]
}

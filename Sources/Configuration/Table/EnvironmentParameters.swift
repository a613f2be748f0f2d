extension ParameterTable {
  static let environment: [Parameter] = [
    Parameter(
      "environment.mixed_precision", .bool, default: false, tutorial: true,
      english:
        "Compute the large matrix products in 16-bit numbers, where the processor can: faster, slightly less exact.",
      japanese: "対応する CPU で、大きな行列積を 16 ビットで計算します。速くなりますが、わずかに精度が下がります。"),
    Parameter(
      "environment.number_of_workers", .integer(0...1_024), default: 4,
      english: "How many threads prepare the data. It changes the speed, never a result.",
      japanese: "データを準備するスレッドの数です。速さだけが変わり、結果は変わりません。"),
    Parameter(
      "environment.seed", .integer(-1...largestSeed), default: 1,
      english:
        "The number all randomness of a run comes from: the same seed gives the same result, to the byte. "
        + "-1 draws one and records it.",
      japanese: "実験の全ての乱数の元になる数です。同じ種なら結果は 1 バイトも違いません。-1 なら自動で選んで記録します。"),
    Parameter(
      "environment.huggingface_branch", .text, default: "main",
      english:
        "The branch, tag or commit of a model of the hub: what 'kiseki model fetch' downloads, and what a run looks for "
        + "in the cache.",
      japanese: "ハブのモデルのブランチ、タグ、またはコミットです。kiseki model fetch がこれを取得し、実行時はキャッシュからこれを探します。"),
  ]
}

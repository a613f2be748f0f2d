extension ParameterTable {
  static let adapter: [Parameter] = [
    Parameter(
      "training.lora", .bool, default: true,
      english: "Train small added matrices (LoRA) and leave the backbone as it is. "
        + "False trains every weight, which needs much more memory.",
      japanese: "元のモデルは固定し、追加した小さな行列（LoRA）だけを学習します。false なら全ての重みを学習し、メモリが大きく増えます。"),
    Parameter(
      "training.lora_r", .integer(1...65_536), default: 4,
      english: "The rank of the added matrices: how much they can express. Try 4, 8 and 16; "
        + "more is slower and can over-fit.",
      japanese: "追加する行列のランクで、表現力を決めます。まず 4、8、16 を試します。大きいほど遅く、過学習しやすくなります。"),
    Parameter(
      "training.lora_alpha", .integer(1...1_000_000), default: 16,
      english: "The strength of the adapter: its output is multiplied by lora_alpha / lora_r. "
        + "Twice the rank is a good start.",
      japanese: "アダプターの強さです。出力に lora_alpha / lora_r が掛かります。ランクの 2 倍がよい出発点です。"),
    Parameter(
      "training.lora_dropout", .number(.from(0, below: 1)), default: 0.05,
      english:
        "The share of the adapter's inputs set to zero at random while training, against over-fitting.",
      japanese: "学習中にアダプターへの入力を無作為に 0 にする割合です。過学習を抑えます。"),
    Parameter(
      "training.use_rslora", .bool, default: false,
      english: "Multiply by lora_alpha / sqrt(lora_r) instead, so that high ranks keep their effect.",
      japanese: "倍率を lora_alpha / √lora_r に変え、大きなランクでも効果が弱まらないようにします。"),
    Parameter(
      "training.use_dora", .bool, default: false,
      english:
        "Learn direction and size of the weights separately (DoRA). Sometimes better than LoRA, and slower.",
      japanese: "重みの向きと大きさを分けて学びます（DoRA）。LoRA より良くなることもありますが、遅くなります。"),
    Parameter(
      "training.lora_target_modules", .text, default: "",
      english:
        "The layers that get an adapter, as names separated by commas. Empty means the usual ones of the model family; "
        + "all-linear means every linear layer but the output head.",
      japanese: "アダプターを付ける層の名前をコンマ区切りで並べます。空ならモデルごとの標準の層、all-linear なら出力層以外の全ての線形層です。"),
  ]
}

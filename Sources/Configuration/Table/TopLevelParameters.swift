extension ParameterTable {
  static let topLevel: [Parameter] = [
    Parameter(
      "experiment_name", .text, default: "",
      english: "The name under which the run is kept, as a directory in experiments/ and in git. "
        + "Left empty, two words are drawn.",
      japanese: "実験の名前です。experiments/ の下のフォルダ名と git での名前になります。空なら二つの単語から自動で付けます。"),
    Parameter(
      "llm_backbone", .backbone, default: "",
      tutorial: "line-corporation/japanese-large-lm-1.7b-instruction-sft",
      english:
        "The language model to start from: a directory in Hugging Face layout, or the id of a model on the hub. "
        + "Its own weights stay as they are when LoRA is used.",
      japanese: "出発点となる言語モデルです。Hugging Face 形式のフォルダか、ハブ上のモデル ID を指定します。"
        + "LoRA を使う場合、このモデル自身の重みは変わりません。"),
    Parameter(
      "output_directory", .path, default: "",
      english: "The folder the run's directory is made in, with a link to it in experiments/. "
        + "Empty means experiments/ itself.",
      japanese: "実験のフォルダを作る場所です。experiments/ にはそこへのリンクができます。空なら experiments/ の下に直接作ります。"),
  ]
}

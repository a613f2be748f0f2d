extension ParameterTable {
  static let dataset: [Parameter] = datasetFiles + datasetColumns + datasetMarkers

  private static let datasetFiles: [Parameter] = [
    Parameter(
      "dataset.train_dataframe", .path, default: "",
      english: "The table of examples to learn from, one example a row (CSV, TSV, JSON or JSON Lines).",
      japanese: "学習に使う例の表（CSV、TSV、JSON、JSON Lines）です。一行が一つの例になります。"),
    Parameter(
      "dataset.validation_strategy", .choice(ExperimentConfiguration.ValidationStrategy.allNames),
      default: "automatic",
      english: "Where the rows for measuring come from: automatic sets some training rows aside, "
        + "custom reads validation_dataframe. Rows used for measuring are not "
        + "learned from, unless train_validation_data is true.",
      japanese: "性能を測るための行をどこから取るかです。automatic は学習データの一部を取り分け、"
        + "custom は validation_dataframe を読みます。測定用の行は、"
        + "train_validation_data が true でない限り学習に使いません。"),
    Parameter(
      "dataset.validation_dataframe", .path, default: "",
      english: "The table to measure on when validation_strategy is custom.",
      japanese: "validation_strategy が custom のときに、性能の測定に使う表です。"),
    Parameter(
      "dataset.test_dataframe", .path, default: "",
      english: "An optional third table, scored once at the end and never used to choose between settings. "
        + "It gives the honest final number.",
      japanese: "任意の三つ目の表です。最後に一度だけ採点し、設定を選ぶためには使いません。公正な最終結果になります。"),
    Parameter(
      "dataset.validation_size", .number(.between(0, 1)), default: 0.01,
      english: "The share of training rows set aside by the automatic strategy, rounded up to whole rows. "
        + "More rows give a steadier score and leave fewer to learn from.",
      japanese: "automatic のときに測定用へ取り分ける行の割合です（端数は切り上げ）。"
        + "多いほど点数は安定しますが、学習に使える行が減ります。"),
    Parameter(
      "dataset.split_seed", .integer(0...largestSeed), default: 1337,
      english:
        "The random seed of the automatic split. It is separate from environment.seed, so that experiments "
        + "with different seeds are measured on the same rows.",
      japanese: "自動分割に使う乱数の種です。environment.seed とは別なので、種の違う実験も同じ行で比べられます。"),
    Parameter(
      "dataset.data_sample", .number(.above(0, through: 1)), default: 1.0,
      english: "Keep only this random share of the rows, for a quick first try. 1 keeps all.",
      japanese: "行をこの割合だけ無作為に残します。手早く試すときに使います。1 なら全部使います。"),
    Parameter(
      "dataset.data_sample_choice", .choices(ExperimentConfiguration.DataSampleChoice.allNames),
      default: ["Train", "Validation"],
      english: "Which sides data_sample applies to: the training rows, the validation rows, or both.",
      japanese: "data_sample を適用する側です。学習用（Train）、測定用（Validation）、またはその両方を選びます。"),
  ]

  private static let datasetColumns: [Parameter] = [
    Parameter(
      "dataset.system_column", .optionalText, default: nil,
      english:
        "The column with a system text, which tells the model how to behave. Unset means there is none.",
      japanese: "モデルの振る舞いを指示するシステム文の列です。指定しなければ使いません。"),
    Parameter(
      "dataset.prompt_column", .texts(minimumCount: 1), default: ["instruction"],
      english: "The column with the question or instruction. Several columns are joined in the order given.",
      japanese: "質問や指示が入っている列です。複数を指定すると、その順につなげます。"),
    Parameter(
      "dataset.prompt_column_separator", .marker, default: "\n\n", tutorial: "  ",
      english: "The text between the columns when prompt_column names several.",
      japanese: "prompt_column が複数あるときに、列の間に入れる文字列です。"),
    Parameter(
      "dataset.answer_column", .text, default: "output",
      english:
        "The column with the answer the model shall learn to give. Rows without an answer are dropped and counted.",
      japanese: "モデルに学ばせたい答えの列です。答えのない行は除かれ、その数が表示されます。"),
    Parameter(
      "dataset.parent_id_column", .optionalText, default: nil,
      english:
        "For conversations: the column that names the row this one continues. Earlier turns are put in front.",
      japanese: "会話データ用です。この行がどの行の続きかを示す列で、前の発話が先頭に付きます。"),
    Parameter(
      "dataset.id_column", .optionalText, default: nil,
      english: "For conversations: the column with each row's own id, which parent_id_column refers to.",
      japanese: "会話データ用です。各行の ID の列で、parent_id_column から参照されます。"),
    Parameter(
      "dataset.limit_chained_samples", .bool, default: false,
      english: "For conversations: learn only from whole conversations, not from every beginning of one.",
      japanese: "会話データ用です。途中までの会話は使わず、最後まで揃った会話だけを例にします。"),
    Parameter(
      "dataset.only_last_answer", .bool, default: false,
      english: "For conversations: learn only the last answer; the earlier ones are merely read.",
      japanese: "会話データ用です。最後の答えだけを学び、それより前の答えは読むだけにします。"),
  ]

  private static let datasetMarkers: [Parameter] = [
    Parameter(
      "dataset.text_system_start", .marker, default: "",
      english: "The marker put in front of the system text.",
      japanese: "システム文の前に置く目印です。"),
    Parameter(
      "dataset.text_prompt_start", .marker, default: "",
      english: "The marker put in front of the prompt, for example \"### 指示:\\n\". "
        + "Use the one the backbone was trained with, if there is one.",
      japanese: "指示の前に置く目印です（例：\"### 指示:\\n\"）。元のモデルが学習時に使った目印があれば、それに合わせます。"),
    Parameter(
      "dataset.text_answer_separator", .marker, default: "",
      english: "The marker between prompt and answer, for example \"\\n\\n### 応答:\\n\". "
        + "The model learns to answer after it, and generation stops when it appears again.",
      japanese: "指示と答えの間に置く目印です（例：\"\\n\\n### 応答:\\n\"）。"
        + "モデルはこの後に答えることを学び、生成中に再び現れるとそこで止まります。"),
    Parameter(
      "dataset.add_eos_token_to_system", .bool, default: true,
      english: "Put the end-of-sequence token after the system text.",
      japanese: "システム文の後に終端トークン（EOS）を付けます。"),
    Parameter(
      "dataset.add_eos_token_to_prompt", .bool, default: true,
      english: "Put the end-of-sequence token after the prompt, as a delimiter.",
      japanese: "指示の後に、区切りとして終端トークン（EOS）を付けます。"),
    Parameter(
      "dataset.add_eos_token_to_answer", .bool, default: true,
      english: "Put the end-of-sequence token after the answer, so that the model learns where to stop. "
        + "It is added after truncation and therefore always there.",
      japanese: "答えの後に終端トークン（EOS）を付け、止まる場所を学ばせます。切り詰めの後に付けるので必ず入ります。"),
    Parameter(
      "dataset.mask_prompt_labels", .bool, default: true, tutorial: false,
      english:
        "True: only the answers are learned. False: the model also learns to write the prompts and markers.",
      japanese: "true なら答えだけを学習します。false なら指示や目印の文も学習の対象になります。"),
  ]
}

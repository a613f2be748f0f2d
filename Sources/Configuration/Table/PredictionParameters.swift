extension ParameterTable {

  /// What H2O LLM Studio calls, or has called, a score given by a model of OpenAI.
  private static let judgeAliases = ["GPT": "OpenAI API", "GPT3.5": "OpenAI API", "GPT4": "OpenAI API"]

  static let prediction: [Parameter] = [
    Parameter(
      "prediction.metric", .choice(ExperimentConfiguration.Metric.allNames, aliases: judgeAliases), default: "BLEU",
      english:
        "The score that decides what is best. BLEU compares the answers with the references (more is better); "
        + "Perplexity says how surprised the model is by them (less is better); OpenAI API asks another model to judge "
        + "the answers (more is better).",
      japanese:
        "優劣を決める指標です。BLEU は正解文との近さ（大きいほど良い）、Perplexity は正解文に対する意外さ（小さいほど良い）、"
        + "OpenAI API は別のモデルによる採点（大きいほど良い）です。"),
    Parameter(
      "prediction.bleu_tokenize", .choice(ExperimentConfiguration.BleuTokenization.allNames), default: "auto",
      english:
        "How BLEU cuts text into words: ja-mecab finds Japanese words, char takes every character for one, 13a cuts at "
        + "spaces and punctuation. auto takes ja-mecab when at least half of the references hold kana, else 13a; the "
        + "choice is recorded.",
      japanese:
        "BLEU が文を単語に区切る方法です。ja-mecab は日本語の単語に、char は一文字ずつに、13a は空白と記号で区切ります。"
        + "auto は、正解文の半分以上に仮名があれば ja-mecab、なければ 13a を選び、結果を記録します。"),
    Parameter(
      "prediction.min_length_inference", .integer(0...1_048_576), default: 2,
      english: "The fewest new tokens of a generated answer.",
      japanese: "生成する答えの最小トークン数です。"),
    Parameter(
      "prediction.max_length_inference", .integer(1...1_048_576), default: 256,
      english: "The most new tokens of a generated answer; generation takes time for each.",
      japanese: "生成する答えの最大トークン数です。トークンごとに時間がかかります。"),
    Parameter(
      "prediction.batch_size_inference", .integer(0...1_000_000), default: 0,
      english:
        "How many rows are evaluated at once; 0 takes training.batch_size. It changes the speed, never a result.",
      japanese: "評価で一度に処理する行数です。0 なら training.batch_size と同じです。速さだけが変わり、結果は変わりません。"),
    Parameter(
      "prediction.do_sample", .bool, default: false,
      english: "Draw each next token at random by its probability instead of taking the likeliest.",
      japanese: "最も確率の高いトークンではなく、確率に従って無作為に次のトークンを選びます。"),
    Parameter(
      "prediction.num_beams", .integer(1...1_000), default: 1, tutorial: 2,
      english:
        "How many candidate answers are followed at once. 1 is greedy: fastest. More can find better answers.",
      japanese: "同時に追う答えの候補数です。1 は貪欲法で最も速く、増やすとより良い答えが見つかることがあります。"),
    Parameter(
      "prediction.temperature", .number(.atLeast(0)), default: 0.3,
      english: "With do_sample: below 1 the likely tokens are preferred more strongly, above 1 less.",
      japanese: "do_sample のときに使います。1 より小さいと確率の高いトークンを選びやすく、大きいとばらつきます。"),
    Parameter(
      "prediction.top_k", .integer(0...1_000_000), default: 0,
      english: "With do_sample: draw only from this many likeliest tokens. 0 draws from all.",
      japanese: "do_sample のときに、確率の高い順にこの数のトークンだけから選びます。0 なら全てから選びます。"),
    Parameter(
      "prediction.top_p", .number(.above(0, through: 1)), default: 1.0,
      english: "With do_sample: draw only from the likeliest tokens that together have this probability.",
      japanese: "do_sample のときに、確率の高い順に合計がこの値になるまでのトークンから選びます。"),
    Parameter(
      "prediction.repetition_penalty", .number(.above(0)), default: 1.0, tutorial: 1.2,
      english: "Above 1, tokens that were already used become less likely. 1 is off.",
      japanese: "1 より大きいと、すでに使ったトークンが選ばれにくくなります。1 で無効です。"),
    Parameter(
      "prediction.stop_tokens", .text, default: "",
      english:
        "Words, separated by commas, at which an answer ends. The markers of the prompt always end it.",
      japanese: "この語が出たら答えを終えます（コンマ区切り）。指示の目印では常に終わります。"),
    Parameter(
      "prediction.max_time", .number(.atLeast(0)), default: 0.0,
      english: "The most seconds for one answer; 0 means no limit. A limit makes a run impossible to verify.",
      japanese: "一つの答えにかける最大の秒数です。0 なら無制限です。制限すると、実験の再現を検証できなくなります。"),
  ]
}

extension ParameterTable {
  /// How another model is asked for scores; without effect for other metrics.
  static let judge: [Parameter] = [
    Parameter(
      "prediction.metric_gpt_model", .text, default: "",
      english:
        "With the metric OpenAI API: the model that gives scores, as the endpoint calls it. The endpoint and its key come "
        + "from the environment, OPENAI_BASE_URL and OPENAI_API_KEY.",
      japanese:
        "指標が OpenAI API のときに採点するモデルの名前です。接続先と鍵は、環境変数 OPENAI_BASE_URL と OPENAI_API_KEY から読みます。"),
    Parameter(
      "prediction.metric_gpt_template", .template, default: "general",
      english:
        "With the metric OpenAI API: what the model is asked. general asks in English, general-ja in Japanese; a path to a "
        + "text file takes your own.",
      japanese:
        "指標が OpenAI API のときの採点の頼み方です。general は英語、general-ja は日本語で頼みます。自分で書いたファイルのパスも指定できます。"),
    Parameter(
      "prediction.judge_concurrency", .integer(1...64), default: 4,
      english: "With the metric OpenAI API: how many rows are asked about at once. It changes the speed alone.",
      japanese: "指標が OpenAI API のときに、同時に採点を頼む行数です。速さだけが変わります。"),
    Parameter(
      "prediction.judge_timeout", .number(.above(0, through: 86_400)), default: 60.0,
      english: "With the metric OpenAI API: how many seconds one request may take.",
      japanese: "指標が OpenAI API のときに、一回の問い合わせにかけてよい秒数です。"),
    Parameter(
      "prediction.judge_attempts", .integer(1...20), default: 5,
      english:
        "With the metric OpenAI API: how often a row is asked about before its score counts as missing. Between attempts "
        + "the wait doubles, and what the server asks for is respected.",
      japanese:
        "指標が OpenAI API のときに、一行について問い合わせる最大の回数です。尽きたら、その行は採点なしになります。間隔は二倍ずつ延び、サーバーの求める待ち時間も守ります。"),
  ]
}

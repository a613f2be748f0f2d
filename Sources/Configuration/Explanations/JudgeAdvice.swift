extension ParameterAdvice {
  static let judge: [String: ParameterAdvice] = [
    "prediction.metric_gpt_model": ParameterAdvice(
      english: """
        Take a stronger model than the one you tune, and the same for all runs you compare. A server on your own machine \
        works too: OPENAI_BASE_URL=http://127.0.0.1:8080/v1 needs no key.
        """,
      japanese: """
        学習するモデルより強いモデルを選び、比べる実験ではすべて同じものを使います。自分の計算機のサーバーも使えます。\
        OPENAI_BASE_URL=http://127.0.0.1:8080/v1 なら鍵は要りません。
        """,
      correction: ExplanationText(
        """
        The key is read from the environment and written nowhere. What another model says may change from day to day, so \
        a run with this metric cannot be verified, only made again.
        """,
        """
        鍵は環境変数から読み、どこにも書きません。ほかのモデルの答えは日によって変わりうるので、この指標を使った実験は、やり直せても検証はできません。
        """)),
    "prediction.metric_gpt_template": ParameterAdvice(
      english: """
        Write your own when the answers have to meet rules of yours. It has places {{prompt}}, {{reference}} and \
        {{prediction}}, and asks for a line SCORE: with a number from 0 to 10.
        """,
      japanese: """
        独自の基準で採点したいときに自分で書きます。{{prompt}}、{{reference}}、{{prediction}} の場所に行の文が入ります。\
        最後に「SCORE: 0 から 10 の数」の一行を書くように頼んでください。
        """,
      correction: ExplanationText(
        "An answer without such a line is missing, not 0. Scores by different templates cannot be compared.",
        "その一行がない答えは採点なしになり、0 点にはなりません。頼み方の違う点数どうしは比べられません。")),
    "prediction.judge_concurrency": ParameterAdvice(
      english: "Raise it while the server keeps up; lower it when many requests are sent again.",
      japanese: "サーバーに余裕があるなら上げ、再送が多いなら下げます。"),
    "prediction.judge_timeout": ParameterAdvice(
      english: "Raise it for slow models that think for long.", japanese: "長く考える遅いモデルでは大きくします。"),
    "prediction.judge_attempts": ParameterAdvice(
      english: "Raise it when the server is often busy.", japanese: "サーバーがよく混み合うなら増やします。"),
  ]
}

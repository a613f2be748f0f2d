extension ParameterAdvice {
  static let adapter: [String: ParameterAdvice] = [
    "training.lora": ParameterAdvice(
      english: """
        Leave it true unless you have a small model and much data. With false, divide learning_rate by ten or more; see \
        the template full-fine-tuning.yaml.
        """,
      japanese: """
        モデルが小さくデータが多い場合を除いて、true のままにします。false にするなら learning_rate を十分の一以下に下げます。\
        ひな形の full-fine-tuning.yaml が例になります。
        """),
    "training.lora_r": ParameterAdvice(
      english: """
        Try 4, 8 and 16 with lora_alpha twice as large, and take the smallest that is not worse. More data can use a \
        higher rank; if the validation loss rises early, go lower.
        """,
      japanese: """
        lora_alpha を 2 倍にしながら 4、8、16 を試し、性能が落ちない一番小さいものを選びます。データが多ければ大きなランクも活きます。\
        測定用の損失が早く上がり始めるなら下げます。
        """,
      correction: ExplanationText(
        """
        Ranks sound alike and are tiny all of them: for the tutorial's model 4, 8 and 16 train 0.05, 0.1 and 0.2 % \
        of the weights.
        """,
        "どのランクでも学習する量はごくわずかです。チュートリアルのモデルでは 4、8、16 で全体の 0.05、0.1、0.2 % です。")),
    "training.lora_alpha": ParameterAdvice(
      english: """
        Decide on a ratio to lora_r, such as 2, and keep it while you try ranks; otherwise a changed rank also changes \
        the strength. A higher alpha acts much like a higher learning rate.
        """,
      japanese: """
        lora_r に対する比（たとえば 2）を決め、ランクを変えても比を保ちます。そうしないと、ランクと一緒に強さまで変わってしまいます。\
        大きくするのは、学習率を上げるのと似た効果があります。
        """,
      correction: ExplanationText(
        "Alone it says nothing: what counts is lora_alpha / lora_r, which is 4 with the tutorial's 16 and 4.",
        "単独では意味がなく、効くのは lora_alpha / lora_r です。チュートリアルの 16 と 4 なら 4 倍になります。")),
    "training.lora_dropout": ParameterAdvice(
      english:
        "Try 0.1 when the validation loss rises while the training loss falls, and 0 when you have plenty of data.",
      japanese: "学習の損失は下がるのに測定用の損失が上がるなら 0.1 を、データが十分にあるなら 0 を試します。",
      correction: ExplanationText(
        "It acts on the adapter's input alone, and only while training: answers are always generated without it.",
        "アダプターへの入力だけに、学習中にだけ働きます。答えを生成するときには使いません。")),
    "training.use_rslora": ParameterAdvice(
      english:
        "Try it from rank 32 on, where ordinary LoRA stops getting better. Lower learning_rate a little with it.",
      japanese: "ランクを 32 以上にしても良くならないときに試します。そのとき learning_rate は少し下げます。"),
    "training.use_dora": ParameterAdvice(
      english: "Try it when LoRA at a low rank falls short and time is no matter (arXiv:2402.09353).",
      japanese: "小さなランクの LoRA では物足りず、時間に余裕があるときに試します（arXiv:2402.09353）。"),
    "training.lora_target_modules": ParameterAdvice(
      english: """
        Try all-linear when the default learns too little: it helps more than a higher rank, and most of all with small \
        models. The run says how many weights are trained.
        """,
      japanese: """
        標準の層では足りないとき、まず all-linear を試します。ランクを上げるより効くことが多く、小さなモデルでは特に効きます。\
        学習する重みの数は、実行時に表示されます。
        """,
      correction: ExplanationText(
        """
        A name has to match whole parts at the end of a layer's name. One that matches nothing is an error that lists \
        the layers there are; the default of the GPT-2 family is c_attn alone.
        """,
        """
        名前は、層の名前の末尾と区切りごとに一致しなければなりません。どれにも一致しない名前は、実際の層を並べたエラーになります。\
        GPT-2 系の標準は c_attn だけです。
        """)),
  ]
}

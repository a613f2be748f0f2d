extension ParameterAdvice {
  static let datasetFiles: [String: ParameterAdvice] = [
    "dataset.train_dataframe": ParameterAdvice(
      english: """
        A few hundred good, varied examples teach more than thousands of careless ones. Look through some of them \
        yourself first: the model learns their mistakes too.
        """,
      japanese: """
        雑な例が数千あるより、内容が確かで変化に富んだ例が数百あるほうがよく学べます。まず自分の目で何行か確かめてください。\
        例に含まれる間違いも、モデルはそのまま学びます。
        """,
      correction: ExplanationText(
        """
        Texts such as NA, null and NaN stay the texts they are; in H2O LLM Studio they become missing values. An empty \
        file, a missing column or broken UTF-8 is an error that names the place.
        """,
        """
        NA、null、NaN のような文字列は、そのままの文字列として扱います。H2O LLM Studio では欠損値になってしまいます。\
        空のファイル、足りない列、壊れた UTF-8 は、場所を示すエラーになります。
        """)),
    "dataset.validation_strategy": ParameterAdvice(
      english: """
        Use custom as soon as you can write 50 or more rows for measuring yourself: scores of different data sets can \
        then be compared. automatic is good for a first look.
        """,
      japanese: """
        測定用の行を自分で 50 行以上用意できるなら、custom を使います。学習データを入れ替えても、同じ行で点数を比べられます。\
        automatic は最初に様子を見るのに向いています。
        """),
    "dataset.validation_dataframe": ParameterAdvice(
      english: """
        Give a file whose rows are not in the training file. Rows that stand in both make the score look better than \
        the model is.
        """,
      japanese: "学習用のファイルと重ならない行を入れます。同じ行が両方にあると、点数が実力より良く見えてしまいます。"),
    "dataset.test_dataframe": ParameterAdvice(
      english: """
        Give one when you compare many settings. The winner was chosen by the validation rows, so its score there is a \
        little too good; the test rows tell how good it really is.
        """,
      japanese: """
        たくさんの設定を比べるときに指定します。勝った設定は測定用の行で選ばれたので、その点数は少し良すぎます。\
        テスト用の行なら、本当の実力が分かります。
        """,
      correction: ExplanationText(
        "It is no second validation set: nothing of the training looks at it, and its score comes once, at the end.",
        "二つ目の測定用データではありません。学習の途中では一切使わず、最後に一度だけ採点します。")),
    "dataset.validation_size": ParameterAdvice(
      english: """
        0.01 is too little for small data: of 11 rows it sets one aside, and one row says nothing about the model. Try \
        0.1 or 0.2, so that at least 50 rows are measured, better 200.
        """,
      japanese: """
        データが少ないとき、0.01 では足りません。11 行なら測定用は 1 行だけで、モデルの良し悪しは何も分かりません。\
        0.1 や 0.2 にして、少なくとも 50 行、できれば 200 行で測ります。
        """,
      correction: ExplanationText(
        """
        The number of rows is rounded up, with at least one on either side. The drawn rows depend on dataset.split_seed \
        alone, not on environment.seed, and are recorded; whole conversations stay on one side.
        """,
        """
        行数は切り上げで、どちらの側にも必ず 1 行は残ります。どの行になるかは environment.seed ではなく dataset.split_seed だけで\
        決まり、記録されます。会話は途中で分けず、まるごと片方に入ります。
        """)),
    "dataset.split_seed": ParameterAdvice(
      english: """
        Leave it alone while you compare settings: all runs are then measured on the same rows. Change it to see how \
        much a score depends on which rows were drawn.
        """,
      japanese: """
        設定を比べている間は変えないでください。すべての実験を同じ行で測れます。\
        どの行が選ばれるかで点数がどれほど揺れるかを見たいときに変えます。
        """,
      correction: ExplanationText(
        "H2O LLM Studio has no such setting.", "H2O LLM Studio にはない項目です。")),
    "dataset.data_sample": ParameterAdvice(
      english: """
        Try 0.1 to see in minutes whether everything works, then go back to 1. A curve over 0.25, 0.5 and 1 shows \
        whether more data would still help.
        """,
      japanese: """
        まず 0.1 にして全体が動くかを数分で確かめ、それから 1 に戻します。0.25、0.5、1 の結果を並べると、\
        データを増やせばまだ良くなるのかが分かります。
        """,
      correction: ExplanationText(
        "Rows are drawn after the split, on each side with a fixed seed of its own, and at least one is kept.",
        "抽出は分割の後に、学習用と測定用のそれぞれで固定の種を使って行い、必ず 1 行は残します。")),
    "dataset.data_sample_choice": ParameterAdvice(
      english: """
        It matters only when dataset.data_sample is below 1. Choose Train alone to learn from less and still measure \
        on all rows.
        """,
      japanese: """
        dataset.data_sample が 1 より小さいときだけ意味があります。学習の行だけを減らし、測定は全部の行で行いたいときは \
        Train だけにします。
        """),
  ]
}

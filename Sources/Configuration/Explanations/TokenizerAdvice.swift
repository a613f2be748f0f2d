extension ParameterAdvice {
  static let tokenizer: [String: ParameterAdvice] = [
    "tokenizer.max_length_prompt": ParameterAdvice(
      english: """
        Raise it when the report before training says that prompts are cut; try 256 or 512. Lower it to save memory \
        and time when your prompts are short.
        """,
      japanese: """
        学習前の表示で指示が切られていると分かったら、256 や 512 に上げます。指示が短いなら、下げるとメモリと時間を節約できます。
        """,
      correction: ExplanationText(
        """
        It counts for each turn, end of sequence and separator included, and it is the beginning of a long prompt that \
        is lost, not its end. A system text has the same limit, and of it the end is lost.
        """,
        """
        発話ごとの上限で、文末のトークンと区切りも含みます。長い指示で失われるのは末尾ではなく先頭です。システム文も同じ長さまでで、\
        こちらは末尾が失われます。
        """)),
    "tokenizer.max_length_answer": ParameterAdvice(
      english: """
        Raise it when answers are cut: the model would learn to stop in the middle of a sentence. Look at the token \
        lengths shown before training.
        """,
      japanese: """
        答えが切られているなら上げます。そのままでは、文の途中で終わることを学んでしまいます。学習前に表示されるトークン数を\
        目安にします。
        """,
      correction: ExplanationText(
        "It counts for each turn, the end token included; the end of a long answer is lost, never its end token.",
        "発話ごとの上限で、終端トークンも数に入ります。長い答えは末尾が失われますが、終端トークンは必ず残ります。")),
    "tokenizer.max_length": ParameterAdvice(
      english: """
        Make it at least max_length_prompt + max_length_answer, and more for conversations. No row may become longer \
        than the positions the backbone has; one that would is refused before training.
        """,
      japanese: """
        少なくとも max_length_prompt と max_length_answer の和にし、会話ならさらに大きくします。\
        元のモデルが扱える長さを超える行があれば、学習の前にエラーになります。
        """,
      correction: ExplanationText(
        """
        Of a longer sequence the left end goes; a system text is kept in front, in place of the first tokens. Positions \
        are counted from 0 in training and in generation alike, which the padding of H2O LLM Studio in 2023 shifted.
        """,
        """
        超えた場合に失われるのは左端です。システム文があれば、先頭のトークンと置き換えて残します。位置は学習でも生成でも 0 から\
        数えます。2023 年の H2O LLM Studio では、余白のせいで位置がずれていました。
        """)),
    "tokenizer.padding_quantile": ParameterAdvice(
      english: """
        Leave it at 1. Below 1, the few longest rows of a training batch lose their beginning, which saved memory where \
        padding is computed. Here padding is never computed, so there is little to save.
        """,
      japanese: """
        1 のままにします。1 より小さくすると、学習バッチの中で特に長い行の先頭が失われます。余白まで計算するプログラムではメモリの\
        節約になりますが、ここでは余白を計算しないので、得るものはほとんどありません。
        """,
      correction: ExplanationText(
        """
        It is not a value that padding is filled with, as the tutorial's page has it. 1 trims a batch's padding to \
        its longest row, 0 trims nothing, and a value q between cuts rows longer than the (1-q) quantile of the starts.
        """,
        """
        チュートリアルの説明とは違い、余白を埋める値ではありません。1 は一番長い行に合わせて余白を切り、0 は切りません。\
        間の値 q は、行の開始位置の (1-q) 分位点より長い行を左から切ります。
        """)),
    "tokenizer.add_prompt_answer_tokens": ParameterAdvice(
      english: """
        Leave it false for a start. True makes one token of each marker, which is shorter but has to be learned from \
        nothing, and that needs much data; with LoRA the table of embeddings is then trained and saved as well.
        """,
      japanese: """
        最初は false のままにします。true にすると目印が一つのトークンになって短くなりますが、意味を一から学ぶので\
        多くのデータが必要です。LoRA では埋め込み表も一緒に学習し、保存します。
        """),
    "tokenizer.add_prefix_space": ParameterAdvice(
      english: "Leave it false, so that texts are cut as the backbone has learned them.",
      japanese: "false のままにします。元のモデルが学んだ通りに文が分けられます。"),
    "tokenizer.use_fast": ParameterAdvice(
      english: "There is nothing to choose: leave it out.",
      japanese: "選ぶものはありません。書かなくてかまいません。",
      correction: ExplanationText(
        "It has no effect here, whatever its value.", "ここでは、どの値にしても効果はありません。")),
  ]

  static let augmentation: [String: ParameterAdvice] = [
    "augmentation.token_mask_probability": ParameterAdvice(
      english: """
        Try 0.05 or 0.1 when the training loss goes down while the validation loss goes up. Not for data where every \
        word of the prompt counts, such as translation.
        """,
      japanese: """
        学習の損失は下がるのに測定用の損失が上がるとき、0.05 や 0.1 を試します。翻訳のように、指示の一語一語が大事なデータには\
        向きません。
        """,
      correction: ExplanationText(
        "A hidden token is replaced, is not attended to, and is not learned either.",
        "隠されたトークンは置き換えられ、注意の対象からも学習の対象からも外れます。")),
    "augmentation.skip_parent_probability": ParameterAdvice(
      english: """
        For conversations: try 0.1 to 0.3, so that the model copes with questions whose earlier turns are missing. \
        Without parent_id_column it has no effect.
        """,
      japanese: """
        会話データで 0.1〜0.3 を試すと、前の発話が欠けた質問にも答えられるようになります。parent_id_column がなければ\
        効果はありません。
        """),
    "augmentation.random_parent_probability": ParameterAdvice(
      english: """
        Try 0.1 when the model holds on to earlier subjects that have nothing to do with the question any more.
        """,
      japanese: "質問ともう関係のない前の話題に、モデルが引きずられるときに 0.1 を試します。",
      correction: ExplanationText(
        "The foreign turn takes the place of the oldest one of the conversation, or is put in front of it.",
        "別の行の発話は、会話の一番古い発話と置き換わるか、その前に加わります。")),
    "augmentation.neftune_noise_alpha": ParameterAdvice(
      english: """
        Try 5 when answers are short and stiff and the data is small; it costs no time. It works on training batches \
        only, never when measuring or generating.
        """,
      japanese: """
        データが少なく、答えが短くて硬いときに 5 を試します。時間は増えません。学習のときだけ働き、測定や生成では働きません。
        """,
      correction: ExplanationText(
        """
        It is no probability: the noise is uniform within alpha / sqrt(L d) for L tokens of width d (arXiv:2310.05914).
        """,
        """
        確率ではありません。ノイズは一様乱数で、トークン数 L、幅 d に対して ±alpha / √(L d) の範囲です（arXiv:2310.05914）。
        """)),
  ]
}

extension ParameterAdvice {
  static let prediction: [String: ParameterAdvice] = [
    "prediction.metric": ParameterAdvice(
      english: """
        Use BLEU for translation and other tasks with one right answer, Perplexity where many answers are right or no \
        text shall be generated, which is much faster. OpenAI API costs money and time for every row, and suits answers \
        that only a reader can judge.
        """,
      japanese: """
        翻訳のように正解がほぼ一つの課題には BLEU、正解がいくつもある課題や、生成せずに早く測りたいときには Perplexity を使います。\
        OpenAI API は一行ごとに費用と時間がかかり、読まなければ良し悪しが分からない答えに向いています。
        """,
      correction: ExplanationText(
        """
        BLEU is that of the whole set, as sacreBLEU has it; the mean over single rows, which H2O LLM Studio shows, stands \
        beside it. Likewise for perplexity. A failed judgement of an OpenAI API is missing here, never 0.
        """,
        """
        BLEU は sacreBLEU と同じく全体で一つの値です。H2O LLM Studio が示す行ごとの平均も横に記録します。Perplexity も同様です。\
        OpenAI API の採点に失敗した行は欠けたものとして扱い、0 点にはしません。
        """)),
    "prediction.bleu_tokenize": ParameterAdvice(
      english: """
        Leave it at auto, and look at what was recorded before you compare with scores of others. zh suits Chinese, intl \
        other scripts with spaces, none text that is cut into words already.
        """,
      japanese: """
        auto のままにします。ほかの人の点数と比べるときは、記録された方法が同じかを確かめてください。\
        zh は中国語、intl は空白で区切るその他の言語、none はすでに単語に区切られた文に向いています。
        """,
      correction: ExplanationText(
        """
        With 13a, the usual one, a Japanese sentence without spaces is a single word: it scores 100 or 0. Scores by \
        different ways of cutting cannot be compared.
        """,
        """
        よく使われる 13a では、空白のない日本語の一文が一つの単語になり、100 点か 0 点にしかなりません。\
        区切り方の違う点数どうしは比べられません。
        """)),
    "prediction.min_length_inference": ParameterAdvice(
      english: "Raise it when answers end too soon; use 0 or 1 when one word may be the whole answer.",
      japanese: "答えが早く終わりすぎるなら上げます。一語だけの答えがありうるなら 0 か 1 にします。",
      correction: ExplanationText(
        "It counts new tokens, not those of the prompt, and not letters.",
        "新しく生成するトークンの数です。指示のトークンも、文字数も数えません。")),
    "prediction.max_length_inference": ParameterAdvice(
      english: """
        Set it a little above the longest reference answer. A model that has not learned to stop uses all of it for \
        every row, which is what makes evaluations slow.
        """,
      japanese: """
        一番長い正解より少し大きくします。止まることを学んでいないモデルは、どの行でも上限まで生成し続けるので、評価が遅くなります。
        """,
      correction: ExplanationText(
        "It counts new tokens. Where prompt and answer exceed the model's positions, fewer are made, and that is told.",
        "新しく生成するトークンの数です。指示と合わせてモデルの限界を超える場合は減らし、そのことを知らせます。")),
    "prediction.batch_size_inference": ParameterAdvice(
      english: "Try 16 or 32 when evaluation is slow and there is memory left; without gradients it needs less of it.",
      japanese: "評価が遅く、メモリに余裕があるなら 16 や 32 を試します。学習より少ないメモリで済みます。",
      correction: ExplanationText(
        "It does not change a single token of an answer, which batches with padding elsewhere may.",
        "答えは 1 トークンも変わりません。余白を使うほかのプログラムでは変わることがあります。")),
    "prediction.do_sample": ParameterAdvice(
      english: "Leave it false for measuring: runs are compared without luck. True gives livelier texts in a chat.",
      japanese: "測定では false のままにし、運に左右されずに比べます。true にすると、対話の文が変化に富みます。",
      correction: ExplanationText(
        "Each row's draws follow from the seed and its prompt, so that batches and order do not matter. It cannot go with beams.",
        "行ごとの乱数は種と指示文だけで決まるので、バッチや順番には左右されません。num_beams とは一緒に使えません。")),
    "prediction.num_beams": ParameterAdvice(
      english: "Stay with 1 while you try things out; 2 to 4 often add a little BLEU for two to four times the work.",
      japanese: "いろいろ試す間は 1 のままにします。2〜4 にすると BLEU が少し上がることがありますが、計算も 2〜4 倍になります。",
      correction: ExplanationText(
        "Results equal those of Hugging Face's generate with length penalty 1 and without early stopping.",
        "Hugging Face の generate（length penalty 1、early stopping なし）と同じ結果になります。")),
    "prediction.temperature": ParameterAdvice(
      english: "Try 0.7 with do_sample for varied answers, 0.2 for safe ones.",
      japanese: "do_sample のとき、変化がほしければ 0.7、堅実な答えがよければ 0.2 を試します。",
      correction: ExplanationText(
        "Without do_sample it has no effect: the tutorial's 0.3 changed nothing, because its do_sample was False.",
        "do_sample が true でなければ効果はありません。チュートリアルの 0.3 も、do_sample が False なので何も変えていません。")),
    "prediction.top_k": ParameterAdvice(
      english: "Try 50 with do_sample when odd words slip in.",
      japanese: "do_sample のとき、変な語が混ざるなら 50 を試します。",
      correction: ExplanationText("Without do_sample it has no effect.", "do_sample が true でなければ効果はありません。")),
    "prediction.top_p": ParameterAdvice(
      english: "Try 0.9 with do_sample when odd words slip in.",
      japanese: "do_sample のとき、変な語が混ざるなら 0.9 を試します。",
      correction: ExplanationText("Without do_sample it has no effect.", "do_sample が true でなければ効果はありません。")),
    "prediction.repetition_penalty": ParameterAdvice(
      english: """
        Try 1.1 or 1.2 when answers repeat themselves. Leave it at 1 for translation and other answers that have to \
        take up words of the prompt.
        """,
      japanese: "答えが同じことを繰り返すなら 1.1 や 1.2 を試します。翻訳など、指示の語を答えにも使う課題では 1 のままにします。",
      correction: ExplanationText(
        """
        Tokens of the prompt are penalized too, not only those of the answer (arXiv:1909.05858); padding never counts.
        """,
        "答えだけでなく、指示に出たトークンも選ばれにくくなります（arXiv:1909.05858）。余白は数えません。")),
    "prediction.stop_tokens": ParameterAdvice(
      english: """
        Give words that would begin the next turn, such as User:. Rather teach the end with add_eos_token_to_answer, \
        where you can.
        """,
      japanese: """
        「User:」のように、次の発話の始まりになる語を指定します。できれば add_eos_token_to_answer で終わりを学ばせるほうが確実です。
        """,
      correction: ExplanationText(
        "They are texts, not token ids. Each row stops by itself, and its text is cut where the first of them begins.",
        "トークンの番号ではなく文字列です。行ごとに止まり、最初に現れた語の手前で答えを切ります。")),
    "prediction.max_time": ParameterAdvice(
      english: "Leave it at 0, and limit max_length_inference instead, which gives the same answers on every machine.",
      japanese: "0 のままにし、代わりに max_length_inference で長さを抑えます。それなら、どの計算機でも同じ答えになります。"),
  ]
}

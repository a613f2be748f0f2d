extension ParameterAdvice {
  static let datasetColumns: [String: ParameterAdvice] = [
    "dataset.system_column": ParameterAdvice(
      english: """
        Give it when rows need different roles or rules, such as "answer in one sentence". When the text would be the \
        same in every row, leave it out.
        """,
      japanese: "「一文で答える」のように、行ごとに役割や決まりが違うときに指定します。全部の行で同じ文なら、なくてかまいません。",
      correction: ExplanationText(
        "Of a conversation, only the system text of its first turn is used.",
        "会話では、最初の発話のシステム文だけを使います。")),
    "dataset.prompt_column": ParameterAdvice(
      english: """
        Name the column of your file. For data with an instruction and an input, as many public Japanese sets have it, \
        give both: [instruction, input].
        """,
      japanese: """
        ファイルの列の名前に合わせます。日本語の公開データによくある、instruction と input に分かれた形なら \
        [instruction, input] と両方を書きます。
        """,
      correction: ExplanationText(
        "An empty cell adds an empty text, and the separator still stands between the columns.",
        "空の欄は空の文字列としてつなぎ、その場合も列の間に区切りが入ります。")),
    "dataset.prompt_column_separator": ParameterAdvice(
      english: """
        It matters only with several prompt columns. An empty line, the default, shows the model where the next part \
        begins.
        """,
      japanese: "prompt_column が複数あるときだけ意味があります。既定の空行なら、どこから次の部分なのかがモデルに伝わります。",
      correction: ExplanationText(
        "H2O LLM Studio of 2023, which the tutorial used, had no such setting: it joined columns with two spaces.",
        "チュートリアルが使った 2023 年の H2O LLM Studio にはこの項目がなく、列は空白二つでつながれていました。")),
    "dataset.answer_column": ParameterAdvice(
      english: """
        Name the column of your file. Look at its longest cells: what exceeds tokenizer.max_length_answer is cut off \
        and never learned.
        """,
      japanese: """
        ファイルの列の名前に合わせます。一番長い答えも見ておいてください。tokenizer.max_length_answer を超えた分は\
        切り捨てられ、学習されません。
        """),
    "dataset.parent_id_column": ParameterAdvice(
      english: """
        Give it for conversations: each row is one turn and names the row before it. Leave it unset when rows stand \
        for themselves. See the template conversation.yaml.
        """,
      japanese: """
        会話を学ぶときに指定します。一行が一回のやりとりで、その前の行の ID を書きます。行が独立しているなら指定しません。\
        ひな形の conversation.yaml が例になります。
        """,
      correction: ExplanationText(
        "A cycle, a row that names itself as its parent, and an id that stands twice are errors that name the row.",
        "循環した会話、自分自身を親とする行、重複した ID は、行を示すエラーになります。")),
    "dataset.id_column": ParameterAdvice(
      english: """
        It is used together with dataset.parent_id_column, and has no effect without it. Unset, the column named id is \
        taken.
        """,
      japanese: """
        dataset.parent_id_column と一緒に使います。それがなければ効果はありません。指定しなければ id という名前の列を使います。
        """),
    "dataset.limit_chained_samples": ParameterAdvice(
      english: """
        Try true when conversations are long and training takes too long: each conversation then counts once, instead \
        of once for every turn.
        """,
      japanese: """
        会話が長く、学習に時間がかかりすぎるときに true を試します。発話ごとに一つの例とする代わりに、\
        会話一つが一つの例になります。
        """),
    "dataset.only_last_answer": ParameterAdvice(
      english: """
        Use true when only the last answer of a conversation is what the model shall become good at, and the earlier \
        ones are just how it came about.
        """,
      japanese: "会話の最後の答えだけを上手にさせたく、それまでの答えは経緯にすぎないときに true にします。"),
  ]

  static let datasetMarkers: [String: ParameterAdvice] = [
    "dataset.text_system_start": ParameterAdvice(
      english: "It matters only with dataset.system_column. Write it as the backbone knows it, as <|system|> for some.",
      japanese: "dataset.system_column を指定したときだけ意味があります。<|system|> など、元のモデルが知っている書き方に合わせます。"),
    "dataset.text_prompt_start": ParameterAdvice(
      english: """
        Look at the backbone's model card for the form it was trained with, and write that. Leave it empty for a model \
        without one. What you train with is also put around the prompt when you generate.
        """,
      japanese: """
        元のモデルの説明（モデルカード）にある指示の書き方に合わせます。決まった書き方がなければ空のままにします。\
        学習で使った目印は、生成のときにも同じように付きます。
        """,
      correction: ExplanationText(
        """
        Markers in any script work as they are written, ### 指示: for example; H2O LLM Studio garbles those outside \
        ASCII. \\n stands for a line break.
        """,
        """
        「### 指示:」のような日本語の目印も、書いた通りに働きます。H2O LLM Studio では英数字以外の目印が壊れます。\
        \\n と書くと改行になります。
        """)),
    "dataset.text_answer_separator": ParameterAdvice(
      english: """
        Write what the backbone was trained with, as for dataset.text_prompt_start. With neither a separator nor the \
        end token after the prompt, the model cannot tell where the question ends.
        """,
      japanese: """
        dataset.text_prompt_start と同じく、元のモデルの書き方に合わせます。区切りも指示の後の終端トークンもないと、\
        どこまでが質問なのかをモデルは見分けられません。
        """,
      correction: ExplanationText(
        """
        It stands once in every turn, after the prompt and its end token and before the answer. It belongs to the \
        prompt: with mask_prompt_labels it is not learned.
        """,
        """
        やりとりごとに一度だけ、指示とその終端トークンの後、答えの前に入ります。指示の側に属するので、\
        mask_prompt_labels が true なら学習の対象になりません。
        """)),
    "dataset.add_eos_token_to_system": ParameterAdvice(
      english: "It matters only with dataset.system_column. Leave it true unless the backbone was trained otherwise.",
      japanese: "dataset.system_column を指定したときだけ意味があります。元のモデルが違う形で学んでいなければ true のままにします。"),
    "dataset.add_eos_token_to_prompt": ParameterAdvice(
      english: """
        Leave it true when there are no markers: the token is then the only sign between question and answer. Try \
        false when the backbone's own form has none there.
        """,
      japanese: """
        目印を使わないなら true のままにします。質問と答えの境目を示すのは、このトークンだけだからです。\
        元のモデルの書き方がそこに終端を置かない場合は false を試します。
        """),
    "dataset.add_eos_token_to_answer": ParameterAdvice(
      english: "Leave it true. Without it the model never learns to stop, and every answer runs to the limit.",
      japanese: "true のままにします。false にすると止まることを学べず、どの答えも上限の長さまで続きます。",
      correction: ExplanationText(
        "It is added after an answer was cut to its limit, so that a long answer has its end too.",
        "答えを上限まで切り詰めた後に付けるので、長い答えにも必ず終わりがあります。")),
    "dataset.mask_prompt_labels": ParameterAdvice(
      english: """
        Leave it true to learn to answer. False, as in the tutorial, can help with very few rows or when the prompts \
        themselves are in the style you want; much of the learning then goes into repeating prompts.
        """,
      japanese: """
        答え方を学ばせるなら true のままにします。チュートリアルの false は、行がごく少ないときや、指示の文体も覚えさせたいときに\
        役立つことがありますが、学習の多くが指示の暗記に使われます。
        """,
      correction: ExplanationText(
        """
        With false, markers and separators are learned along with the prompt. A row in which nothing is left to learn \
        is an error that names it before training starts.
        """,
        """
        false にすると、指示だけでなく目印や区切りも学習の対象になります。学ぶところが一つも残らない行は、\
        学習を始める前に、その行を示すエラーになります。
        """)),
  ]
}

extension ParameterTable {
  private static let lengths = 1...1_048_576

  static let tokenizer: [Parameter] = [
    Parameter(
      "tokenizer.max_length_prompt", .integer(lengths), default: 128,
      english: "The most tokens of a prompt that are kept; of a longer one the end is kept. "
        + "A token is a piece of text, often a word or part of one.",
      japanese: "指示として残すトークン数の上限です。長い場合は末尾側を残します。トークンとは単語やその一部などの文字の並びです。"),
    Parameter(
      "tokenizer.max_length_answer", .integer(lengths), default: 128,
      english:
        "The most tokens of an answer that are kept, its end token counted; of a longer one the beginning is kept.",
      japanese: "答えとして残すトークン数の上限です（終端トークンを含む）。長い場合は先頭側を残します。"),
    Parameter(
      "tokenizer.max_length", .integer(2...1_048_576), default: 256,
      english: "The most tokens of prompt and answer together; the right end is kept. "
        + "Longer sequences need more memory and time.",
      japanese: "指示と答えを合わせたトークン数の上限です。超えた場合は右端側を残します。長くするほどメモリと時間が必要です。"),
    Parameter(
      "tokenizer.padding_quantile", .number(.from(0, through: 1)), default: 1.0,
      english: "How much of a batch's padding is trimmed. With 1 nothing but padding goes; "
        + "between 0 and 1 the longest rows of a training batch lose tokens on the left.",
      japanese: "バッチの余白をどこまで切るかです。1 なら余白だけを切り、0 と 1 の間では学習バッチの長い行が左側を失います。"),
    Parameter(
      "tokenizer.add_prompt_answer_tokens", .bool, default: false,
      english:
        "Add the markers to the vocabulary as tokens of their own. Their embeddings are new, so the table of token "
        + "embeddings is trained and saved along with the adapter.",
      japanese: "目印の文字列を、それぞれ一つのトークンとして語彙に加えます。新しい埋め込みが必要なので、"
        + "埋め込み表もアダプターと一緒に学習し、保存します。"),
    Parameter(
      "tokenizer.add_prefix_space", .bool, default: false,
      english:
        "Put a space in front of a text before it is cut into tokens. False keeps the tokenizer's own rule.",
      japanese: "文をトークンに分ける前に、先頭へ空白を入れます。false ならトークナイザー本来の規則に従います。"),
    Parameter(
      "tokenizer.use_fast", .bool, default: false, support: .recordedOnly,
      english:
        "Chooses between two tokenizer implementations in H2O LLM Studio. Here there is one; the value is only recorded.",
      japanese: "H2O LLM Studio で二種類のトークナイザーを切り替える項目です。ここでは一種類しかないので、記録するだけです。"),
  ]

  static let augmentation: [Parameter] = [
    Parameter(
      "augmentation.token_mask_probability", .number(.from(0, below: 1)), default: 0.0,
      english:
        "The chance that a token of a training example is hidden. It can help a little against over-fitting.",
      japanese: "学習例の各トークンを隠す確率です。過学習を少し抑えることがあります。"),
    Parameter(
      "augmentation.skip_parent_probability", .number(.from(0, through: 1)), default: 0.0,
      english: "For conversations: the chance that an earlier turn is left out of a training example.",
      japanese: "会話データ用です。学習例から前の発話を一つずつ省く確率です。"),
    Parameter(
      "augmentation.random_parent_probability", .number(.from(0, through: 1)), default: 0.0,
      english: "For conversations: the chance that a turn of some other row stands at the beginning, "
        + "so that the model learns to ignore what does not belong.",
      japanese: "会話データ用です。別の行の発話を先頭に入れる確率です。無関係な文を無視することを学ばせます。"),
    Parameter(
      "augmentation.neftune_noise_alpha", .number(.atLeast(0)), default: 0.0,
      english: "The strength of the random noise added to the input embeddings while training (NEFTune). "
        + "0 is off; 5 to 15 are usual.",
      japanese: "学習中に入力の埋め込みへ加える乱数ノイズの強さ（NEFTune）です。0 で無効、5〜15 がよく使われます。"),
  ]
}

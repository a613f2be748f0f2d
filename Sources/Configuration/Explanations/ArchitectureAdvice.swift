extension ParameterAdvice {
  static let architecture: [String: ParameterAdvice] = [
    "architecture.backbone_dtype": ParameterAdvice(
      english: """
        Use bfloat16 when memory is short: it halves what the backbone takes, and a LoRA adapter hardly suffers, because \
        it is trained in float32 all the same. float32 is the most exact.
        """,
      japanese: """
        メモリが足りないときは bfloat16 にすると、元のモデルの分が半分になります。LoRA のアダプターは float32 のまま学習するので、\
        影響はわずかです。一番正確なのは float32 です。
        """,
      correction: ExplanationText(
        """
        It is only how the frozen weights are held; the adapter is float32 whatever it is, and the optimizer decides \
        about its own state (AdamW8bit keeps 8 bits). \
        The tutorial's float16 has fewer exponent bits than bfloat16, so very large or small weights suffer more.
        """,
        """
        固定された重みの持ち方だけを決めます。アダプターはどれを選んでも float32 で、オプティマイザーの状態は optimizer で\
        決まります（AdamW8bit なら 8 ビット）。\
        チュートリアルの float16 は bfloat16 より表せる範囲が狭く、極端に大きい値や小さい値には向きません。
        """)),
    "architecture.pretrained": ParameterAdvice(
      english: """
        Leave it true. False is for those who train a model from nothing, with lora false and millions of tokens of text.
        """,
      japanese: "true のままにします。false は、lora を false にして何百万トークンもの文章でモデルを一から作る場合のものです。",
      correction: ExplanationText(
        "The random weights come from environment.seed, so that even such a run repeats to the byte.",
        "乱数の重みも environment.seed から作るので、その実験も 1 バイト違わず再現できます。")),
    "architecture.gradient_checkpointing": ParameterAdvice(
      english: "Use true when a run does not fit into memory; it takes about a third more time.",
      japanese: "メモリに収まらないときに true にします。時間は三分の一ほど増えます。",
      correction: ExplanationText(
        """
        It has nothing to do with saving checkpoints to disk. The results are the same to the last bit.
        """,
        "途中経過をディスクに保存する機能とは関係ありません。結果は最後のビットまで同じです。")),
    "architecture.force_embedding_gradients": ParameterAdvice(
      english: """
        Use true when the data is full of words or markers that the backbone has never seen. The adapter file then holds \
        the whole table and becomes much larger.
        """,
      japanese: """
        元のモデルが見たことのない語や目印が多いデータで true にします。アダプターのファイルに埋め込み表全体が入るので、\
        ずっと大きくなります。
        """,
      correction: ExplanationText(
        "A model whose output head shares the table keeps sharing it, and PEFT loads the same function.",
        "出力層が埋め込み表を共有するモデルでは共有したまま保存し、PEFT で読んでも同じ働きになります。")),
    "architecture.intermediate_dropout": ParameterAdvice(
      english: """
        Leave it at 0 with LoRA, whose own lora_dropout does the work. Try 0.1 when all weights are trained on little \
        data.
        """,
      japanese: """
        LoRA では lora_dropout がその役目をするので、0 のままにします。少ないデータで全ての重みを学習するときは 0.1 を試します。
        """,
      correction: ExplanationText(
        """
        In H2O LLM Studio the value has no effect on any causal language model. Here it acts after the embedding, the \
        attention and the MLP, and 0 means none even where the backbone's config.json says otherwise.
        """,
        """
        H2O LLM Studio では、文章を生成するモデルのどれにも効果がありません。ここでは埋め込み、注意機構、MLP の後で実際に働き、\
        0 なら、元のモデルの config.json に何が書いてあっても使いません。
        """)),
    "architecture.pretrained_weights": ParameterAdvice(
      english: """
        Give name@version to go on from an earlier experiment, for example first on general data and then on your own. \
        Rank, target layers and backbone have to be the same.
        """,
      japanese: """
        以前の実験の続きから学ばせるときに name@version と書きます。たとえば、まず一般的なデータ、次に自分のデータと順に学ばせます。\
        ランク、対象の層、元のモデルは同じでなければなりません。
        """,
      correction: ExplanationText(
        "It does not resume a stopped run, which is what 'kiseki resume' does: optimizer and schedule start anew.",
        "中断した実験の再開ではありません。それは kiseki resume の役目です。オプティマイザーと学習率は最初から始まります。")),
  ]
}

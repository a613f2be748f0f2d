extension ParameterAdvice {
  static let optimization: [String: ParameterAdvice] = [
    "training.loss_function": ParameterAdvice(
      english: """
        Leave it token-averaged. Try SampleAveragedCrossEntropy when short answers are as important as long ones but \
        come out worse.
        """,
      japanese: """
        TokenAveraged のままにします。短い答えも同じように大事なのに出来が悪いときは、SampleAveragedCrossEntropy を試します。
        """,
      correction: ExplanationText(
        """
        The average is taken over all tokens of an update, accumulated batches included. An unknown name is refused; \
        H2O LLM Studio silently takes the token average for it.
        """,
        """
        平均は、ためたバッチも含めて、一回の更新に入る全トークンで取ります。知らない名前はエラーになります。\
        H2O LLM Studio では、黙って TokenAveraged として扱われます。
        """)),
    "training.optimizer": ParameterAdvice(
      english: """
        Stay with AdamW. AdamW8bit learns nearly the same and saves memory when all weights are trained; SGD needs a \
        learning rate many times higher.
        """,
      japanese: """
        AdamW のままで十分です。全ての重みを学習するときは、AdamW8bit にすると結果はほぼ同じでメモリを節約できます。\
        SGD では何倍も大きな学習率が必要です。
        """,
      correction: ExplanationText(
        """
        Adam adds weight decay to the gradient, AdamW pulls the weights themselves. AdamW8bit keeps its state in 8 bits, \
        block by block (arXiv:2110.02861), and in 32 bits where a matrix has under 4,096 elements.
        """,
        """
        Adam は重み減衰を勾配に加え、AdamW は重みを直接縮めます。AdamW8bit の状態はブロックごとに 8 ビットで持ち\
        （arXiv:2110.02861）、要素が 4,096 個に満たない行列だけは 32 ビットのままです。
        """)),
    "training.optimizer_beta1": ParameterAdvice(
      english: "Leave it. It concerns the Adam family alone.", japanese: "変えなくてかまいません。Adam の系統だけに関わります。",
      correction: ExplanationText(
        "H2O LLM Studio keeps it at 0.9; here it can be set.", "H2O LLM Studio では 0.9 に固定ですが、ここでは変えられます。")),
    "training.optimizer_beta2": ParameterAdvice(
      english: "Try 0.98 or 0.95 when the loss jumps in a long training of all weights; leave it otherwise.",
      japanese: "全ての重みを長く学習していて損失が跳ねるときに 0.98 や 0.95 を試します。それ以外では変えません。",
      correction: ExplanationText(
        "H2O LLM Studio keeps it at 0.999; here it can be set.",
        "H2O LLM Studio では 0.999 に固定ですが、ここでは変えられます。")),
    "training.optimizer_epsilon": ParameterAdvice(
      english: "Leave it. It concerns the Adam family alone.", japanese: "変えなくてかまいません。Adam の系統だけに関わります。",
      correction: ExplanationText(
        "H2O LLM Studio keeps it at 1e-8; here it can be set.",
        "H2O LLM Studio では 1e-8 に固定ですが、ここでは変えられます。")),
    "training.learning_rate": ParameterAdvice(
      english: """
        The first setting to try values of: a sweep over 0.0001, 0.0003 and 0.001 tells most. If the loss jumps or \
        becomes NaN, divide by three; if it hardly falls, multiply by three.
        """,
      japanese: """
        一番先に調整する項目です。0.0001、0.0003、0.001 を比べるとおおよそ分かります。損失が跳ねたり NaN になったりしたら三分の一に、\
        ほとんど下がらなければ三倍にします。
        """,
      correction: ExplanationText(
        "It is the highest rate of the run; training.schedule lowers it from there.",
        "実験の中で一番高い学習率です。そこから training.schedule に従って下がります。")),
    "training.differential_learning_rate": ParameterAdvice(
      english: "Try a tenth of learning_rate for layers near the input that shall change less than the others.",
      japanese: "入力に近い層など、あまり変えたくない層のために、learning_rate の十分の一ほどを試します。",
      correction: ExplanationText(
        "Without differential_learning_rate_layers it has no effect.",
        "differential_learning_rate_layers が空なら効果はありません。")),
    "training.differential_learning_rate_layers": ParameterAdvice(
      english: """
        Leave it empty for a start. Give parts of parameter names, such as wte or h.0., when some layers shall \
        learn more slowly.
        """,
      japanese: "最初は空のままにします。一部の層だけゆっくり学ばせたいとき、wte や h.0. のような名前の一部を並べます。"),
    "training.batch_size": ParameterAdvice(
      english: """
        Take what fits into memory, 4 to 16. With few rows keep it small, or there are too few updates to learn from: \
        10 rows in batches of 4 make 2 updates an epoch. For a bigger effective batch, use grad_accumulation.
        """,
      japanese: """
        メモリに収まる 4〜16 程度にします。行が少ないときに大きくすると、更新の回数が足りなくなります。学習用が 10 行なら、\
        4 行ずつで一周に 2 回です。見かけのバッチを大きくするには grad_accumulation を使います。
        """,
      correction: ExplanationText(
        "Rows are packed without padding, so a batch of very unlike lengths wastes nothing.",
        "余白なしで詰めて計算するので、長さがばらばらのバッチでも無駄はありません。")),
    "training.drop_last_batch": ParameterAdvice(
      english: "Use false with small data, where each left-out row counts.",
      japanese: "データが少なく、一行も無駄にしたくないなら false にします。",
      correction: ExplanationText(
        "A set smaller than one batch is kept as it is, with a warning; it does not come to nothing.",
        "一つのバッチに満たないデータは、警告を出してそのまま使います。何も学習しないことにはなりません。")),
    "training.grad_accumulation": ParameterAdvice(
      english: """
        Use 2, 4 or 8 when the batch you want does not fit into memory: batch_size times grad_accumulation is what an \
        update sees.
        """,
      japanese: """
        望むバッチがメモリに収まらないとき、2、4、8 にします。一回の更新に使われるのは batch_size × grad_accumulation 行です。
        """,
      correction: ExplanationText(
        """
        The result equals that of one batch of that size, whatever the lengths of the rows. A shorter last group of an \
        epoch is averaged over what it has.
        """,
        """
        行の長さがどうであっても、その大きさの一つのバッチと同じ結果になります。一周の最後の半端な組は、あるだけの行で平均します。
        """)),
    "training.weight_decay": ParameterAdvice(
      english: "Try 0.01 to 0.1 when the model over-fits; with LoRA and few epochs 0 is fine.",
      japanese: "過学習するときに 0.01〜0.1 を試します。LoRA で周数が少なければ 0 でかまいません。",
      correction: ExplanationText(
        """
        Biases and the gains of normalizations are left out in every model family, which the rule of H2O LLM Studio \
        misses in most. The matrices of LoRA are decayed.
        """,
        """
        バイアスと正規化の係数は、どの系統のモデルでも対象から外します。H2O LLM Studio の決まりでは、多くのモデルで外れません。\
        LoRA の行列は対象になります。
        """)),
    "training.gradient_clip": ParameterAdvice(
      english: "Try 1 when the loss jumps now and then. The logged train/grad_norm shows which lengths are usual.",
      japanese: "損失がときどき跳ねるときに 1 を試します。普段の長さは、記録される train/grad_norm で分かります。",
      correction: ExplanationText(
        """
        It does not clamp single values, as the tutorial's page has it: all gradients together are scaled down to this \
        length (their global L2 norm), and keep their direction.
        """,
        """
        チュートリアルの説明とは違い、値を一つずつ切り詰めるのではありません。全ての勾配をまとめた長さ（L2 ノルム）がこの値になるよう\
        全体を縮めるので、向きは変わりません。
        """)),
    "training.train_validation_data": ParameterAdvice(
      english: "Use true only for a last run, once the settings are chosen, so that no example is wasted.",
      japanese: "設定を決めた後の最後の一回だけ、例を余さず使うために true にします。",
      correction: ExplanationText(
        "The validation score then measures what was learned by heart; reports say so beside it.",
        "そのときの点数は暗記を測っているだけです。レポートにもそう書かれます。")),
  ]
}

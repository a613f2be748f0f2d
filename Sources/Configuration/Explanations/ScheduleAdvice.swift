extension ParameterAdvice {
  static let schedule: [String: ParameterAdvice] = [
    "training.epochs": ParameterAdvice(
      english: """
        Try 3 for hundreds of rows, 1 for many thousands, and watch the validation loss: when it rises again, there were \
        too many. The tutorial's 50 are for its 11 rows, which the model then knows by heart.
        """,
      japanese: """
        数百行なら 3、何千行もあるなら 1 から試し、測定用の損失を見ます。再び上がり始めたら多すぎます。\
        チュートリアルの 50 は 11 行しかないためで、モデルはその行を丸暗記します。
        """,
      correction: ExplanationText(
        "It is a whole number, and 0 is allowed: the run then only evaluates.",
        "整数で、0 も指定できます。その場合は評価だけを行います。")),
    "training.schedule": ParameterAdvice(
      english: """
        Leave it at Cosine. Constant makes it easier to see what a learning rate does, but usually ends a little worse.
        """,
      japanese: "Cosine のままにします。Constant は学習率の効果を見るには分かりやすいのですが、最後の出来は少し落ちるのが普通です。",
      correction: ExplanationText(
        """
        The rate moves with every update; H2O LLM Studio moves it with every batch, so that it differs with \
        grad_accumulation. The last update is made at a small rate above zero.
        """,
        """
        学習率は更新ごとに変わります。H2O LLM Studio ではバッチごとに変わるので、grad_accumulation を使うと違いが出ます。\
        最後の更新も、0 ではない小さな学習率で行います。
        """)),
    "training.warmup_epochs": ParameterAdvice(
      english: "Try 0.1 when the loss jumps in the first steps, as it may when all weights are trained.",
      japanese: "全ての重みを学習するときなど、最初の数回の更新で損失が跳ねるなら 0.1 を試します。",
      correction: ExplanationText(
        """
        0 means no warm-up: the first update is made at the full rate. Else the first update has the rate 0, or that of \
        min_learning_rate_ratio. It must not exceed epochs.
        """,
        """
        0 なら準備期間はなく、最初の更新から本来の学習率になります。0 より大きければ、最初の更新の学習率は 0 か \
        min_learning_rate_ratio の分です。epochs より大きくはできません。
        """)),
    "training.min_learning_rate_ratio": ParameterAdvice(
      english: "Try 0.1 when a run is to go on from here later, or when the loss still falls at the end.",
      japanese: "後で続きを学ばせるつもりのときや、最後になっても損失が下がり続けているときに 0.1 を試します。",
      correction: ExplanationText(
        "It is a share of learning_rate, not a rate; warm-up begins there too instead of at 0.",
        "学習率そのものではなく、learning_rate に対する割合です。ウォームアップも 0 ではなくここから始まります。")),
    "training.evaluation_epochs": ParameterAdvice(
      english: """
        Use more than 1, such as 10, when there are many epochs of few rows: each evaluation generates an answer for \
        every validation row, which may take longer than an epoch.
        """,
      japanese: """
        少ない行を何周も学習するなら、10 のように 1 より大きくします。評価のたびに測定用の全ての行の答えを生成するので、\
        一周の学習より長くかかることがあります。
        """,
      correction: ExplanationText(
        "Fractions and values above 1 both work, and the end is always evaluated, so the saved weights have a score.",
        "小数も 1 より大きい値も使えます。最後には必ず評価するので、保存した重みには必ず点数があります。")),
    "training.evaluate_before_training": ParameterAdvice(
      english: "Use true for the first run with new data: without the starting point, a score says little.",
      japanese: "新しいデータで最初に実行するときは true にします。出発点が分からなければ、点数だけを見ても判断できません。"),
    "training.save_best_checkpoint": ParameterAdvice(
      english: """
        Use true when you train for more epochs than may be good, with at least 50 validation rows: by one row, the best \
        is a matter of luck.
        """,
      japanese: """
        多めの周数で学習するときに true にします。測定用の行は 50 行以上にします。1 行だけでは、一番良い時点は運で決まってしまいます。
        """,
      correction: ExplanationText(
        """
        Best is by prediction.metric: the highest BLEU, the lowest perplexity. Both the best and the last score are \
        recorded, and lists show the one that belongs to the saved weights. Where a judge left rows without a score, two \
        evaluations are compared by the rows that have one in both, and only if those are half of all or more.
        """,
        """
        良さは prediction.metric で決まり、BLEU なら最大、Perplexity なら最小です。最良と最後の点数を両方記録し、\
        一覧には保存した重みの点数を示します。採点されなかった行があるときは、両方の評価で採点された行だけの平均を比べ、\
        それが全体の半分に満たなければ比べません。
        """)),
    "training.early_stopping_patience": ParameterAdvice(
      english: "Try 3 together with save_best_checkpoint and many epochs: the run ends when nothing improves any more.",
      japanese: "save_best_checkpoint と多めの周数に合わせて 3 を試します。改善しなくなった時点で学習が終わります。",
      correction: ExplanationText(
        """
        H2O LLM Studio has no such setting. An evaluation that says nothing about which is best, because a judge scored too \
        few of its rows, does not count against the patience.
        """,
        """
        H2O LLM Studio にはない項目です。採点された行が少なすぎて優劣を決められない評価は、回数に数えません。
        """)),
    "training.checkpoint_seconds": ParameterAdvice(
      english: "Lower it when the machine may go down at any time. It changes no result.",
      japanese: "いつ止まるか分からない環境では短くします。結果は変わりません。",
      correction: ExplanationText(
        "H2O LLM Studio has no such setting, and cannot resume; here 'kiseki resume' goes on to the same bytes.",
        "H2O LLM Studio にはない項目で、再開もできません。ここでは kiseki resume で続きを行い、同じ結果になります。")),
    "training.checkpoint_steps": ParameterAdvice(
      english: "Use it instead of checkpoint_seconds when you want to lose a known number of steps at most.",
      japanese: "失う更新の回数をはっきり決めておきたいときに、checkpoint_seconds の代わりに使います。",
      correction: ExplanationText(
        "These are states to resume from, not models to keep; for those see save_best_checkpoint.",
        "再開のための状態で、残しておくモデルではありません。それは save_best_checkpoint で決めます。")),
  ]
}

extension ParameterAdvice {
  static let environment: [String: ParameterAdvice] = [
    "environment.mixed_precision": ParameterAdvice(
      english: """
        Use true on processors with bfloat16 instructions, where it can halve the time. Compare runs only with others \
        that have the same value.
        """,
      japanese: """
        bfloat16 命令のある CPU では true にすると、時間が半分ほどになることがあります。比べるのは、この値が同じ実験どうしにします。
        """,
      correction: ExplanationText(
        """
        Only the large matrix products are done in bfloat16, with float32 sums; the adapter and all the rest stay as \
        they are without it. What was really used is recorded.
        """,
        """
        bfloat16 になるのは大きな行列積だけで、和は float32 で取ります。アダプターなど、ほかは全て\
        変わりません。実際に使われた方法は記録されます。
        """)),
    "environment.number_of_workers": ParameterAdvice(
      english: "Leave it. Preparing the data takes a moment next to the training.",
      japanese: "変えなくてかまいません。データの準備は、学習に比べればわずかな時間です。",
      correction: ExplanationText(
        "These are threads, not GPUs and not processes, and no result depends on their number.",
        "GPU の数でもプロセスの数でもなく、スレッドの数です。結果はこの数に左右されません。")),
    "environment.seed": ParameterAdvice(
      english: """
        Keep it while you compare settings. Run the best ones with three seeds or more ('kiseki sweep --seeds 3'): a \
        difference that comes and goes with the seed is luck.
        """,
      japanese: """
        設定を比べる間は同じ値にします。良かった設定は三つ以上の種で試します（kiseki sweep --seeds 3）。種によって消える差は、\
        たまたまです。
        """,
      correction: ExplanationText(
        "With -1 the drawn seed is recorded, so that even such a run can be repeated.",
        "-1 のときに選ばれた種も記録するので、その実験も再現できます。")),
    "environment.huggingface_branch": ParameterAdvice(
      english: "Give a commit when you want to be sure that the model on the hub is still the one you used.",
      japanese: "ハブのモデルが以前と同じものだと確実にしたいとき、コミットを指定します。"),
  ]
}

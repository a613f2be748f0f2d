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
      english: """
        Leave it at main, unless the model's page names another branch, for example one with its weights converted to \
        safetensors. Give a commit when the model must stay what it is now. 'kiseki model fetch templates/tutorial.yaml' \
        downloads what the file names.
        """,
      japanese: """
        ふつうは main のままにします。重みを safetensors に変換した版など、モデルのページが別のブランチを示しているときは変えます。\
        今のモデルに固定したいときはコミットを指定します。kiseki model fetch templates/tutorial.yaml が、その設定の示すものを\
        取得します。
        """,
      correction: ExplanationText(
        """
        H2O LLM Studio downloads when the run starts, and forgets what a branch was that day. Here downloading is a \
        command of its own, a run records the commit, and a repetition begins with that commit wherever the branch is by \
        then. For a backbone that is a directory the setting means nothing.
        """,
        """
        H2O LLM Studio は実行時に取得し、その日のブランチが何であったかは残りません。ここでは取得は別のコマンドで、実行はコミットを\
        記録し、再実行はブランチがその後動いていてもそのコミットから始めます。バックボーンがフォルダなら、この設定に意味はありません。
        """)),
  ]
}

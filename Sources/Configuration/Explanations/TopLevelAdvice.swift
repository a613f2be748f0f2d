extension ParameterAdvice {
  static let topLevel: [String: ParameterAdvice] = [
    "experiment_name": ParameterAdvice(
      english: """
        Give a name that says what you try, such as long-answers. Running the same name again does not overwrite \
        anything: it becomes the next version. On the command line, -n wins over this setting.
        """,
      japanese: """
        long-answers のように、何を試すのか分かる名前を付けます。同じ名前でもう一度実行しても上書きされず、次の版になります。\
        コマンドラインの -n は、この設定より優先されます。
        """),
    "llm_backbone": ParameterAdvice(
      english: """
        Start with a model that was already tuned to follow instructions in the language of your data, and only then try \
        a bigger one: size costs memory and time in proportion. Write the prompts as that model knows them \
        (dataset.text_prompt_start, dataset.text_answer_separator).
        """,
      japanese: """
        まずは、データと同じ言語で指示に従うよう調整済みのモデルを選び、大きなモデルは後から試します。大きさに比例してメモリと時間が\
        かかります。指示の書き方は、そのモデルが学んだ形（dataset.text_prompt_start と dataset.text_answer_separator）に合わせます。
        """),
    "output_directory": ParameterAdvice(
      english: """
        Leave it empty unless the workspace's disk is too small for checkpoints and models: then name a folder on another \
        one, such as /data/runs. Every command goes on finding the experiment by its name. A folder that holds anything \
        under that name already is refused.
        """,
      japanese: """
        ふつうは空のままにします。ワークスペースのディスクにチェックポイントやモデルが入りきらないときだけ、/data/runs のように\
        別のディスクのフォルダを書きます。どのコマンドもこれまでどおり名前で実験を見つけます。同じ名前のものがすでにある場所は断ります。
        """,
      correction: ExplanationText(
        """
        In H2O LLM Studio this is the folder of the run itself, and it may be overwritten. A run here never silently \
        overwrites another, and the value of an H2O file is left out.
        """,
        """
        H2O LLM Studio では実験そのもののフォルダを指し、上書きされることがあります。ここでは黙って上書きすることはなく、\
        H2O のファイルに書かれた値は使いません。
        """)),
  ]
}

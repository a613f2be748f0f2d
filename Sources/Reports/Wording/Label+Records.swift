/// Settings, data, environment and provenance.
extension Label {
  static let settingsIntroduction = Label(
    "Only what differs between the runs, with the number of runs that have each value.",
    "実行の間で異なるものだけを、値ごとの件数とともに示します。")
  static let settingsIntroductionSame = Label(
    "The runs do not differ in any setting.", "実行の間で異なる設定はありません。")
  static let settingsIntroductionOne = Label(
    "The complete configuration; point at a key to read what it means.",
    "すべての設定です。キーを指すと意味を読めます。")
  static let setting = Label("Setting", "設定")
  static let values = Label("Values", "値")
  static let meaning = Label("What it does", "はたらき")
  static let sameSettings = Label("{count} settings that are the same in all runs", "すべての実行に共通する {count} 個の設定")
  static let allSettings = Label("All {count} settings", "{count} 個すべての設定")
  static let value = Label("Value", "値")
  static let otherDifferences = Label("Other differences", "その他の違い")

  static let usedByAll = Label("All {count} runs", "全 {count} 件の実行")
  static let usedBy = Label("{count} of {total} runs: {labels}", "{total} 件中 {count} 件: {labels}")
  static let role = Label("Role", "役割")
  static let roleTrain = Label("training", "学習")
  static let roleValidation = Label("validation", "検証")
  static let roleTest = Label("test", "テスト")
  static let file = Label("File", "ファイル")
  static let rows = Label("Rows", "行数")
  static let size = Label("Size", "サイズ")
  static let columns = Label("Columns", "列")
  static let stored = Label("Stored", "保存")
  static let storedYes = Label("with the experiment", "実験と一緒に保存")
  static let storedNo = Label("not stored, too large", "大きいため保存なし")
  static let split = Label(
    "{train} {train:row|rows} trained on, {validation} validated on", "学習に {train} 行、検証に {validation} 行")
  static let trainsOnValidation = Label(
    "The validation rows were trained on too: scores on them say nothing about unseen text.",
    "検証用の行も学習に使っています。その点数は未知の文への性能を表しません。")
  static let truncationNone = Label(
    "No row was cut to fit the length limits.", "長さの上限で切り詰めた行はありません。")
  static let truncation = Label(
    "Cut to fit the length limits: {parts}.", "長さの上限で切り詰め: {parts}。")
  static let truncationPart = Label(
    "{part} {column}: {rows} {rows:row loses|rows lose} {tokens} {tokens:token|tokens}",
    "{part} {column}: {rows} 行で {tokens} トークン")

  static let laterIntroduction = Label(
    "Made after the run was recorded: on other data, by other settings, or of the untouched model. “kiseki show NAME@V” "
      + "lists them, and “kiseki compare --data FILE” compares by them.",
    "実行の記録より後に行った評価です。別のデータ、別の設定、または学習前のモデルによるものです。kiseki show NAME@V で一覧を、kiseki compare --data FILE で比較を見られます。")
  static let model = Label("Model", "モデル")
  static let evaluated = Label("Evaluated (UTC)", "評価日時（UTC）")
  static let backbone = Label("Backbone", "元のモデル")
  static let machine = Label("Machine", "マシン")
  static let system = Label("System", "OS")
  static let program = Label("Program", "プログラム")
  static let compute = Label("Compute", "計算")
  static let workspace = Label("Workspace", "ワークスペース")
  static let threads = Label("{count} {count:thread|threads}", "{count} スレッド")
  static let memory = Label("{bytes} memory", "メモリ {bytes}")
  static let noCommit = Label("no commit", "コミットなし")
  static let changed = Label("tracked files changed", "追跡中のファイルに変更あり")
  static let untracked = Label("{count} untracked {count:file|files}", "追跡していないファイル {count} 個")

  static let sourcesIntroduction = Label(
    "Each number on this page belongs to one of these versions. With the repository at hand, “kiseki show NAME@V” shows it, "
      + "and “kiseki verify NAME@V” runs it again and compares.",
    "このページの数値は、すべて次のいずれかの版のものです。リポジトリがあれば kiseki show NAME@V で内容を確かめ、kiseki verify NAME@V で再実行して照合できます。")
  static let version = Label("Version", "版")
  static let recorded = Label("Recorded (UTC)", "記録日時（UTC）")
  static let speed = Label("Tokens/s", "トークン/秒")
  static let peakMemory = Label("Peak memory", "最大メモリ")
  static let note = Label("Note", "メモ")
  static let completed = Label("completed", "完了")
  static let failed = Label("failed", "失敗")
  static let running = Label("running", "実行中")
  static let interrupted = Label("interrupted", "中断")
  static let unreadable = Label("unreadable", "読めません")
  static let notRecorded = Label("no version", "版なし")
}

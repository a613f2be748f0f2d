/// What only a site of several pages says.
extension Label {
  static let siteTitle = Label("Experiments", "実験の一覧")
  static let siteKind = Label("Kiseki", "Kiseki")
  static let experimentKind = Label("Experiment", "実験")
  static let indexLink = Label("All experiments", "実験の一覧")
  static let comparisonLink = Label("Comparison", "比較")

  static let downloadsHeading = Label("All numbers", "すべての数値")
  static let downloadsIntroduction = Label(
    "The same numbers for other programs. Each experiment's own page has its adapter and its predictions.",
    "ほかのプログラムで使うための同じ数値です。アダプターと出力は各実験のページにあります。")
  static let contains = Label("Contains", "内容")
  static let recordsFile = Label(
    "every experiment: settings, scores, data, environment, files with their hashes",
    "すべての実験: 設定、スコア、データ、実行環境、ハッシュ値つきのファイル一覧")
  static let tableFile = Label("a row for each experiment: scores and settings", "実験ごとに 1 行: スコアと設定")
  static let comparisonFile = Label("what was compared, with intervals and tests", "比較の結果、信頼区間と検定")
  static let sumsFile = Label(
    "for every file of this site; “sha256sum -c SHA256SUMS” checks them",
    "サイト内の全ファイルの値。sha256sum -c SHA256SUMS で検査できます")

  static let stepsHeading = Label("Scores by step", "ステップごとのスコア")
  static let savedStep = Label("the saved weights", "保存された重み")
  static let bestRemark = Label("the best", "最良")
  static let untouchedStep = Label("before tuning", "学習前")
  static let otherSettings = Label("{count} settings that are the same everywhere", "すべての実験に共通する {count} 個の設定")
  static let settingsIntroductionSite = Label(
    "Those in which the experiments of this site differ.", "このサイトの実験の間で異なる設定です。")

  static let filesHeading = Label("Files", "ファイル")
  static let filesIntroduction = Label(
    "Every file of this version as it was recorded. {sums} lists those that can be downloaded here.",
    "この版に記録されたすべてのファイルです。ここから入手できるものの値は {sums} にあります。")
  static let notOnSite = Label("not on this site", "このサイトにはありません")
  static let damaged = Label(
    "not on this site: it is not the file the run left", "このサイトにはありません（実行時のファイルと異なります）")
  static let cleaned = Label("private parts removed for publication", "公開のため非公開の部分を除去")

  static let commandsHeading = Label("Have it back, judge it, repeat it", "取り出す・確かめる・繰り返す")
  static let commandsIntroduction = Label(
    "In the workspace it was recorded in, or in a clone that has its references. The version is commit {commit}.",
    "記録したワークスペース、またはその参照を持つ複製で実行します。この版のコミットは {commit} です。")
  static let checkoutCommand = Label(
    "puts the directory back as it was, data included", "当時のディレクトリをデータごと元に戻します")
  static let verifyCommand = Label(
    "runs it again aside and says whether it comes out the same", "別の場所で再実行し、同じ結果になるかを判定します")
  static let rerunCommand = Label(
    "trains it again from the recorded inputs, as the next version", "記録された入力から学習し直し、次の版にします")
}

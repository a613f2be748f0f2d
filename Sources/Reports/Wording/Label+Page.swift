/// What stands around and above the content.
extension Label {
  static let skipToContent = Label("Skip to the content", "本文へ移動")
  static let contents = Label("Contents", "目次")
  static let footer = Label(
    "Made with Kiseki. Everything on this page is inside this file; nothing is loaded from anywhere.",
    "Kiseki で作成しました。このページの内容はすべてこのファイルの中にあり、外部からは何も読み込みません。")
  static let reportKind = Label("Kiseki report", "Kiseki レポート")
  static let subtitleRuns = Label("{runs} {runs:run|runs}, judged by {metric}", "{runs} 回の実行、評価指標は {metric}")
  static let cutMark = Label("[{count} characters in all]", "［全 {count} 文字］")

  // Said by the script.
  static let step = Label("Step", "ステップ")
  static let hideCurve = Label("Hide or show this curve", "この曲線を隠す・表示する")
  static let showAll = Label("Show all", "すべて表示")
  static let sortHint = Label("Sort by this column", "この列で並べ替える")

  // Headings.
  static let scoresHeading = Label("{metric} with {confidence} intervals", "{metric} と {confidence} 信頼区間")
  static let leaderboardHeading = Label("Leaderboard", "順位表")
  static let heatmapHeading = Label("{metric} by {row} and {column}", "{row} と {column} ごとの {metric}")
  static let curvesHeading = Label("Learning curves", "学習曲線")
  static let samplesHeading = Label("Sample predictions", "出力例")
  static let settingsHeading = Label("Settings", "設定")
  static let dataHeading = Label("Data", "データ")
  static let environmentHeading = Label("Environment", "実行環境")
  static let heatmapShort = Label("Heatmap", "ヒートマップ")
  static let laterHeading = Label("Later evaluations", "後からの評価")
  static let sourcesShort = Label("Sources", "出どころ")
  static let sourcesHeading = Label("Where the numbers come from", "数値の出どころ")
}

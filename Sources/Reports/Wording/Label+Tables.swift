/// Columns, captions and explanations of the sections.
extension Label {
  static let run = Label("Run", "実行")
  static let commit = Label("Commit", "コミット")
  static let interval = Label("{confidence} interval", "{confidence} 信頼区間")
  static let difference = Label("Difference", "差")
  static let pValue = Label("p", "p")
  static let loss = Label("Validation loss", "検証損失")
  static let perplexity = Label("Perplexity", "パープレキシティ")
  static let testColumn = Label("Test {metric}", "テスト {metric}")
  static let trainingTime = Label("Training time", "学習時間")
  static let status = Label("Status", "状態")
  static let baseline = Label("baseline", "基準")
  static let seeds = Label("{count} seeds", "{count} シード")
  static let deviation = Label("± {value} between seeds", "シード間 ± {value}")
  static let luck = Label("may be luck", "偶然の範囲")
  static let moreThanLuck = Label("more than luck", "偶然とは言えない")

  static let partialScore = Label("over {scored} of {rows} rows", "{rows} 行中 {scored} 行")
  static let partialCurve = Label(
    "some points are over a part of the rows", "一部の行だけの点を含みます")
  static let score = Label("Score", "評価値")
  static let ownScoresHeading = Label("Scores", "評価値")
  static let afterTuning = Label("After tuning", "学習後")
  static let bestStep = Label("Best evaluation, step {step}", "最良の評価（ステップ {step}）")
  static let lastStep = Label("Last evaluation, step {step}", "最後の評価（ステップ {step}）")
  static let onTestRows = Label("On test rows", "テストデータ")
  static let scoresIntroduction = Label(
    "The dot is the score on {rows} {rows:row|rows}, the bar where it would lie in {confidence} of draws of other such rows. "
      + "Overlapping bars do not settle a comparison: the table's paired test does.",
    "点は {rows} 行での値、線は行を選び直したときに {confidence} の割合で値が収まる範囲です。線が重なっていても優劣は決まりません。順位表の対応のある検定で判断します。")
  static let scoresMore = Label(
    "{count} further runs are in the leaderboard below.", "このほかの {count} 件は下の順位表にあります。")
  static let leaderboardIntroduction = Label(
    "Each run is tested against the baseline, {baseline}, on the same rows. {correction}",
    "各実行を、同じ行で基準（{baseline}）と比べて検定しています。{correction}")
  static let correctionSentence = Label(
    "The p-values are corrected for {count} tests (Holm).", "p 値は {count} 回の検定に対して補正しています（Holm）。")
  static let heatmapIntroduction = Label(
    "Each cell is {metric} on the validation rows; the best is framed.",
    "各セルは検証データでの {metric} です。最良のセルを枠で囲んでいます。")
  static let heatmapSeeds = Label("Several seeds are averaged.", "複数のシードは平均しています。")
  static let heatmapSweep = Label("Only the trials of {sweep}.", "{sweep} の試行だけを示します。")
  static let settingsColumn = Label("Settings", "設定")
  static let noRun = Label("no run", "実行なし")
  static let worse = Label("worse", "悪い")
  static let better = Label("better", "良い")

  static let curvesIntroduction = Label(
    "Colours follow the leaderboard. Point at a chart to read values off; click a name to hide or show its curve.",
    "色は順位表の順です。グラフを指すと値を読め、名前を押すとその曲線を隠したり表示したりできます。")
  static let curvesIntroductionOne = Label(
    "Point at a chart to read values off.", "グラフを指すと値を読めます。")
  static let curvesRest = Label(
    "The best {count} runs have a colour; the others are grey.", "上位 {count} 件に色を付け、残りは灰色です。")
  static let validationCurve = Label("{metric}, validation", "検証 {metric}")
  static let trainingLoss = Label("Training loss", "学習損失")
  static let smoothedNote = Label("exponential moving average, weight 0.9", "指数移動平均、重み 0.9")
  static let curveDescription = Label("{count} {count:curve|curves} over steps.", "ステップに対する {count} 本の曲線。")

  static let samplesIntroduction = Label(
    "{count} {count:row|rows} of the validation data, evenly spaced and not picked by hand. “Tuned” is {winner}.",
    "検証データから等間隔に選んだ {count} 行です（手で選んではいません）。「学習後」は {winner} の出力です。")
  static let samplesIntroductionData = Label(
    "{count} {count:row|rows} of the data compared on, evenly spaced and not picked by hand. “Tuned” is {winner}.",
    "比較に使ったデータから等間隔に選んだ {count} 行です（手で選んではいません）。「学習後」は {winner} の出力です。")
  static let row = Label("Row {number}", "{number} 行目")
  static let prompt = Label("Prompt", "入力")
  static let reference = Label("Reference", "正解")
  static let untouched = Label("Untouched model", "学習前")
  static let tuned = Label("Tuned", "学習後")
  static let noText = Label("(empty)", "（空）")
  static let notGenerated = Label("(not generated)", "（生成なし）")
}

/// Why something could not be compared, as the end of a sentence.
extension Label {
  static let reasonFailed = Label("the run failed: {reason}", "実行が失敗しました: {reason}")
  static let reasonUnfinished = Label("the run is not finished", "実行が終わっていません")
  static let reasonUnreadable = Label("its record cannot be read: {reason}", "記録を読めません: {reason}")
  static let reasonNoScore = Label("it has no {metric}", "{metric} の値がありません")
  static let reasonNotFinite = Label("its score is no finite number", "値が有限の数ではありません")
  static let reasonNoStatistics = Label(
    "its rows' statistics are not whole: {missing}", "行ごとの統計が揃っていません: {missing}")
  static let reasonTooFewRows = Label("{rows} rows give no interval", "{rows} 行では信頼区間を求められません")
  static let reasonOneRow = Label("one row gives no interval", "1 行では信頼区間を求められません")
  static let reasonOtherRows = Label(
    "it was scored on other rows: {own} against {others}, {shared} of them shared",
    "評価した行が異なります: {own} 行と {others} 行、共通は {shared} 行")
  static let reasonOtherSignature = Label(
    "its BLEU is another one: {own} against {others}", "BLEU の設定が異なります: {own} と {others}")
  static let reasonOtherJudge = Label(
    "it was judged in another way: {own} against {others}", "採点のしかたが異なります: {own} と {others}")
  static let reasonOtherTokens = Label(
    "its loss counts other tokens: {own} against {others} on the same rows",
    "同じ行でもトークン数が異なります: {own} と {others}")
  static let reasonBaseline = Label("the baseline itself cannot be compared", "基準となる実行を比べられません")
}

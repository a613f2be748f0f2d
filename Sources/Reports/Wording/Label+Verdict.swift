/// The verdict, and what has to be said beside it.
extension Label {
  static let verdictDecided = Label(
    "{winner} is best: {metric} {score}, {margin} ahead of {rival}{evidence}. The lead is more than luck.",
    "最良は {winner} です。{metric} は {score} で、{rival} を {margin} 上回ります{evidence}。この差は偶然とは言えません。")
  static let verdictDecidedLower = Label(
    "{winner} is best: {metric} {score}, {margin} below {rival}{evidence}. The lead is more than luck.",
    "最良は {winner} です。{metric} は {score} で、{rival} より {margin} 低い（良い）値です{evidence}。この差は偶然とは言えません。")
  static let verdictUndecided = Label(
    "{winner} has the best {metric}, {score}, but its lead of {margin} over {rival} may be luck{evidence}.",
    "{metric} が最も良いのは {winner} の {score} ですが、{rival} との差 {margin} は偶然かもしれません{evidence}。")
  static let verdictOnlyOne = Label(
    "{winner} reaches {metric} {score}{evidence}.", "{winner} の {metric} は {score} です{evidence}。")
  static let verdictIncomparable = Label(
    "{winner} has the best {metric}, {score}. Whether it is better than {rival} cannot be said: {reason}.",
    "{metric} が最も良いのは {winner} の {score} です。{rival} より良いかどうかは判断できません（{reason}）。")
  static let verdictNoScore = Label("No run has a score to compare by {metric}.", "{metric} で比べられる実行がありません。")

  static let evidence = Label(
    " ({confidence} interval {lower} to {upper}, p = {p}, {rows} rows)",
    "（{confidence} 信頼区間 {lower} 〜 {upper}、p = {p}、{rows} 行）")
  static let evidenceOne = Label(
    " ({confidence} interval {lower} to {upper}, {rows} rows)",
    "（{confidence} 信頼区間 {lower} 〜 {upper}、{rows} 行）")
  static let evidenceNone = Label(" ({reason})", "（{reason}）")

  static let factScore = Label("Best {metric}", "最良の {metric}")
  static let factOnlyScore = Label("{metric}", "{metric}")
  static let factLead = Label("Lead", "差")
  static let factPValue = Label("p-value", "p 値")
  static let factRows = Label("Validation rows", "検証データの行数")
  static let factDataRows = Label("Rows compared on", "比較した行数")
  static let factTestRows = Label("Test rows", "テストデータの行数")
  static let factTest = Label("{metric} on test rows", "テストデータの {metric}")
  static let factBefore = Label("Before tuning", "学習前")
  static let between = Label("{confidence}: {lower} to {upper}", "{confidence}: {lower} 〜 {upper}")
  static let intervalOf = Label("{confidence}: {lower} – {upper}", "{confidence}: {lower} – {upper}")
  static let holm = Label("Holm-corrected for {count} tests", "{count} 回の検定に対する Holm 補正後")
  static let oneTest = Label("paired bootstrap over rows", "行の対応ありブートストラップ")

  static let warnOptimistic = Label(
    "The best of {count} was chosen on the very rows it is scored on, which flatters it. {test}",
    "{count} 通りから最良を選んだ行と評価した行が同じため、この値は実力より高めに出ます。{test}")
  static let optimisticTested = Label(
    "On {rows} test {rows:row|rows}, which played no part in the choice, it scores {score}.",
    "選択に使っていないテストデータ {rows} 行では {score} です。")
  static let optimisticUntested = Label(
    "No test set was given: name one in dataset.test_dataframe for a figure without this bias.",
    "テストデータがありません。dataset.test_dataframe に指定すると、この偏りのない値が得られます。")
  static let warnPartialScore = Label(
    "The score of {label} is a mean over {scored} of {rows} rows: the judge gave none for the others.",
    "{label} の値は {rows} 行のうち {scored} 行だけの平均です。残りの行は採点されませんでした。")
  static let warnPartialOthers = Label(
    "{others} more {others:is such a mean|are such means}.", "ほかに {others} 件も一部の行だけの平均です。")
  static let warnSharedRows = Label(
    "The difference of {label} is that over the {scored} of {rows} rows for which both have a score.",
    "{label} の差は、両方が採点された {rows} 行中 {scored} 行での値です。")
  static let warnSharedOthers = Label("So it is with {others} more.", "ほかに {others} 件も同様です。")
  static let warnFewRows = Label(
    "With only {rows} rows the intervals are rough.", "{rows} 行しかないため、信頼区間は大まかな目安です。")
  static let warnBestIsBaseline = Label(
    "The others are measured against the best of them, which makes them look a little worse than they are.",
    "他の実行は最良のものと比べているため、実際よりやや悪く見えます。")
  static let warnSingleSeeds = Label(
    "Each setting was run with one seed: the intervals cover the choice of rows, not the luck of the seed.",
    "各設定は 1 つの乱数シードだけで実行しました。信頼区間は行の選び方によるゆれを表し、シードによるゆれは含みません。")
  static let warnMixedMetrics = Label(
    "The runs are configured for different metrics; all are judged by {metric} here.",
    "評価指標の設定が実行ごとに異なるため、ここではすべて {metric} で比べています。")
  static let warnNotCompared = Label("{label} is not compared: {reason}.", "{label} は比較に含めていません（{reason}）。")
  static let warnSeedRows = Label(
    "The seeds of {label} were scored on different rows, so only their mean is given.",
    "{label} はシードごとに評価した行が異なるため、平均だけを示します。")
}

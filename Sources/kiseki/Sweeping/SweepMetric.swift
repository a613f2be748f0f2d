import Experiments

/// What decides which trial is best.
struct SweepMetric {
  private let metric: ComparisonMetric
  private let onTest: ComparisonMetric
  let title: String

  /// - Parameter metric: the value of `prediction.metric`.
  init(_ metric: String) {
    let measure: ComparisonMetric.Measure = metric == "Perplexity" ? .perplexity : .bleu
    self.metric = ComparisonMetric(measure)
    onTest = ComparisonMetric(measure, on: .test)
    title = measure == .bleu ? "BLEU" : "perplexity"
  }

  /// As in results: `validation/bleu`.
  var name: String { metric.name }

  var comparison: String { metric.isHigherBetter ? "more" : "less" }

  func isBetter(_ first: Double, _ second: Double) -> Bool { metric.isHigherBetter ? first > second : first < second }

  /// The score that belongs to the saved weights; `nil` unless the trial was completed.
  func value(_ entry: SweepBoard.Entry) -> Double? {
    guard entry.state.isCompleted, let outcome = entry.record?.result?.outcome else { return nil }
    return (outcome.best ?? outcome.last)?[name]
  }

  func testValue(_ entry: SweepBoard.Entry) -> Double? {
    guard entry.state.isCompleted, let outcome = entry.record?.result?.outcome else { return nil }
    return outcome.others.first { $0.key == "test" }?.value[onTest.name]?.doubleValue
  }
}

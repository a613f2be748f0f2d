import Experiments
import Tables

/// What decides which trial is best.
struct SweepMetric {
  private let metric: ComparisonMetric
  private let onTest: ComparisonMetric
  let title: String

  /// - Parameter metric: the value of `prediction.metric`.
  init(_ metric: String) {
    self.metric = ComparisonMetric(configured: metric)
    onTest = self.metric.on(.test)
    title =
      switch self.metric.measure {
      case .perplexity: "perplexity"
      case .judge: "judge score"
      default: "BLEU"
      }
  }

  /// As in results: `validation/bleu`.
  var name: String { metric.name }

  var comparison: String { metric.isHigherBetter ? "more" : "less" }

  func isBetter(_ first: Double, _ second: Double) -> Bool { metric.isHigherBetter ? first > second : first < second }

  /// The score that belongs to the saved weights; `nil` unless the trial was completed.
  ///
  /// A judge's mean over less than half of the rows decides nothing, as in the choice of a run's best evaluation.
  func value(_ entry: SweepBoard.Entry) -> Double? {
    guard entry.state.isCompleted, let outcome = entry.record?.result?.outcome else { return nil }
    if let coverage = coverage(entry), 2 * coverage.scored < coverage.rows { return nil }
    return outcome.saved?[name]
  }

  /// Over how many rows that score is a mean, where it may leave some out.
  func coverage(_ entry: SweepBoard.Entry) -> ScoreCoverage? {
    ScoreCoverage(of: name, in: entry.record?.result?.outcome.saved?.values ?? [])
  }

  func testValue(_ entry: SweepBoard.Entry) -> Double? {
    guard entry.state.isCompleted else { return nil }
    return test(entry).first { $0.key == onTest.name }?.value.doubleValue
  }

  /// Over how many of the test rows that score is a mean, where it may leave some out.
  func testCoverage(_ entry: SweepBoard.Entry) -> ScoreCoverage? { ScoreCoverage(of: onTest.name, in: test(entry)) }

  private func test(_ entry: SweepBoard.Entry) -> [JSONMember] {
    entry.record?.result?.outcome.others.first { $0.key == "test" }?.value.objectMembers ?? []
  }
}

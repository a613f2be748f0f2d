import Experiments
import Foundation

/// What decides which trial is best.
struct SweepMetric {
  let title: String
  /// As in results: `validation/bleu`.
  let name: String
  private let isHigherBetter: Bool

  /// - Parameter metric: the value of `prediction.metric`.
  init(_ metric: String) {
    isHigherBetter = metric == "BLEU"
    title = isHigherBetter ? "BLEU" : "perplexity"
    name = isHigherBetter ? "validation/bleu" : "validation/perplexity"
  }

  var comparison: String { isHigherBetter ? "more" : "less" }

  func isBetter(_ first: Double, _ second: Double) -> Bool { isHigherBetter ? first > second : first < second }

  /// The score that belongs to the saved weights; `nil` unless the trial was completed.
  func value(_ entry: SweepBoard.Entry) -> Double? {
    guard entry.state.isCompleted, let outcome = entry.record?.result?.outcome else { return nil }
    return (outcome.best ?? outcome.last)?[name]
  }

  func testValue(_ entry: SweepBoard.Entry) -> Double? {
    guard entry.state.isCompleted, let outcome = entry.record?.result?.outcome else { return nil }
    let key = name.replacingOccurrences(of: "validation/", with: "test/")
    return outcome.others.first { $0.key == "test" }?.value[key]?.doubleValue
  }
}

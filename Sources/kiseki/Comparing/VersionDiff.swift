import CommandLine
import Experiments
import Tables

/// Everything `diff` finds out about two versions.
struct VersionDiff {
  let difference: VersionDifference
  let data: [DataDifference]
  let adapter: AdapterDifference?
  /// What could not be compared, and why.
  private(set) var problems: [String] = []
  /// Rows of data and predictions shown; all of them when `nil`.
  let limit: Int?

  init(_ first: ExperimentVersion, _ second: ExperimentVersion, limit: Int?, options: Comparison.Options) throws {
    difference = try VersionDifference(first, second, options: options)
    self.limit = limit
    // A part that cannot be compared is said and hides nothing else.
    var problems = difference.comparison.runs.compactMap { run in
      run.problem.map { "\(run.reference): \($0)" }
    }
    func part<Value>(_ name: String, _ read: () throws -> Value) -> Value? {
      do {
        return try read()
      } catch {
        problems.append("\(name) not compared: \(error)")
        return nil
      }
    }
    data = part("data") { try DataDifference.all(first, second) } ?? []
    adapter = part("adapters") { try AdapterDifference(first, second) }
    self.problems = problems + (adapter?.problems ?? [])
  }

  var labels: [String] { [difference.first.reference, difference.second.reference] }

  /// The parts of the data whose rows differ.
  var differingData: [DataDifference] {
    data.filter { part in if case .sameBytes = part.finding { false } else { true } }
  }

  var predictions: [(part: ComparisonMetric.Part, difference: PredictionDifference)] {
    [(ComparisonMetric.Part.validation, difference.validation), (.test, difference.test)]
      .compactMap { part, found in found.map { (part, $0) } }
  }
}

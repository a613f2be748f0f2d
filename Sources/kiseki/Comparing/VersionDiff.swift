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

  /// - Parameter runs: the versions as they are compared: by their own evaluations, or by later ones.
  init(
    _ first: ExperimentVersion, _ second: ExperimentVersion, runs: [ComparedRun], limit: Int?,
    options: Comparison.Options
  ) throws {
    difference = try VersionDifference(runs: runs[0], runs[1], options: options)
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
    [(ComparisonMetric.Part.validation, difference.validation), (.test, difference.test), (.data, difference.data)]
      .compactMap { part, found in found.map { (part, $0) } }
  }
}

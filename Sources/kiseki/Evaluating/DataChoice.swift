import CommandLine
import Experiments
import Foundation
import Hashing
import Spelling

/// The later evaluations that `--data` chooses among: those on a file, by its content, or one by its id.
struct DataChoice {
  static let option = ValueOption(
    "data", placeholder: "FILE",
    help:
      "by the scores of 'kiseki evaluate' on this file, or on the data of the evaluation with this id, instead of the "
      + "runs' own rows")

  /// As it was typed.
  let name: String
  private let sha256: SHA256Digest?
  private let path: String

  init(_ name: String, _ console: Console, in workspace: Workspace) throws {
    self.name = name
    let full = console.path(name)
    path = workspace.portablePath(full)
    sha256 =
      FileManager.default.fileExists(atPath: full) && !isDirectory(full) ? try SHA256.hash(fileAt: full) : nil
  }

  /// A file with the same content is the same data; where the file has gone, its name has to do.
  ///
  /// - Parameter named: the data of the evaluation whose id was typed.
  private func matches(_ evaluation: LaterEvaluation, named: SHA256Digest?) -> Bool {
    let data = evaluation.request.data
    if let sha256 = sha256 ?? named { return data.sha256 == sha256 }
    return data.path == path || data.path == name
  }

  /// Runs with an evaluation of each on these data that has the score asked for: those made by equal settings, the newest
  /// where there are several, and where there are none the newest of each.
  ///
  /// - Parameter metric: that of the first run unless given.
  /// - Returns: with sentences about what a reader of the comparison has to know.
  /// - Throws: `CommandFailure` when none of them has one.
  func runs(
    _ versions: [ExperimentVersion], by metric: ComparisonMetric?, in workspace: Workspace
  ) throws -> (runs: [ComparedRun], remarks: [String]) {
    var remarks: [String] = []
    let all = try versions.map { version in
      let found = try workspace.laterEvaluations(of: version.name, version: version.number)
      remarks += found.problems
      return found.evaluations
    }
    let named = all.joined().first { KeptData.isID(name, of: $0) }?.request.data.sha256
    var candidates = zip(versions, all).map { version, evaluations in
      Candidates(
        run: ComparedRun(version), evaluations: evaluations.filter { !$0.request.isBase && matches($0, named: named) })
    }
    let model = candidates.first { $0.run.problem == nil } ?? candidates.first
    let metric = metric ?? ComparisonMetric(ofSettings: model?.run.settings ?? []).on(.data)
    for index in candidates.indices { candidates[index].keep(metric) }
    let evaluated = candidates.filter { !$0.evaluations.isEmpty }
    guard !evaluated.isEmpty else {
      let example = versions.first.map { " --data \(shellWord(name)) for \($0.reference)" } ?? ""
      throw CommandFailure(
        "cannot compare on \(name): none of these experiments was evaluated on it\(sha256 == nil ? "" : " as it is now"). "
          + "Use 'kiseki evaluate' with\(example) first.")
    }
    let common = Self.commonSettings(evaluated)
    let runs = try candidates.map { candidate in
      var run = candidate.run
      guard let newest = candidate.evaluations.last else {
        run.lack(
          "evaluation on \(name); '\(shellCommand("evaluate", run.reference)) --data \(shellWord(name))' makes one")
        return run
      }
      let chosen = candidate.evaluations.last { $0.settings == common } ?? newest
      try run.take(chosen.evaluation, predictions: workspace.predictions(of: chosen.evaluation))
      if chosen.evaluation.id != newest.evaluation.id {
        let others = EvaluationSettings.differing([chosen.settings, newest.settings]).joined(separator: ", ")
        remarks.append(
          "\(run.reference): its evaluation \(chosen.evaluation.id) is compared, made by the settings of the others; the "
            + "newer \(newest.evaluation.id) has another \(others)")
      }
      return run
    }
    if common == nil {
      let settings = EvaluationSettings.differing(evaluated.compactMap(\.evaluations.last?.settings))
      remarks.append(
        "the newest evaluations on \(name) were made by different settings (\(settings.joined(separator: ", "))), and none "
          + "by equal ones; scores differ for that reason too")
    }
    return (runs, remarks)
  }

  /// The settings that an evaluation of every run was made by; of several those of the newest evaluation.
  private static func commonSettings(_ evaluated: [Candidates]) -> EvaluationSettings? {
    let shared = evaluated.map { Set($0.evaluations.map(\.settings)) }
      .reduce(nil as Set<EvaluationSettings>?) { $0?.intersection($1) ?? $1 }
    return evaluated.flatMap(\.evaluations).filter { shared?.contains($0.settings) == true }
      .max { $0.evaluation.time < $1.evaluation.time }?.settings
  }

  /// A run with its evaluations to choose among, oldest first.
  private struct Candidates {
    let run: ComparedRun
    private(set) var evaluations: [(evaluation: LaterEvaluation, settings: EvaluationSettings)] = []
    private let all: [LaterEvaluation]

    init(run: ComparedRun, evaluations: [LaterEvaluation]) {
      self.run = run
      all = evaluations
    }

    /// Takes those that have the score, or all of them where none has.
    mutating func keep(_ metric: ComparisonMetric) {
      let scored = all.filter { $0.score(metric.measure.rawValue) != nil }
      evaluations = (scored.isEmpty ? all : scored).map { ($0, EvaluationSettings($0, of: run, for: metric)) }
    }
  }
}

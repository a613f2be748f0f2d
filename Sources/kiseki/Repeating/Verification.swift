import CommandLine
import Configuration
import Experiments
import FineTuning
import Foundation
import Tables
import Tensors

/// Makes a recorded run again, aside, and says whether it comes out the same to the last byte.
///
/// The experiment's directory and references are not touched. A failed version is repeated like any other: it is
/// identical when it fails again with the same reason after the same steps.
struct Verification {
  let files: RecordedFiles
  let workspace: Workspace
  /// Absolute; `nil` to look for it.
  var backbone: String?
  /// Goes on behind the first difference.
  var isFull = false
  let console: Console

  private var version: ExperimentReference { files.version.reference }

  /// Only looks at what is stored: every object readable, every file as its run left it.
  func judgeFiles() -> Judgement {
    let problems = files.problems()
    guard let first = problems.first(where: \.isUnreadable) ?? problems.first else {
      return Judgement(
        version: version, verdict: .identical,
        detail: Format.count(files.files.count, "file")
          + " \(files.files.count == 1 ? "is" : "are") as the run left \(files.files.count == 1 ? "it" : "them")")
    }
    for problem in problems { console.warn("\(version): \(problem)") }
    return Judgement(
      version: version, verdict: first.isUnreadable ? .notComparable : .different,
      detail: problems.map(\.description).joined(separator: "; "))
  }

  /// - Returns: `nil` when stopped by a signal.
  /// - Throws: what says nothing about the experiment, such as a full disk.
  func judge() throws -> Judgement? {
    let problems = files.problems()
    if let blocking = problems.first(where: { $0.isUnreadable || !Self.isResult($0.path) }) {
      return notComparable(
        blocking.description, recorded: "\(blocking.path) is \(blocking.isUnreadable ? "damaged" : "changed")")
    }
    for problem in problems { console.warn("\(version): \(problem)") }
    let result = try files.version.result()
    let environment: EnvironmentRecord
    do {
      environment = try files.version.environment()
    } catch {
      return notComparable(RunError.withoutEnd(error), recorded: MissingInput.Kind.record.rawValue)
    }
    guard let set = instructionSet(of: environment) else {
      return notComparable(
        "other instruction set: the run computed with \(environment.program.instructionSet), and here it is "
          + (ProcessInfo.processInfo.environment["KISEKI_INSTRUCTION_SET"] ?? InstructionSet.detected.rawValue))
    }
    StopSignal.install()
    return try workspace.withAsideFolder { folder in
      let run: PreparedRun
      do {
        let recorded = try RecordedInputs(files, folder: folder, in: workspace)
        if let reason = recorded.configuration.unverifiable { return notComparable(reason) }
        var inputs = try recorded.find(backbone: backbone)
        inputs.instructionSet = set
        run = try PreparedRun(inputs, givenName: files.version.name.text, workspace: workspace)
      } catch let error as MissingInput {
        return notComparable("\(error.kind.rawValue): \(error.reason)", recorded: error.kind.rawValue)
      } catch {
        throw CommandFailure("cannot verify \(version): \(error)")
      }
      if StopSignal.received != nil { return nil }
      let (recorded, here) = (environment.program.mixedPrecision, run.model.engine.mixedPrecision.name)
      if recorded != here {
        return notComparable("other mixed precision: the run computed with '\(recorded)', and here it is '\(here)'")
      }
      var repetition = Repetition(
        run, comparison: try RepetitionComparison(files), folder: folder, isFull: isFull, console: console)
      guard let comparison = try repetition.carryOut(recorded: result, workspace: workspace) else { return nil }
      return try judgement(comparison, problems, environment, run)
    }
  }

  /// The recorded one, where this machine has it and nobody asks for another.
  private func instructionSet(of environment: EnvironmentRecord) -> InstructionSet? {
    let recorded = environment.program.instructionSet
    if let asked = ProcessInfo.processInfo.environment["KISEKI_INSTRUCTION_SET"], asked != recorded { return nil }
    guard let set = InstructionSet(rawValue: recorded),
      let place = InstructionSet.allCases.firstIndex(of: set),
      let best = InstructionSet.allCases.firstIndex(of: .detected)
    else { return nil }
    return place <= best ? set : nil
  }

  private func judgement(
    _ comparison: RepetitionComparison, _ problems: [RecordedFiles.Problem], _ environment: EnvironmentRecord,
    _ run: PreparedRun
  ) throws -> Judgement {
    var details: [String] = []
    if let first = comparison.differences.first {
      details.append("first difference \(first)")
      let others = comparison.differences.dropFirst()
      if isFull, !others.isEmpty { details.append("also \(others.map(\.description).joined(separator: "; "))") }
    }
    details += problems.map(\.description)
    if details.isEmpty {
      return Judgement(
        version: version, verdict: .identical,
        detail:
          "\(Format.count(comparison.equalLines, "line")) of metrics, \(Format.count(comparison.equalFiles, "file")), on "
          + "\(environment.program.instructionSet)")
    }
    let build = try Kiseki.build(workspace.fileHashes)
    if build != environment.program.build {
      details.append("the program's build differs: \(build), recorded \(environment.program.build)")
    }
    let kernel = run.model.engine.blasKernelName
    if kernel != environment.program.blasKernel {
      details.append("the BLAS kernel differs: \(kernel), recorded \(environment.program.blasKernel)")
    }
    return Judgement(
      version: version, verdict: .different, detail: details.joined(separator: "; "),
      differences: comparison.differences)
  }

  /// Files that say what came out, or only tell of the run; any other decides what is computed.
  private static func isResult(_ path: String) -> Bool {
    RepetitionComparison.isCompared(path)
      || ["timings.jsonl", "log.txt", "workspace.patch", ".gitattributes"].contains(path)
  }

  /// - Parameter recorded: the reason without this machine's paths, where it has some.
  private func notComparable(_ reason: String, recorded: String? = nil) -> Judgement {
    Judgement(version: version, verdict: .notComparable, detail: reason, recordedDetail: recorded)
  }
}

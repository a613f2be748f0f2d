import CommandLine
import Experiments
import Launching
import Tables

/// One trial, run by a process of its own on behalf of the sweep that started it.
///
/// The parent reads the outcome from git; only progress and the reason of a failure go through the pipes.
struct TrialWorker {
  let name: ExperimentName
  let dirty: DirtyPolicy

  func run(_ console: Console) throws -> ExitCode {
    LifeLine.watch()
    StopSignal.install()
    let workspace = try Workspace.find(from: console.directory)
    guard let sweepName = name.sweep, let sweep = try workspace.sweep(ExperimentName(sweepName)) else {
      throw RunError.usage(
        "cannot run the trial '\(name)': there is no sweep with such a trial. 'kiseki ls' lists all.")
    }
    let trial = try SweepPlan.trial(
      named: String(name.text.dropFirst(sweepName.count + 1)), inPlan: sweep.json("plan.json"))
    var inputs = try TrialInputs(sweep, in: workspace).inputs(of: trial)
    let isInterrupted = workspace.trial(name).state == .interrupted
    if isInterrupted { inputs.instructionSet = workspace.instructionSet(ofRunNamed: name) }
    let run = try inputs.configuration.placingRefusals { [inputs] in
      try PreparedRun(inputs, givenName: name.text, workspace: workspace) { [inputs] name in
        if !isInterrupted { try workspace.requireFreeDirectory(of: name, in: inputs.output) }
      }
    }
    guard StopSignal.received == nil else { return .interrupted }
    try run.requireFreeSpace(in: workspace)
    let progress = WorkerProgress(stepCount: run.trainer.plan.stepCount)
    let execution =
      isInterrupted
      ? try RunExecution(resuming: run, workspace: workspace, console: console, progress: progress)
      : try RunExecution(
        run, workspace: workspace, dirty: dirty, note: nil, console: console, progress: progress)
    switch try execution.execute() {
    case .recorded: return .success
    case .interrupted: return .interrupted
    case .failed(_, let error, _): throw error
    }
  }
}

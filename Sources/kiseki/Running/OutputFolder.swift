import CommandLine
import Configuration
import Experiments
import Foundation

extension ExperimentConfiguration {
  private static let outputKey = "output_directory"

  /// Where `output_directory` wants directories of runs, and the configuration that says it: `experiments/` is the empty
  /// value, however it was written.
  ///
  /// - Throws: `ConfigurationError` at the setting's place when none can be made there.
  func output(in workspace: Workspace) throws -> (configuration: ExperimentConfiguration, output: String?) {
    guard !outputDirectory.isEmpty else { return (self, nil) }
    let output = try placingRefusals { try workspace.output(at: absolutePath(of: outputDirectory)) }
    return (output == nil ? try withoutOutput() : self, output)
  }

  func withoutOutput() throws -> ExperimentConfiguration { try setting(Self.outputKey, to: .string("")) }
}

extension RunInputs {
  /// Of a recorded configuration: the folder it names, where it was last used on this machine.
  ///
  /// A record holds no more than the last part of a place outside of the workspace, and a clone knows none at all.
  ///
  /// - Parameter name: the experiment, or the sweep, whose record it is.
  /// - Returns: why the directory goes to `experiments/`, which the configuration says then; `nil` when it does not.
  mutating func findOutput(of name: ExperimentName, in workspace: Workspace) throws -> String? {
    let recorded = configuration.outputDirectory
    if recorded.isEmpty { return nil }
    var reason = "it is not known where that is here"
    if let known = workspace.rememberedOutput(recorded, of: name) {
      do {
        output = try workspace.output(at: known)
        return nil
      } catch let error as ExperimentsError where error.kind == .unusableOutput {
        reason = RunError.withoutEnd(error)
      }
    }
    configuration = try configuration.withoutOutput()
    return "the recorded output_directory is '\(recorded)', and \(reason)"
  }
}

extension PreparedRun {
  /// Says where the directory is made when it is not where all others are.
  func announcePlace(_ console: Console) {
    if let output { console.note("directory: \(output)/\(name), linked as experiments/\(name)") }
  }
}

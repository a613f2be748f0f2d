import CommandLine
import Configuration
import Experiments
import FineTuning
import LanguageModels
import Launching

extension Kiseki {
  /// How an error ends the program: 64 for what the command or its configuration asks for, 1 for what went wrong.
  static func exitCode(of error: any Error) -> ExitCode {
    switch error {
    case is ConfigurationError, is GateMistake, is FilterMistake: .usage
    case let error as RunError: error.exitCode
    case let error as ModelError where error.kind == .setting: .usage
    case let error as FineTuningError where error.kind == .setting: .usage
    case let error as LaunchingError where error.kind == .usage: .usage
    case let error as ExperimentsError where error.kind == .invalidName || error.kind == .unusableOutput: .usage
    default: .failure
    }
  }
}

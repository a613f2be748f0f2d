import CommandLine

/// Why a run was refused or ended: one sentence with the place and what to do about it.
struct RunError: Error, CustomStringConvertible, Sendable {
  let exitCode: ExitCode
  let description: String

  /// What the command, its configuration or the environment asks for cannot be.
  static func usage(_ description: String) -> RunError { RunError(exitCode: .usage, description: description) }

  static func failure(_ description: String) -> RunError { RunError(exitCode: .failure, description: description) }
}

extension RunError {
  /// Does what an earlier error makes necessary; when that fails as well, both are told.
  static func after(_ error: any Error, _ consequence: String, _ body: () throws -> Void) throws(RunError) {
    do {
      try body()
    } catch let second {
      throw .failure("\(sentence(error)) And \(consequence): \(second)")
    }
  }

  /// An error's sentence with its end, so that another can follow.
  static func sentence(_ error: any Error) -> String {
    let text = "\(error)"
    return text.hasSuffix(".") ? text : text + "."
  }
}

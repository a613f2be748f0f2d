internal import Glibc

extension Program {
  /// Runs a command line and says how it ended.
  ///
  /// - Parameters:
  ///   - arguments: the words behind the program's name.
  ///   - output: gets help and version texts, which end in a newline.
  ///   - errors: gets one line for a failure, without a newline.
  ///   - exitCode: how a command's error ends the program; usage errors and `ExitCode` never come here.
  public func execute(
    _ arguments: @autoclosure () throws(UsageError) -> [String], output: (String) -> Void, errors: (String) -> Void,
    exitCode: (any Error) -> ExitCode = { _ in .failure }
  ) -> ExitCode {
    var running: String?
    do {
      switch try parse(arguments()) {
      case .help(let text): output(text)
      case .version(let text): output(text + "\n")
      case .run(let command, let parsed):
        running = command.name
        if let directory = parsed.globals.directory, !command.isHidden { try requireDirectory(directory) }
        return try command.run(parsed)
      }
      return .success
    } catch let code as ExitCode {
      return code
    } catch var error as UsageError {
      error.command = error.command ?? running
      errors(message(for: error))
      return .usage
    } catch {
      errors("\(name): \(error)")
      return exitCode(error)
    }
  }
}

/// - Throws: `UsageError` for a `-C` that leads nowhere.
private func requireDirectory(_ path: String) throws(UsageError) {
  var status = stat()
  let isThere = stat(path, &status) == 0
  if isThere, status.st_mode & S_IFMT == S_IFDIR { return }
  throw UsageError("option '-C': '\(path)' is no directory" + (isThere ? "" : " that can be entered"))
}

import CommandLine
import Foundation

/// Where a command prints: results on stdout, messages on stderr, coloured and as wide as the terminal allows.
struct Console {
  let globals: GlobalOptions
  let palette: Palette
  private let errorPalette: Palette

  init(_ globals: GlobalOptions) {
    self.globals = globals
    let environment = ProcessInfo.processInfo.environment
    palette = Palette(
      isEnabled: globals.color.isEnabled(
        isTerminal: TerminalStream.standardOutput.isTerminal, environment: environment))
    errorPalette = Palette(
      isEnabled: globals.color.isEnabled(
        isTerminal: TerminalStream.standardError.isTerminal, environment: environment))
  }

  /// The directory the command works in.
  var directory: String {
    let current = FileManager.default.currentDirectoryPath
    guard let given = globals.directory else { return current }
    return given.hasPrefix("/") ? given : current + "/" + given
  }

  /// A path of the command line, seen from where the command works.
  func path(_ given: String) -> String { given.hasPrefix("/") ? given : directory + "/" + given }

  /// The same path as the user wrote it, where that leads there: for what messages name.
  func namedPath(_ given: String) -> String { globals.directory == nil ? given : path(given) }

  /// A line of a result.
  ///
  /// - Parameter done: what has been done by now, for the case that the line cannot be written: `demo@1 is recorded`.
  func print(_ line: String, done: String? = nil) { write(line + "\n", done: done) }

  /// Text of a result as it is, at once.
  func write(_ text: String, done: String? = nil) { TextOutput.results.write(text, done: done) }

  /// Whether somebody still gets the results: nothing more has to be worked out when not.
  var isHeard: Bool { TextOutput.results.failure == nil }

  /// A message that is no result; silenced by `-q`.
  func note(_ message: String) {
    if !globals.isQuiet { TextOutput.messages.write(message + "\n") }
  }

  /// A question, on stderr without a line end; never silenced.
  func ask(_ question: String) { TextOutput.messages.write(question) }

  /// What a command could not take in, and why.
  func warn(leftOut: [(name: String, reason: String)]) {
    for (name, reason) in leftOut { warn("\(name) is left out: \(reason)") }
  }

  /// A warning; never silenced.
  func warn(_ message: String) {
    TextOutput.messages.write(errorPalette(.yellow, "warning: ") + message + "\n")
  }

  /// The next useful command.
  func hint(_ message: String) { if isHeard { note(errorPalette(.dim, message)) } }

  /// The columns of stdout's terminal, `nil` elsewhere.
  var width: Int? { TerminalStream.standardOutput.isTerminal ? TerminalStream.standardOutput.width : nil }
}

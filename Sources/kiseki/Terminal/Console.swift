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
  func print(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  /// Text of a result as it is, at once.
  func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  /// A message that is no result; silenced by `-q`.
  func note(_ message: String) {
    if !globals.isQuiet { FileHandle.standardError.write(Data((message + "\n").utf8)) }
  }

  /// A warning; never silenced.
  func warn(_ message: String) {
    FileHandle.standardError.write(Data((errorPalette(.yellow, "warning: ") + message + "\n").utf8))
  }

  /// The next useful command.
  func hint(_ message: String) { note(errorPalette(.dim, message)) }

  /// The columns of stdout's terminal, `nil` elsewhere.
  var width: Int? { TerminalStream.standardOutput.isTerminal ? TerminalStream.standardOutput.width : nil }
}

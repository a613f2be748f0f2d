#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What is known about an output stream of the process.
public enum TerminalStream: Int32, Sendable {
  case standardOutput = 1
  case standardError = 2

  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Columns of the terminal, `nil` when it is none or does not say.
  public var width: Int? { size.flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil } }

  /// Rows of the terminal, `nil` when it is none or does not say.
  public var height: Int? { size.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } }

  private var size: winsize? {
    var size = winsize()
    return isTerminal && ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }
}

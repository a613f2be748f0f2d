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
  public var width: Int? {
    var size = winsize()
    guard isTerminal, ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}

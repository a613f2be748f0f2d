import Glibc

/// The terminal on stdin while it is told that its text is UTF-8, so that the erase key takes back a whole character: the
/// system edits the line, and without being told it would remove one byte of three of a Japanese one.
struct WholeCharacterErasing {
  private let before: termios

  /// - Returns: `nil` where there is no terminal, or where it knows already.
  init?() {
    var mode = termios()
    guard tcgetattr(STDIN_FILENO, &mode) == 0, mode.c_iflag & tcflag_t(IUTF8) == 0 else { return nil }
    before = mode
    mode.c_iflag |= tcflag_t(IUTF8)
    guard tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) == 0 else { return nil }
  }

  /// Leaves the terminal as it was found.
  func end() {
    var mode = before
    // A terminal that has gone needs nothing back.
    _ = tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
  }
}

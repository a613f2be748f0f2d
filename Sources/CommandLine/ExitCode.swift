/// How a command ended, as a shell sees it.
public enum ExitCode: Int32, Sendable, Error {
  case success = 0
  /// A run failed, or a file's content is bad.
  case failure = 1
  /// A gate said no.
  case refusedByGate = 2
  /// Wrong usage or configuration.
  case usage = 64
  case interrupted = 130
}

/// A command line that cannot be understood.
public struct UsageError: Error, CustomStringConvertible, Sendable, Equatable {
  public let problem: String
  /// The known word most like a misspelt one.
  public let nearest: String?
  /// The command whose help says more; `nil` for the program's own.
  public var command: String?

  public init(_ problem: String, nearest: String? = nil, command: String? = nil) {
    self.problem = problem
    self.nearest = nearest
    self.command = command
  }

  public var description: String { problem + (nearest.map { "; did you mean '\($0)'?" } ?? "") }
}

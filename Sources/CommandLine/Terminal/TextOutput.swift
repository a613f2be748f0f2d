#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
internal import Synchronization

/// One of the two streams a program writes text to, with what happened to it.
///
/// A write that fails ends neither the work nor the program: it is remembered, and whoever ends the program says it. So
/// a run whose terminal or disk has gone is recorded all the same.
public final class TextOutput: Sendable {
  /// The standard output. After a failed write nothing more is written: a gap in the middle would be worse than an end.
  public static let results = TextOutput(descriptor: 1, endsAtFailure: true)
  /// The standard error, where a lost line is no loss of a result.
  public static let messages = TextOutput(descriptor: 2, endsAtFailure: false)

  /// The first write that failed.
  public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
    /// As in `errno`.
    public let code: Int32
    /// What has been done although it could not be told, as a sentence.
    public let done: String?

    /// The reader has gone, as `head` does, which nobody has to be told.
    public var isClosedPipe: Bool { code == EPIPE }

    public var description: String {
      let reason = code == EBADF ? "it is closed" : String(cString: strerror(code))
      return "cannot write the result to the standard output: \(reason). "
        + (done.map { $0 + "." } ?? "Send it somewhere else and try again.")
    }
  }

  private let descriptor: Int32
  private let endsAtFailure: Bool
  private let state = Mutex<Failure?>(nil)

  public init(descriptor: Int32, endsAtFailure: Bool) {
    self.descriptor = descriptor
    self.endsAtFailure = endsAtFailure
  }

  /// `nil` as long as everything was written.
  public var failure: Failure? { state.withLock { $0 } }

  /// Writes the text whole, or notes that it could not be written.
  ///
  /// - Parameter done: what the command has done by now, for a failure to say, such as `demo@1 is recorded`.
  public func write(_ text: String, done: String? = nil) {
    state.withLock { failure in
      if endsAtFailure, let before = failure {
        failure = Failure(code: before.code, done: done ?? before.done)
        return
      }
      var text = text
      let code = text.withUTF8 { Self.writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
      if let code, failure == nil { failure = Failure(code: code, done: done) }
    }
  }

  /// - Returns: the `errno` of a failure.
  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      #if canImport(Glibc)
        let count = Glibc.write(descriptor, base, rest.count)
      #else
        let count = Darwin.write(descriptor, base, rest.count)
      #endif
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
        // Another program made the terminal we share non-blocking.
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        if poll(&ready, 1, -1) < 0, errno != EINTR { return errno }
      } else if count == 0 || errno != EINTR {
        return count == 0 ? EIO : errno
      }
    }
    return nil
  }

  // MARK: The process

  /// Prepares the process's streams: call it before anything is opened.
  ///
  /// A closed stream gets a descriptor that cannot be written to, so that no file opened later takes its number and with
  /// it the text. A reader that goes away ends no run: the write fails, and `ending(_:_:)` ends the program as such a
  /// signal would.
  public static func prepare() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      // The lowest free number, which is this one.
      _ = open("/dev/null", O_RDONLY)
    }
    signal(SIGPIPE, SIG_IGN)
  }

  /// How the program ends: as the command did, unless its result could not be written.
  ///
  /// - Parameter errors: gets the sentence about a result that is lost.
  public static func ending(_ code: ExitCode, errors: (String) -> Void) -> ExitCode {
    guard let failure = results.failure else { return code }
    if failure.isClosedPipe {
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    errors("\(failure)")
    return code == .success ? .failure : code
  }
}

internal import Tables
internal import Transfers

/// Another model, behind an interface like OpenAI's, that gives each answer a score from 0 to 10.
///
/// Several rows are asked about at once. What fails for a while is tried again, as `RetryPolicy` says and as the server
/// asks for; what fails for good leaves the row without a score. Nothing takes the place of a missing score.
public final class Judge {
  public let options: JudgeOptions

  /// - Throws: `JudgeError` when libcurl is not installed.
  public init(_ options: JudgeOptions) throws(JudgeError) {
    self.options = options
    _ = try Self.exchanges()
  }

  private static func exchanges() throws(JudgeError) -> HTTPExchanges {
    do {
      return try HTTPExchanges()
    } catch {
      throw JudgeError("cannot ask a judge: \(error), or set prediction.metric to BLEU or Perplexity")
    }
  }

  /// Asks about every row.
  ///
  /// - Parameter progress: told how many rows are done with; may ask to stop.
  /// - Returns: `nil` when stopped.
  public func judge(
    _ texts: [JudgedText], _ progress: (_ done: Int) throws -> TrainingVerdict = { _ in .continue }
  ) throws -> JudgeReport? {
    let session = JudgeSession(texts, options, try Self.exchanges())
    while !session.isDone {
      try session.advance()
      if try progress(session.doneCount) == .stop { return nil }
    }
    return session.report
  }
}

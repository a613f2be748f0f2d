/// When a request that failed is sent again.
public struct RetryPolicy: Sendable, Hashable {
  /// Of one row, the first included.
  public var attempts = 5
  /// Before the second attempt; doubled before each further one.
  public var firstDelaySeconds = 0.5
  public var longestDelaySeconds = 30.0
  /// A server that asks for more patience than this is not waited for.
  public var longestPatienceSeconds = 300.0

  public init() {}

  /// Exponential backoff with jitter: between half of the delay and the whole, so that requests that failed together do
  /// not come back together.
  ///
  /// - Parameters:
  ///   - attempt: how often the row was tried, from 1.
  ///   - random: from 0 to 1.
  package func delay(after attempt: Int, random: Double) -> Double {
    var delay = firstDelaySeconds
    for _ in 1..<max(attempt, 1) where delay < longestDelaySeconds { delay *= 2 }
    return min(delay, longestDelaySeconds) * (0.5 + random / 2)
  }
}

/// How much of the data the length settings cut away.
public struct TruncationCounts: Sendable, Hashable {
  public struct Cut: Sendable, Hashable {
    /// Rows that lost tokens.
    public private(set) var rows = 0
    /// Tokens they lost.
    public private(set) var tokens = 0

    mutating func add(_ other: Cut) {
      rows += other.rows
      tokens += other.tokens
    }

    mutating func add(_ cut: Int) {
      guard cut > 0 else { return }
      rows += 1
      tokens += cut
    }
  }

  /// System texts by `max_length_prompt`.
  public internal(set) var system = Cut()
  /// By `max_length_prompt`.
  public internal(set) var prompt = Cut()
  /// By `max_length_answer`.
  public internal(set) var answer = Cut()
  /// By `max_length`, after the two others.
  public internal(set) var joined = Cut()

  mutating func add(_ other: TruncationCounts) {
    system.add(other.system)
    prompt.add(other.prompt)
    answer.add(other.answer)
    joined.add(other.joined)
  }

  public var isEmpty: Bool { system.rows == 0 && prompt.rows == 0 && answer.rows == 0 && joined.rows == 0 }
}

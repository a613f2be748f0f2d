/// Numbers for the draws of prompts, which follow from a prompt itself: neither the place of a row in its file nor what
/// is answered beside it changes them.
///
/// The same prompt another time has another number, or its answers would all be alike.
public struct DrawNumbers {
  private var counts: [UInt32: UInt32] = [:]

  public init() {}

  /// The number of a prompt that is asked now.
  public mutating func next(_ prompt: [Int32]) -> Int {
    let hash = Self.hash(prompt)
    let occurrence = counts[hash, default: 0]
    counts[hash] = occurrence + 1
    return Self.number(hash, occurrence)
  }

  /// The number of a prompt that is asked for the `occurrence`-th time, counted from 0.
  public static func number(_ prompt: [Int32], occurrence: Int) -> Int {
    number(hash(prompt), UInt32(truncatingIfNeeded: occurrence))
  }

  private static func number(_ hash: UInt32, _ occurrence: UInt32) -> Int {
    // An odd factor (the golden ratio's), so that the times of one prompt never meet.
    Int(hash ^ (occurrence &* 0x9E37_79B9))
  }

  /// FNV-1a over the bytes of the ids (Fowler, Noll, Vo; RFC 9923), which no seed of the process enters.
  private static func hash(_ prompt: [Int32]) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    for token in prompt {
      var rest = UInt32(bitPattern: token)
      for _ in 0..<4 {
        hash = (hash ^ (rest & 0xFF)) &* 0x0100_0193
        rest >>= 8
      }
    }
    return hash
  }
}

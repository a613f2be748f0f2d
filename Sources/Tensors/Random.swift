/// What a random stream is for. Every purpose draws from its own stream, so that using one never shifts another.
///
/// The raw values are part of the recorded meaning of a seed: never renumber them.
public enum RandomPurpose: UInt32, Sendable {
  case split = 1
  case rowOrder = 2
  case initialization = 3
  case adapterDropout = 4
  case hiddenDropout = 5
  case attentionDropout = 6
  case dataSample = 7
  case augmentation = 8
  case generation = 9
  case name = 10
  case skipParent = 21
  case randomParent = 22
  case embeddingNoise = 20
  case tokenMask = 23
}

/// Counter-based random numbers: Philox 4x32 with 10 rounds.
///
/// The value at a position depends on seed, purpose, stream and position alone, so threads, workers, recomputation
/// and resuming all see the same numbers. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011.
public struct RandomStream: Sendable {
  /// The 64-bit key: the seed.
  public let seed: UInt64
  public let purpose: RandomPurpose
  /// Distinguishes draws of one purpose: a step, an epoch or a layer number.
  public let stream: UInt32
  private var position: UInt64 = 0
  private var buffered: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  /// - Parameter firstBlock: where to begin, in blocks of four words: a row's own numbers, independent of other rows'.
  public init(seed: UInt64, purpose: RandomPurpose, stream: UInt32 = 0, firstBlock: UInt64 = 0) {
    precondition(firstBlock < 1 << 62, "block \(firstBlock) is beyond the last")
    self.seed = seed
    self.purpose = purpose
    self.stream = stream
    position = firstBlock << 2
  }

  /// The four 32-bit words at block `block`.
  public static func block(
    seed: UInt64, purpose: RandomPurpose, stream: UInt32, block: UInt64
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c0, c1, c2, c3) = (
      UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), stream, purpose.rawValue
    )
    var (k0, k1) = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    for _ in 0..<10 {
      let first = UInt64(c0) * 0xD251_1F53
      let second = UInt64(c2) * 0xCD9E_8D57
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: first)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }

  /// The next 32 random bits.
  public mutating func nextWord() -> UInt32 {
    let lane = position & 3
    if lane == 0 {
      buffered = Self.block(seed: seed, purpose: purpose, stream: stream, block: position >> 2)
    }
    position += 1
    switch lane {
    case 0: return buffered.0
    case 1: return buffered.1
    case 2: return buffered.2
    default: return buffered.3
    }
  }

  /// Uniform in [0, 1), 24 bits.
  public mutating func nextUnitFloat() -> Float { Float(nextWord() >> 8) * 0x1p-24 }

  /// Uniform in 0 ..< `bound`, without bias (rejection).
  public mutating func nextIndex(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max), "bound \(bound) is not in 1...\(UInt32.max)")
    let limit = UInt64(UInt32.max) + 1 - (UInt64(UInt32.max) + 1) % UInt64(bound)
    while true {
      let word = UInt64(nextWord())
      if word < limit { return Int(word % UInt64(bound)) }
    }
  }

  /// The numbers 0 ..< `count` in random order (Fisher-Yates).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, nextIndex(below: last + 1)) }
    return order
  }
}

/// Rows of tokens one after another, without padding; memory stays with the caller.
public struct TokenBatch {
  /// [T]
  public let tokens: UnsafePointer<Int32>
  /// [T], counting from 0 in every row.
  public let positions: UnsafePointer<Int32>
  /// [rows + 1]: row i is the tokens `rowOffsets[i] ..< rowOffsets[i + 1]`.
  public let rowOffsets: UnsafePointer<Int32>
  public let rowCount: Int
  /// T
  public let tokenCount: Int
  /// [T]: not 0 for a token that no other sees; `nil` when all are seen.
  public let hiddenKeys: UnsafePointer<UInt8>?

  public init(
    tokens: UnsafePointer<Int32>, positions: UnsafePointer<Int32>, rowOffsets: UnsafePointer<Int32>, rowCount: Int,
    tokenCount: Int, hiddenKeys: UnsafePointer<UInt8>? = nil
  ) {
    self.tokens = tokens
    self.positions = positions
    self.rowOffsets = rowOffsets
    self.rowCount = rowCount
    self.tokenCount = tokenCount
    self.hiddenKeys = hiddenKeys
  }
}

/// The places of a batch whose prediction counts.
public struct TargetBatch {
  /// [count]: the token from whose state the next one is predicted.
  public let sources: UnsafePointer<Int32>
  /// [count]: the token that follows it.
  public let targets: UnsafePointer<Int32>
  /// [count]: what each counts in the gradient; `nil` when all count the same.
  public let weights: UnsafePointer<Float>?
  public let count: Int

  public init(
    sources: UnsafePointer<Int32>, targets: UnsafePointer<Int32>, weights: UnsafePointer<Float>? = nil, count: Int
  ) {
    self.sources = sources
    self.targets = targets
    self.weights = weights
    self.count = count
  }
}

/// The largest batch a pass is planned for.
public struct PassLimits: Sendable {
  public let tokenCount: Int
  public let rowLength: Int
  public let targetCount: Int

  public init(tokenCount: Int, rowLength: Int, targetCount: Int) {
    self.tokenCount = tokenCount
    self.rowLength = rowLength
    self.targetCount = targetCount
  }
}

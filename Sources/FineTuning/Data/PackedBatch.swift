/// What each target counts in a loss, so that the sum over an optimizer step is its average.
public enum LossWeighting: Sendable, Hashable {
  /// Every target of the step alike; the count is of the whole step.
  case perToken(targetsInStep: Int)
  /// Every row of the step alike, within a row every target alike.
  case perSample(samplesInStep: Int)

  /// What one target counts in a row with so many of them.
  func weight(targetsInRow targets: Int) -> Float {
    switch self {
    case .perToken(let count): 1 / Float(count)
    case .perSample(let count): 1 / (Float(count) * Float(targets))
    }
  }
}

/// Rows of tokens one after another, without padding, and what is to be predicted from them.
///
/// Its memory is planned once for the largest batch, and filling it allocates nothing.
public final class PackedBatch {
  /// The largest batch there is room for.
  public struct Capacity: Sendable, Hashable {
    public let rowCount: Int
    public let tokenCount: Int
    public let targetCount: Int
    /// Tokens of the longest row.
    public let rowLength: Int

    public init(rowCount: Int, tokenCount: Int, targetCount: Int, rowLength: Int) {
      self.rowCount = rowCount
      self.tokenCount = tokenCount
      self.targetCount = targetCount
      self.rowLength = rowLength
    }

    /// Enough for any `rowCount` samples of a dataset.
    public init(anyRows rowCount: Int, of dataset: EncodedDataset) {
      let samples = 0..<dataset.count
      self.init(
        rowCount: rowCount,
        tokenCount: samples.map(dataset.tokenCount).sorted(by: >).prefix(rowCount).reduce(0, +),
        targetCount: samples.map(dataset.targetCount).sorted(by: >).prefix(rowCount).reduce(0, +),
        rowLength: dataset.longestSequence)
    }
  }

  public let capacity: Capacity
  public private(set) var rowCount = 0
  /// T
  public private(set) var tokenCount = 0
  public private(set) var targetCount = 0

  private let tokenMemory: UnsafeMutablePointer<Int32>
  private let positionMemory: UnsafeMutablePointer<Int32>
  private let rowOffsetMemory: UnsafeMutablePointer<Int32>
  private let sourceMemory: UnsafeMutablePointer<Int32>
  private let targetMemory: UnsafeMutablePointer<Int32>
  private let weightMemory: UnsafeMutablePointer<Float>
  private let targetOffsetMemory: UnsafeMutablePointer<Int32>
  private let hiddenMemory: UnsafeMutablePointer<UInt8>
  private var hidesTokens = false

  /// [T]
  public var tokens: UnsafePointer<Int32> { UnsafePointer(tokenMemory) }
  /// [T], counting from 0 in every row.
  public var positions: UnsafePointer<Int32> { UnsafePointer(positionMemory) }
  /// [rows + 1]: row i is the tokens `rowOffsets[i] ..< rowOffsets[i + 1]`.
  public var rowOffsets: UnsafePointer<Int32> { UnsafePointer(rowOffsetMemory) }
  /// [targets]: the index in `tokens` of the token from whose state a target is predicted, ascending.
  public var targetSources: UnsafePointer<Int32> { UnsafePointer(sourceMemory) }
  /// [targets]: the token to predict, the one after its source.
  public var targets: UnsafePointer<Int32> { UnsafePointer(targetMemory) }
  /// [targets]
  public var targetWeights: UnsafePointer<Float> { UnsafePointer(weightMemory) }
  /// [rows + 1]: row i has the targets `targetOffsets[i] ..< targetOffsets[i + 1]`.
  public var targetOffsets: UnsafePointer<Int32> { UnsafePointer(targetOffsetMemory) }

  /// [T]: 1 for a hidden token; `nil` when none is.
  public var hiddenKeys: UnsafePointer<UInt8>? { hidesTokens ? UnsafePointer(hiddenMemory) : nil }

  public init(capacity: Capacity) {
    self.capacity = capacity
    tokenMemory = .allocate(capacity: capacity.tokenCount)
    positionMemory = .allocate(capacity: capacity.tokenCount)
    rowOffsetMemory = .allocate(capacity: capacity.rowCount + 1)
    sourceMemory = .allocate(capacity: capacity.targetCount)
    targetMemory = .allocate(capacity: capacity.targetCount)
    weightMemory = .allocate(capacity: capacity.targetCount)
    targetOffsetMemory = .allocate(capacity: capacity.rowCount + 1)
    hiddenMemory = .allocate(capacity: capacity.tokenCount)
    rowOffsetMemory[0] = 0
    targetOffsetMemory[0] = 0
  }

  deinit {
    for memory in [
      tokenMemory, positionMemory, rowOffsetMemory, sourceMemory, targetMemory, targetOffsetMemory,
    ] { memory.deallocate() }
    weightMemory.deallocate()
    hiddenMemory.deallocate()
  }

  /// Puts these samples in, in their order, in place of the last ones.
  public func fill(_ samples: ArraySlice<Int>, of dataset: EncodedDataset, weighting: LossWeighting) {
    precondition(
      samples.count <= capacity.rowCount, "\(samples.count) rows in a batch for \(capacity.rowCount)")
    clear()
    for sample in samples { append(dataset[sample], targets: dataset.targetCount(of: sample), weighting) }
  }

  /// Takes all rows out.
  func clear() { (rowCount, tokenCount, targetCount, hidesTokens) = (0, 0, 0, false) }

  /// Hides tokens of the batch: another id stands for them, nobody sees them, and they are not to be predicted.
  ///
  /// - Parameters:
  ///   - firstToken: the number of the batch's first token within the optimizer step.
  ///   - weighting: counted over what the whole step still has to predict.
  public func hide(_ mask: TokenMask, firstToken: Int, weighting: LossWeighting) {
    hidesTokens = true
    for token in 0..<tokenCount {
      let isHidden = mask.hides(firstToken + token)
      hiddenMemory[token] = isHidden ? 1 : 0
      if isHidden { tokenMemory[token] = mask.replacement }
    }
    var (kept, read) = (0, 0)
    for row in 0..<rowCount {
      let first = kept
      let end = Int(targetOffsetMemory[row + 1])
      for target in read..<end where hiddenMemory[Int(sourceMemory[target]) + 1] == 0 {
        sourceMemory[kept] = sourceMemory[target]
        targetMemory[kept] = targetMemory[target]
        kept += 1
      }
      for target in first..<kept { weightMemory[target] = weighting.weight(targetsInRow: kept - first) }
      read = end
      targetOffsetMemory[row + 1] = Int32(kept)
    }
    targetCount = kept
  }

  /// Adds one row.
  ///
  /// - Parameter targets: how many tokens of the sample are to be predicted.
  func append(_ sample: EncodedSample, targets: Int, _ weighting: LossWeighting) {
    precondition(
      rowCount < capacity.rowCount && tokenCount + sample.tokens.count <= capacity.tokenCount
        && targetCount + targets <= capacity.targetCount,
      "row \(sample.row) does not fit into a batch for \(capacity)")
    let weight = weighting.weight(targetsInRow: targets)
    let first = sample.tokens.startIndex
    for (offset, token) in sample.tokens.enumerated() {
      tokenMemory[tokenCount] = token
      positionMemory[tokenCount] = Int32(offset)
      // Nothing precedes the first token, which may be another than in the dataset.
      if sample.isTarget[first + offset], offset > 0 {
        sourceMemory[targetCount] = Int32(tokenCount - 1)
        targetMemory[targetCount] = token
        weightMemory[targetCount] = weight
        targetCount += 1
      }
      tokenCount += 1
    }
    rowCount += 1
    rowOffsetMemory[rowCount] = Int32(tokenCount)
    targetOffsetMemory[rowCount] = Int32(targetCount)
  }
}

extension EncodedDataset {
  /// Tokens to predict of several samples together.
  public func targetCount(of samples: some Sequence<Int>) -> Int {
    samples.reduce(0) { $0 + targetCount(of: $1) }
  }
}

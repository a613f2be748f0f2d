import LanguageModels

/// The lengths of encoded rows: all that memory needs to know of them.
public struct RowLengths: Sendable, Hashable {
  /// Tokens of each row.
  public var tokens: [Int]
  /// Tokens to predict of each row.
  public var targets: [Int]
  /// Tokens of the longest prompt to generate from.
  public var longestPrompt: Int
  /// Tokens of the longest single turn, for batches that put turns of other rows in.
  public var longestTurn = 0
  /// Tokens a row may have.
  public var limit = Int.max

  public init(tokens: [Int], targets: [Int], longestPrompt: Int) {
    self.tokens = tokens
    self.targets = targets
    self.longestPrompt = longestPrompt
  }

  public init(_ data: EncodedDataset) {
    let samples = 0..<data.count
    self.init(
      tokens: samples.map(data.tokenCount), targets: samples.map(data.targetCount(of:)),
      longestPrompt: data.longestPrompt)
    longestTurn = data.spans.map { data.turns[$0.turn].count }.max() ?? 0
    limit = data.layout.options.maxLength
  }

  var longest: Int { tokens.max() ?? 0 }

  /// The same rows cut to a length.
  func cut(to limit: Int) -> RowLengths {
    var cut = self
    cut.tokens = tokens.map { min($0, limit) }
    cut.targets = targets.map { min($0, limit) }
    cut.longestPrompt = min(longestPrompt, limit)
    cut.longestTurn = min(longestTurn, limit)
    cut.limit = min(self.limit, limit)
    return cut
  }

  /// With a turn more than each row has, the longest there is.
  private var withAnotherTurn: RowLengths {
    var longer = self
    longer.tokens = tokens.map { min(limit, $0 + longestTurn) }
    longer.targets = zip(longer.tokens, targets).map { min($0, $1 + longestTurn) }
    return longer
  }
}

// MARK: Batches

extension RowLengths {
  /// Rows of an epoch times epochs up to which the batches of a training are looked at one by one: a second's work, for
  /// hours of training.
  private static let mostVisits = 20_000_000

  /// The largest batch of a training: of all the batches it will have, or, where those are too many to look at or change
  /// by chance, of the longest rows.
  ///
  /// Turns that are left out and tokens that are cut or hidden only make rows shorter; but where a turn is left out,
  /// an older answer may come into its place.
  func largestBatch(of options: TrainingOptions) -> PassLimits {
    var rows = options.variation.randomParentProbability > 0 ? withAnotherTurn : self
    if options.variation.skipParentProbability > 0 { rows.targets = rows.tokens }
    guard !tokens.isEmpty else { return PassLimits(tokenCount: 0, rowLength: 0, targetCount: 0) }
    if options.variation.randomParentProbability > 0 || options.epochs > Self.mostVisits / tokens.count {
      return rows.largestBatch(rowCount: options.batchSize)
    }
    let order = BatchOrder(options, sampleCount: tokens.count)
    var (mostTokens, mostTargets) = (0, 0)
    for number in 0..<max(options.epochs, 1) {
      let epoch = order.epoch(number)
      for batch in 0..<order.batchesPerEpoch {
        let samples = epoch.samples(ofBatch: batch)
        mostTokens = max(mostTokens, samples.reduce(0) { $0 + rows.tokens[$1] })
        mostTargets = max(mostTargets, samples.reduce(0) { $0 + rows.targets[$1] })
      }
    }
    return PassLimits(tokenCount: mostTokens, rowLength: rows.longest, targetCount: mostTargets)
  }

  /// As many of the longest rows as a batch has.
  private func largestBatch(rowCount: Int) -> PassLimits {
    func largest(_ lengths: [Int]) -> Int { lengths.sorted(by: >).prefix(rowCount).reduce(0, +) }
    return PassLimits(tokenCount: largest(tokens), rowLength: longest, targetCount: largest(targets))
  }

  /// The rows that an evaluation computes together: as many in their order as have `tokenLimit` tokens, at least one.
  func packs(of tokenLimit: Int) -> [Range<Int>] {
    var packs: [Range<Int>] = []
    var first = 0
    while first < tokens.count {
      var (end, count) = (first + 1, tokens[first])
      while end < tokens.count, count + tokens[end] <= tokenLimit {
        count += tokens[end]
        end += 1
      }
      packs.append(first..<end)
      first = end
    }
    return packs
  }

  /// What holds each of these packs.
  func limits(of packs: [Range<Int>]) -> PassLimits {
    func largest(_ lengths: [Int]) -> Int { packs.map { lengths[$0].reduce(0, +) }.max() ?? 0 }
    return PassLimits(tokenCount: largest(tokens), rowLength: longest, targetCount: largest(targets))
  }
}

extension BatchOrder {
  init(_ options: TrainingOptions, sampleCount: Int) {
    self.init(
      sampleCount: sampleCount, batchSize: options.batchSize, gradAccumulation: options.gradientAccumulation,
      dropLastBatch: options.dropLastBatch, seed: options.seed)
  }
}

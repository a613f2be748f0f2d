public import LanguageModels

/// The lengths of encoded rows: all that memory needs to know of them.
public struct RowLengths: Sendable, Hashable {
  /// Tokens of each row.
  public var tokens: [Int]
  /// Tokens to predict of each row.
  public var targets: [Int]
  /// Tokens of the longest prompt to generate from.
  public var longestPrompt: Int

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
  }

  var longest: Int { tokens.max() ?? 0 }

  /// The same rows cut to a length.
  func cut(to limit: Int) -> RowLengths {
    RowLengths(
      tokens: tokens.map { min($0, limit) }, targets: targets.map { min($0, limit) },
      longestPrompt: min(longestPrompt, limit))
  }
}

/// What a run's memory follows from.
public struct PlannedRun: Sendable {
  public var architecture: Architecture
  public var model: ModelOptions
  public var training: TrainingOptions
  public var threadCount: Int
  public var data: RowLengths
  /// Every set that is evaluated.
  public var evaluated: [RowLengths]
  /// `nil` when nothing is generated.
  public var generation: GenerationOptions?
  /// Pieces of the tokenizer.
  public var pieceCount: Int
  /// Whether products are computed in bfloat16.
  public var isMixed: Bool
  /// BLEU's words are looked up in MeCab's dictionary.
  public var usesMeCab = false
  /// What the process held, and had held at most, once the data were read: long texts take more than their tokens tell.
  public var residentBytes = 0
  public var peakBytes = 0

  public init(
    _ architecture: Architecture, model: ModelOptions, training: TrainingOptions, threadCount: Int, data: RowLengths,
    evaluated: [RowLengths], generation: GenerationOptions?, pieceCount: Int, isMixed: Bool = false
  ) {
    self.architecture = architecture
    self.model = model
    self.training = training
    self.threadCount = threadCount
    self.data = data
    self.evaluated = evaluated
    self.generation = generation
    self.pieceCount = pieceCount
    self.isMixed = isMixed
  }

  /// The largest batch the training may see: as many of the longest rows as a batch has.
  var largestBatch: PassLimits {
    let rows = training.batchSize
    func largest(_ lengths: [Int]) -> Int { lengths.sorted(by: >).prefix(rows).reduce(0, +) }
    return PassLimits(
      tokenCount: largest(data.tokens), rowLength: data.longest, targetCount: largest(data.targets))
  }

  /// What an evaluation touches of its plan: no more than there are tokens.
  func evaluationBatch(_ data: RowLengths) -> PassLimits {
    let tokens = min(max(Evaluator.tokensPerBatch, data.longest), data.tokens.reduce(0, +))
    return PassLimits(
      tokenCount: tokens, rowLength: data.longest, targetCount: min(tokens, data.targets.reduce(0, +)))
  }
}

extension PlannedRun {
  /// A change of settings, as a person would write it, and what it saves.
  public struct Saving: Sendable, Hashable {
    public let change: String
    public let byteCount: Int
  }

  /// The changes of one setting each that would make this run smaller, the most useful first.
  ///
  /// - Throws: `ModelError` when the adapter is to go where no layer is.
  public func savings() throws -> [Saving] {
    let now = try MemoryEstimate(self)
    var savings: [Saving] = []
    func consider(_ change: String, _ edit: (inout PlannedRun) -> Void) throws {
      var other = self
      edit(&other)
      let saved = now.total - (try MemoryEstimate(other)).total
      if saved > now.total / 50 { savings.append(Saving(change: change, byteCount: saved)) }
    }
    if training.batchSize > 1 {
      let half = min(training.batchSize, data.tokens.count) / 2
      try consider("training.batch_size=\(half)") { $0.training.batchSize = half }
    }
    let length = data.longest / 2
    if length >= 2 {
      try consider("tokenizer.max_length=\(length)") { run in
        run.data = run.data.cut(to: length)
        run.evaluated = run.evaluated.map { $0.cut(to: length) }
      }
    }
    if let beams = generation?.beamCount, beams > 1 {
      try consider("prediction.num_beams=\(beams / 2)") { $0.generation?.beamCount = beams / 2 }
    }
    if !training.gradientCheckpointing {
      try consider("architecture.gradient_checkpointing=true") { $0.training.gradientCheckpointing = true }
    }
    if model.adapter != nil, model.backboneType == .float32 {
      try consider("architecture.backbone_dtype=bfloat16") { $0.model.backboneType = .bfloat16 }
    }
    if [.adam, .adamW].contains(training.optimizer.method) {
      try consider("training.optimizer=AdamW8bit") { $0.training.optimizer.method = .adamW8bit }
    }
    if model.adapter == nil {
      try consider("training.lora=true") { $0.model.adapter = LowRankSettings(rank: 4, alpha: 16) }
    }
    return savings.sorted { $0.byteCount > $1.byteCount }
  }
}

public import LanguageModels
import Tensors

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
  /// What becomes of what comes out.
  public enum Outcome: Sendable {
    case shown, scored
    /// Scored, and recorded step by step as a version.
    case recorded
  }
  public var outcome = Outcome.recorded
  /// Different characters of the references whose words are looked up in MeCab's dictionary; 0 when none are.
  public var dictionaryCharacters = 0
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

  /// Notes what the process holds now.
  public mutating func measureProgram() {
    residentBytes = Machine.residentBytes
    peakBytes = Machine.peakBytes
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
    let half = min(training.batchSize, data.tokens.count) / 2
    if half > 0 {
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
    if let rows = generation?.batchSize, rows > 1 {
      try consider("prediction.batch_size_inference=\(rows / 2)") { $0.generation?.batchSize = rows / 2 }
    }
    if let generation {
      let length = max(generation.minimumNewTokens, generation.maximumNewTokens / 2)
      try consider("prediction.max_length_inference=\(length)") { $0.generation?.maximumNewTokens = length }
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

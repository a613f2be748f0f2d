import CommandLine
import FineTuning
import Foundation
import LanguageModels
import Tensors

/// What a run will take of the memory, held against what there is before anything large is loaded.
struct MemoryCheck {
  let estimate: MemoryEstimate
  /// `nil` when the system does not tell.
  private let available: AvailableMemory?
  /// The estimate may be wrong, and others on the machine need something too.
  private static let margin = 0.05

  /// - Throws: `RunError` with the figures and the settings that would help, when the run cannot fit.
  init(_ run: PlannedRun) throws {
    try self.init(try MemoryEstimate(run), of: "train: the run") {
      try run.savings().map { ($0.change, $0.byteCount) }
    }
  }

  /// For a model that is asked.
  ///
  /// - Parameter batchSize: prompts that are answered at once.
  /// - Throws: as `init(evaluating:as:)`.
  init(answering source: ModelSource, _ engine: Engine, batchSize: Int = 1) throws {
    let prompt = min(source.configuration.tokenizer.maxLength, source.architecture.maximumPositions - 1)
    var generation = GenerationOptions(source.configuration, endOfSequenceIDs: [], stopWords: nil)
    generation.batchSize = batchSize
    let ones = Array(repeating: 1, count: batchSize)
    var plan = PlannedRun(
      source.architecture, model: source.options, training: TrainingOptions(source.configuration),
      threadCount: engine.parallel.threadCount, data: RowLengths(tokens: [], targets: [], longestPrompt: 0),
      evaluated: [RowLengths(tokens: ones, targets: ones, longestPrompt: prompt)], generation: generation,
      pieceCount: source.tokenizer.vocabularySize, isMixed: engine.mixedPrecision.isActive)
    plan.outcome = .shown
    plan.measureProgram()
    try self.init(evaluating: plan, as: "answer: the model")
  }

  /// For a model that is only scored.
  ///
  /// - Parameter work: what cannot be done for want of memory, and what needs it.
  /// - Throws: `RunError` with the figures and the settings that would help, when it cannot fit.
  init(evaluating run: PlannedRun, as work: String = "evaluate: the evaluation") throws {
    let estimate = try MemoryEstimate(evaluating: run)
    try self.init(estimate, of: work) {
      guard let generation = run.generation else { return [] }
      var savings: [(String, Int)] = []
      func consider(_ change: String, _ edit: (inout GenerationOptions) -> Void) throws {
        var (other, options) = (run, generation)
        edit(&options)
        other.generation = options
        let saved = estimate.total - (try MemoryEstimate(evaluating: other)).total
        if saved > estimate.total / 50 { savings.append((change, saved)) }
      }
      if generation.batchSize > 1 { try consider("batch_size_inference=1") { $0.batchSize = 1 } }
      let beams = generation.beamCount / 2
      if beams > 0 { try consider("num_beams=\(beams)") { $0.beamCount = beams } }
      let length = max(generation.minimumNewTokens, generation.maximumNewTokens / 2)
      try consider("max_length_inference=\(length)") { $0.maximumNewTokens = length }
      return savings.sorted { $0.1 > $1.1 }
    }
  }

  private init(
    _ estimate: MemoryEstimate, of work: String, savings: () throws -> [(change: String, byteCount: Int)]
  ) throws {
    self.estimate = estimate
    available = try Self.available()
    guard let available, Double(estimate.total) > Double(available.byteCount) * (1 - Self.margin) else { return }
    let who =
      switch available.limit {
      case .machine: "this machine has left"
      case .controlGroup: "the limit of this process's control group leaves"
      case .setting: "KISEKI_MEMORY_LIMIT allows"
      }
    var sentence =
      "cannot \(work) needs about \(Format.bytes(estimate.total)) of memory (\(Self.list(estimate))), and \(who) "
      + "\(Format.bytes(available.byteCount))."
    let savings = try savings()
    if !savings.isEmpty {
      sentence +=
        " What would help: "
        + savings.map { "\($0.change) saves \(Format.bytes($0.byteCount))" }.joined(separator: ", ") + "."
    }
    throw RunError.failure(sentence)
  }

  private static func list(_ estimate: MemoryEstimate) -> String {
    estimate.parts.map { "\($0.name) \(Format.bytes($0.byteCount))" }.joined(separator: ", ")
  }

  /// What is said before anything is computed.
  var lines: [String] {
    [
      "memory: about \(Format.bytes(estimate.total))"
        + (available.map { " of the \(Format.bytes($0.byteCount)) available" } ?? "") + ": " + Self.list(estimate)
    ]
  }

  /// KISEKI_MEMORY_LIMIT, else what the system says.
  static func available() throws(RunError) -> AvailableMemory? {
    guard let text = ProcessInfo.processInfo.environment["KISEKI_MEMORY_LIMIT"] else { return AvailableMemory() }
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    let unit = text.last.flatMap { units[$0] }
    let (bytes, overflow) = (Int(unit == nil ? text[...] : text.dropLast()) ?? 0)
      .multipliedReportingOverflow(by: unit ?? 1)
    guard bytes > 0, !overflow else {
      throw RunError.usage(
        "cannot use KISEKI_MEMORY_LIMIT=\(text): it must be a whole number of bytes, or one followed by K, M, G or T.")
    }
    return AvailableMemory(byteCount: bytes, limit: .setting)
  }
}

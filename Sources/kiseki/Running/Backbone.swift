import Configuration
import FineTuning
import Foundation
import LanguageModels
import Tables
import Tensors
import Tokenization

/// A backbone's directory, opened: what is loaded from it before a model is.
struct Backbone {
  /// Where it is, and what records call it.
  let place: BackbonePlace
  /// With the configuration's markers as tokens of their own, where it asks for that.
  let tokenizer: SentencePieceTokenizer
  /// Markers that are in no vocabulary yet, by their ids.
  let addedTokens: [TokenizerFiles.AddedToken]
  /// Entries the model must have for all tokens; `nil` when nothing is added.
  var vocabularySize: Int? { addedTokens.map { Int($0.id) + 1 }.max() }

  /// Where the model is, absolute.
  var directory: String { place.directory }

  /// - Parameters:
  ///   - located: where the model is, when it is not to be looked for where the configuration says.
  ///   - revision: the commit of the hub that a record says it was.
  /// - Throws: `ModelError` when there is no such directory or no tokenizer in it.
  init(
    _ configuration: ExperimentConfiguration, directory located: String? = nil, revision: String? = nil
  ) throws {
    place = try BackbonePlace(configuration, located: located, revision: revision)
    let directory = place.directory
    let names = ModelFiles.sentencePieceNames
    let architecture = try Architecture(modelDirectory: directory)
    guard let name = names.first(where: { FileManager.default.fileExists(atPath: "\(directory)/\($0)") }) else {
      throw ModelError(
        "cannot load the model \(directory): it has no SentencePiece tokenizer (\(names.joined(separator: ", "))). "
          + "Copy the model's tokenizer file beside its config.json.")
    }
    let plain = try SentencePieceTokenizer(
      modelPath: directory + "/" + name, addsPrefixSpace: configuration.tokenizer.addPrefixSpace)
    let markers = try Self.markers(configuration, plain, directory: directory)
    addedTokens = markers.added
    tokenizer =
      markers.ids.isEmpty
      ? plain
      : try SentencePieceTokenizer(
        modelPath: directory + "/" + name, addsPrefixSpace: configuration.tokenizer.addPrefixSpace,
        markerIDs: markers.ids)
    guard tokenizer.vocabularySize <= architecture.vocabularySize else {
      throw ModelError(
        "cannot use the tokenizer \(directory)/\(name): it has \(tokenizer.vocabularySize) pieces, and the model's "
          + "vocabulary only \(architecture.vocabularySize). Use the tokenizer that belongs to the model.")
    }
  }

  /// The markers that are to be tokens of their own: a piece that is spelled so, a token that the files add already, or a
  /// new one behind all others, as in Transformers.
  private static func markers(
    _ configuration: ExperimentConfiguration, _ tokenizer: SentencePieceTokenizer, directory: String
  ) throws -> (ids: [String: Int32], added: [TokenizerFiles.AddedToken]) {
    guard configuration.tokenizer.addPromptAnswerTokens else { return ([:], []) }
    let dataset = configuration.dataset
    let known = try TokenizerFiles.addedTokens(in: directory)
    var next = try TokenizerFiles.firstFreeID(in: directory, pieceCount: tokenizer.vocabularySize)
    var ids: [String: Int32] = [:]
    var added: [TokenizerFiles.AddedToken] = []
    for text in [dataset.textSystemStart, dataset.textPromptStart, dataset.textAnswerSeparator]
    where !text.isEmpty && ids[text] == nil {
      if let id = tokenizer.id(ofPiece: text) ?? known.first(where: { $0.text == text })?.id {
        ids[text] = id
        continue
      }
      ids[text] = next
      added.append(TokenizerFiles.AddedToken(text: text, id: next))
      next += 1
    }
    return (ids, added)
  }

  /// The token that stands for a hidden one: the tokenizer's mask token, else its unknown token, as in H2O LLM Studio.
  ///
  /// - Throws: `ModelError` when it has neither.
  func maskTokenID() throws -> Int32 {
    let path = directory + "/tokenizer_config.json"
    let named =
      FileManager.default.fileExists(atPath: path) ? try JSONValue(contentsOf: path)["mask_token"] : nil
    let names = [named?.stringValue ?? named?["content"]?.stringValue, "[MASK]", "<mask>"].compactMap { $0 }
    let pieces = 0..<Int32(tokenizer.vocabularySize)
    if let id = pieces.first(where: { names.contains(tokenizer.piece($0)) }) ?? tokenizer.unknownID { return id }
    throw ModelError(
      "cannot use augmentation.token_mask_probability: the tokenizer of \(directory) has neither a mask token nor an "
        + "unknown token. Set it to 0.", kind: .setting)
  }

  /// KISEKI_THREADS, `nil` when it is not set.
  static func givenThreadCount() throws(RunError) -> Int? {
    guard let text = ProcessInfo.processInfo.environment["KISEKI_THREADS"] else { return nil }
    guard let count = Int(text), (1...1024).contains(count) else {
      throw RunError.usage("cannot use KISEKI_THREADS=\(text): it must be a whole number from 1 to 1024.")
    }
    return count
  }

  /// The arithmetic a run uses: all cores and the best instruction set, unless the environment says otherwise.
  ///
  /// - Parameters:
  ///   - pinned: the instruction set to use in any case.
  ///   - isMixed: `environment.mixed_precision`.
  static func engine(pinnedTo pinned: InstructionSet? = nil, mixedPrecision isMixed: Bool = false) throws -> Engine {
    let environment = ProcessInfo.processInfo.environment
    let threads = try givenThreadCount() ?? Machine.coreCount
    var set: InstructionSet?
    if let text = environment["KISEKI_INSTRUCTION_SET"] {
      set = InstructionSet(rawValue: text)
      if set == nil {
        let names = InstructionSet.allCases.map(\.rawValue).joined(separator: ", ")
        throw RunError.usage("cannot use KISEKI_INSTRUCTION_SET=\(text): it must be one of \(names).")
      }
    }
    return try Engine(
      threadCount: threads, instructionSet: pinned ?? set,
      mixedPrecision: isMixed ? try mixedPrecision(environment["KISEKI_MIXED_PRECISION"]) : .off)
  }
}

extension Backbone {
  /// How the wish for mixed precision is met: by the processor, or for tests by imitation.
  private static func mixedPrecision(_ text: String?) throws(RunError) -> MixedPrecision {
    switch text {
    case nil: .automatic
    case "emulated"?: .emulated
    case let text?:
      throw RunError.usage(
        "cannot use KISEKI_MIXED_PRECISION=\(text): the only value is emulated, which imitates bfloat16 products in "
          + "float32.")
    }
  }
}

extension ModelOptions {
  /// What a configuration asks to be trained.
  ///
  /// - Parameter backbone: whose new tokens the model gets.
  init(_ configuration: ExperimentConfiguration, backbone: Backbone, weightCache: WeightCache?) {
    let training = configuration.training
    let seed = UInt64(configuration.environment.seed)
    self.init(
      initializationSeed: configuration.architecture.pretrained ? nil : seed,
      adapter: training.lora
        ? LowRankSettings(
          rank: training.loraR, alpha: Float(training.loraAlpha), usesRankStabilization: training.useRSLoRA,
          isDecomposed: training.useDoRA,
          trainsEmbedding: configuration.architecture.forceEmbeddingGradients || !backbone.addedTokens.isEmpty,
          targetModules: training.loraTargetNames)
        : nil,
      adapterSeed: seed,
      // Whatever is trained is float32, and so is what it is compared with.
      backboneType: training.lora ? configuration.architecture.backboneType : .float32, weightCache: weightCache)
    vocabularySize = backbone.vocabularySize
  }
}

extension GenerationOptions {
  /// How a configuration asks to generate.
  ///
  /// - Parameter stopWords: those of the configuration, found with its tokenizer.
  init(_ configuration: ExperimentConfiguration, endOfSequenceIDs: [Int32], stopWords: StopWords?) {
    let prediction = configuration.prediction
    self.init(
      minimumNewTokens: prediction.minLengthInference, maximumNewTokens: prediction.maxLengthInference,
      endOfSequenceIDs: endOfSequenceIDs,
      batchSize: prediction.batchSizeInference > 0
        ? prediction.batchSizeInference : configuration.training.batchSize)
    beamCount = prediction.numBeams
    repetitionPenalty = Float(prediction.repetitionPenalty)
    maximumSeconds = prediction.maxTime
    if prediction.doSample {
      sampling = SamplingOptions(
        temperature: Float(prediction.temperature), topK: prediction.topK, topP: prediction.topP,
        seed: UInt64(configuration.environment.seed))
    }
    self.stopWords = stopWords
  }
}

extension PlannedRun {
  /// What the run of a configuration with these data will hold in memory.
  init(
    _ configuration: ExperimentConfiguration, _ architecture: Architecture, model: ModelOptions, data: PreparedData,
    threadCount: Int, pieceCount: Int, isMixed: Bool = false
  ) {
    self.init(
      architecture, model: model, training: TrainingOptions(configuration), threadCount: threadCount,
      data: RowLengths(data.training),
      evaluated: [data.validation.encoded, data.test?.encoded].compactMap { $0.map { RowLengths($0) } },
      generation: configuration.prediction.metric.needsText
        ? GenerationOptions(configuration, endOfSequenceIDs: architecture.endOfSequenceIDs, stopWords: nil) : nil,
      pieceCount: pieceCount, isMixed: isMixed)
    measureProgram()
    if configuration.prediction.metric.needsText {
      let rows = data.validation.rows + (data.test?.rows ?? [])
      let tokenizer = BLEUWords.tokenizer(configuration.prediction, references: data.validation.rows.map(\.answer))
      dictionaryCharacters = BLEUWords.dictionaryCharacters(tokenizer, rows)
    }
  }
}

extension TrainingOptions {
  /// How a configuration asks to train.
  init(_ configuration: ExperimentConfiguration) {
    self.init()
    let training = configuration.training
    epochs = training.epochs
    batchSize = training.batchSize
    dropLastBatch = training.dropLastBatch
    gradientAccumulation = training.gradAccumulation
    learningRate = training.learningRate
    schedule =
      switch training.schedule {
      case .constant: .constant
      case .linear: .linear
      case .cosine: .cosine
      }
    warmupEpochs = training.warmupEpochs
    minimumLearningRateRatio = training.minLearningRateRatio
    if !training.differentialLearningRateLayers.isEmpty {
      differentialLearningRate = DifferentialLearningRate(
        rate: training.differentialLearningRate, layers: training.differentialLearningRateLayers)
    }
    lossAveraging =
      switch training.lossFunction {
      case .tokenAveragedCrossEntropy: .tokens
      case .sampleAveragedCrossEntropy: .samples
      }
    let method: OptimizerSettings.Method =
      switch training.optimizer {
      case .adamW: .adamW
      case .adam: .adam
      case .adamW8bit: .adamW8bit
      case .sgd: .sgd
      case .rmsProp: .rmsProp
      case .adadelta: .adadelta
      }
    optimizer = OptimizerSettings(
      method, beta1: training.optimizerBeta1, beta2: training.optimizerBeta2,
      epsilon: Float(training.optimizerEpsilon), weightDecay: Float(training.weightDecay))
    gradientClip = training.gradientClip
    adapterDropout = training.lora ? training.loraDropout : 0
    hiddenDropout = configuration.architecture.intermediateDropout
    gradientCheckpointing = configuration.architecture.gradientCheckpointing
    embeddingNoise = configuration.augmentation.neftuneNoiseAlpha
    tokenMaskProbability = configuration.augmentation.tokenMaskProbability
    seed = UInt64(configuration.environment.seed)
    variation.skipParentProbability = configuration.augmentation.skipParentProbability
    variation.randomParentProbability = configuration.augmentation.randomParentProbability
    variation.paddingQuantile = configuration.tokenizer.paddingQuantile
    evaluationEpochs = training.evaluationEpochs
    evaluatesBeforeTraining = training.evaluateBeforeTraining
    metric =
      switch configuration.prediction.metric {
      case .bleu: .bleu
      case .perplexity: .perplexity
      case .judge: .judge
      }
    savesBestWeights = training.saveBestCheckpoint
    earlyStoppingPatience = training.earlyStoppingPatience
    checkpoints = CheckpointCadence(steps: training.checkpointSteps, seconds: training.checkpointSeconds)
  }
}

extension ExperimentConfiguration.Architecture {
  /// `backbone_dtype` as the type weights are held in.
  var backboneType: NumberType {
    switch backboneDtype {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16: .float16
    }
  }
}

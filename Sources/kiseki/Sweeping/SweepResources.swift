import CommandLine
import Configuration
import Experiments
import FineTuning
import Foundation
import LanguageModels
import Tensors

/// The cores, the memory and the time a sweep takes on this machine.
struct SweepResources {
  let coreCount: Int
  let workerCount: Int
  let threadsPerWorker: Int
  /// Of all trials, `nil` when nothing is known yet.
  private(set) var seconds: Double?
  /// Where `seconds` comes from, as a part of a sentence.
  private(set) var timeBasis = "not known before the first trial has ended"
  let weightBytes: Int
  let bytesPerWorker: Int
  let memoryBasis = "of the trial that needs most"
  private(set) var warnings: [String] = []

  /// - Parameter planned: only its sizes matter.
  init(_ planned: PlannedSweep, options: SweepOptions, workspace: Workspace) throws {
    guard let first = planned.inputs.first else { throw RunError.failure("cannot plan: no trial reads any data.") }
    let backbone = first.backbone.place.name(in: workspace)
    let earlier = try EarlierRun.latest(of: backbone, in: workspace)
    coreCount = Machine.coreCount
    let count = planned.plan.trials.count
    (weightBytes, bytesPerWorker) = try Self.memory(
      planned, first, threads: Self.threads(workers: min(coreCount, count), cores: coreCount))
    workerCount = min(try options.workers ?? Self.workers(weightBytes, bytesPerWorker, cores: coreCount), count)
    threadsPerWorker = try Self.threads(workers: workerCount, cores: coreCount)
    if let workers = options.workers, workers > coreCount {
      warnings.append(
        "-j \(workers) is more than the \(coreCount) cores of this machine: trials will wait for each other")
    }
    if let earlier {
      estimateTime(planned, earlier, tokensPerEpoch: first.data.training.lengths.joined.reduce(0) { $0 + Int($1) })
    }
  }

  /// For a sweep that goes on: nothing has to be estimated.
  init(trialCount: Int, options: SweepOptions) throws {
    coreCount = Machine.coreCount
    workerCount = max(1, min(options.workers ?? coreCount, trialCount))
    threadsPerWorker = try Self.threads(workers: workerCount, cores: coreCount)
    (weightBytes, bytesPerWorker) = (0, 0)
  }

  /// KISEKI_THREADS, where it is set, says what one run may use, here as elsewhere.
  private static func threads(workers: Int, cores: Int) throws -> Int {
    try Backbone.givenThreadCount() ?? max(1, cores / workers)
  }

  /// One a core, as far as they fit into four fifths of the memory that is free.
  private static func workers(_ weights: Int, _ each: Int, cores: Int) throws -> Int {
    guard let available = try MemoryCheck.available()?.byteCount else { return cores }
    return max(1, min(cores, (available / 5 * 4 - weights) / max(1, each)))
  }

  /// The most that any trial takes: of weights, which trials share, and for itself.
  private static func memory(
    _ planned: PlannedSweep, _ first: (configuration: ExperimentConfiguration, backbone: Backbone, data: PreparedData),
    threads: Int
  ) throws -> (weights: Int, own: Int) {
    let architecture = try Architecture(modelDirectory: first.backbone.directory)
    var most = (weights: 0, own: 0)
    let base = Data(planned.base.resolvedYAML().utf8)
    for trial in planned.plan.trials {
      let configuration = try ExperimentConfiguration.parse(
        base, name: "the plan of \(planned.name)", overrides: trial.words, baseDirectory: planned.base.configDirectory
      ).configuration
      let estimate = try MemoryEstimate(
        PlannedRun(
          configuration, architecture, model: ModelOptions(configuration, backbone: first.backbone, weightCache: nil),
          data: first.data, threadCount: threads, pieceCount: first.backbone.tokenizer.vocabularySize,
          isMixed: configuration.environment.mixedPrecision))
      most = (max(most.weights, estimate.frozenWeights), max(most.own, estimate.own))
    }
    return most
  }

  private mutating func estimateTime(_ planned: PlannedSweep, _ earlier: EarlierRun, tokensPerEpoch: Int) {
    let speed = earlier.tokensPerSecond * Double(threadsPerWorker) / Double(max(1, earlier.threads))
    let keys = planned.plan.trials.map { trial in
      trial.overrides.first { $0.key == "training.epochs" }?.value.integerValue ?? planned.base.training.epochs
    }
    let all = keys.reduce(0.0) { $0 + Double($1 * tokensPerEpoch) / speed + earlier.otherSeconds }
    seconds = all / Double(workerCount)
    timeBasis = "from the speed of \(earlier.label), \(Format.count(Int(earlier.tokensPerSecond))) tokens/s"
  }
}

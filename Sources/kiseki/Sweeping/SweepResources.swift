import CommandLine
import Configuration
import Experiments
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
  private(set) var memoryBasis = "estimated from the model's size and the longest rows"
  private(set) var warnings: [String] = []

  /// - Parameter planned: only its sizes matter.
  init(_ planned: PlannedSweep, options: SweepOptions, workspace: Workspace) throws {
    guard let first = planned.inputs.first else { throw RunError.failure("cannot plan: no trial reads any data.") }
    let backbone = workspace.portablePath(first.backbone.configuredDirectory)
    let earlier = try EarlierRun.latest(of: backbone, in: workspace)
    let architecture = try Architecture(modelDirectory: first.backbone.directory)
    weightBytes = architecture.weights.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
    if let peak = earlier?.peakBytes, let label = earlier?.label {
      bytesPerWorker = max(peak - weightBytes, 32 << 20)
      memoryBasis = "from what \(label) took"
    } else {
      bytesPerWorker = Self.estimate(architecture, first.configuration, longestRow: first.data.longestSequence)
    }
    coreCount = Machine.coreCount
    let count = planned.plan.trials.count
    workerCount = min(options.workers ?? Self.workers(weightBytes, bytesPerWorker, cores: coreCount), count)
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
  private static func workers(_ weights: Int, _ each: Int, cores: Int) -> Int {
    guard let available = availableBytes else { return cores }
    return max(1, min(cores, (available / 5 * 4 - weights) / max(1, each)))
  }

  private static var availableBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kilobytes * 1024
  }

  /// What one batch of the longest rows leaves for the backward pass, and what the optimizer keeps.
  private static func estimate(
    _ architecture: Architecture, _ configuration: ExperimentConfiguration, longestRow: Int
  ) -> Int {
    let tokens = longestRow * configuration.training.batchSize
    let (width, hidden) = (architecture.width, architecture.mlpWidth)
    let block = 6 * width + hidden
    let rest = 6 * width + 2 * max(3 * width, hidden)
    let head = min(tokens, 256) * architecture.vocabularySize
    let trained = configuration.training.lora ? 0 : architecture.weights.reduce(0) { $0 + $1.count }
    return (tokens * (architecture.layerCount * block + rest) + head + 4 * trained) * MemoryLayout<Float>.stride
      + (48 << 20)
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

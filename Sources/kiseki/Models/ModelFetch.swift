import CommandLine
import Foundation
import Hub
import LanguageModels
import Spelling

/// Downloads what a run needs of a model of the hub into the cache of Hugging Face.
struct ModelFetch {
  let id: HubModelID
  let revision: HubRevision
  /// What is useful after it.
  let next: String

  /// A signal asked to stop.
  private struct Stopped: Error {}

  /// The command that fetches a model.
  static func command(_ id: HubModelID, _ revision: HubRevision) -> String {
    shellCommand("model", "fetch", id.text) + (revision == .main ? "" : " --branch " + shellWord(revision.text))
  }

  /// - Throws: `HubError`, and `CommandFailure` for a model that no run could use, before its weights are fetched.
  func start(_ console: Console) throws -> ExitCode {
    StopSignal.install()
    let environment = ProcessInfo.processInfo.environment
    let fetch = try HubFetch(id, revision, from: HubServer(environment: environment), into: .usual)
    var display = FetchDisplay(console)
    do {
      let listing = try fetch.listing { _ in try Self.heedSignals() }
      let files = try ModelFiles.needed(of: listing, id)
      func bytes(_ names: [String]) -> Int { names.reduce(0) { $0 + (listing.file(named: $1)?.bytes ?? 0) } }
      display.total = bytes(files)
      // Whether the weights are of use is known from the small files.
      let settings = files.filter { ["config.json", "generation_config.json"].contains($0) }
      var came = try fetch.fetch(settings, of: listing) { try show($0, &display) }
      _ = try Architecture(modelDirectory: fetch.folder(of: listing))
      display.before = bytes(settings)
      came += try fetch.fetch(files.filter { !settings.contains($0) }, of: listing) { try show($0, &display) }
      display.finish()
      let snapshot = try fetch.settle(listing)
      say(snapshot, came: came, total: display.total, console)
      let facts = try ModelFacts(directory: snapshot.directory)
      console.note("model: \(facts.architecture.family.rawValue), \(Format.count(facts.parameterCount)) weights")
      console.print(snapshot.directory)
      console.hint("next: \(next)")
      return .success
    } catch is Stopped {
      display.finish()
      console.note("interrupted by \(StopSignal.received ?? "a signal"); what has come is kept")
      console.hint("go on: \(Self.command(id, revision))")
      return .interrupted
    } catch {
      display.finish()
      throw error
    }
  }

  private func show(_ progress: HubFetch.Progress, _ display: inout FetchDisplay) throws {
    try Self.heedSignals()
    display.show(progress)
  }

  private static func heedSignals() throws(Stopped) { if StopSignal.received != nil { throw Stopped() } }

  private func say(_ snapshot: HubSnapshot, came: Int, total: Int, _ console: Console) {
    let what = came == 0 ? "there already" : "fetched \(Format.bytes(came)) of \(Format.bytes(total))"
    console.note("\(id) at \(snapshot.commit.prefix(12)) (\(revision)): \(what)")
  }
}

extension ModelFiles {
  /// Names of the files that a run needs of a model.
  ///
  /// - Throws: `CommandFailure` when the model has none that can be used.
  static func needed(of listing: HubListing, _ id: HubModelID) throws(CommandFailure) -> [String] {
    let names = Set(listing.files.map(\.name))
    guard names.contains("config.json") else {
      throw CommandFailure("cannot use the model \(id): it has no config.json. Choose a model in Transformers' layout.")
    }
    guard names.contains("model.safetensors") else {
      let weights = names.filter { [".safetensors", ".bin", ".gguf", ".index.json"].contains(where: $0.hasSuffix) }
        .sorted()
      let found = weights.isEmpty ? "no weights" : "its weights as \(weights.prefix(4).joined(separator: ", "))"
      throw CommandFailure(
        "cannot use the model \(id): it has \(found), and needed is model.safetensors. Its page may name a branch with "
          + "converted weights, such as refs/pr/1: give it with --branch.")
    }
    guard sentencePieceNames.contains(where: names.contains) else {
      throw CommandFailure(
        "cannot use the model \(id): it has no SentencePiece tokenizer (\(sentencePieceNames.joined(separator: ", "))). "
          + "Choose a model with one.")
    }
    return ["config.json"] + tokenizerNames.filter(names.contains).sorted() + ["model.safetensors"]
  }
}

/// Shows how a fetch goes on: a bar on a terminal, plain lines elsewhere.
private struct FetchDisplay {
  /// Bytes of all files, and of those that were asked for before.
  var total = 0
  var before = 0
  private var progress: ProgressLine
  private let start = ContinuousClock.now
  /// What was there at some moments of the last seconds.
  private var moments: [(bytes: Int, seconds: Double)] = []

  /// Seconds that the speed is taken from.
  private static let window = 5.0

  init(_ console: Console) { progress = ProgressLine(console) }

  mutating func show(_ state: HubFetch.Progress) {
    switch state {
    case .waiting: progress.sayOnce("another process fetches the same file; waiting for it")
    case .checking: progress.sayOnce("checking the hashes of what has come")
    case .fetched(let bytes):
      let there = before + bytes
      let seconds = (ContinuousClock.now - start).seconds
      var state = ProgressState("fetching", step: there, total: total, elapsedSeconds: seconds)
      state.countsBytes = true
      state.bytesPerSecond = speed(there, seconds)
      progress.show(state)
    }
  }

  /// Bytes a second now; `nil` as long as there is too little to tell.
  private mutating func speed(_ bytes: Int, _ seconds: Double) -> Double? {
    moments.removeAll { $0.seconds < seconds - Self.window }
    if moments.last.map({ seconds - $0.seconds > 0.1 }) ?? true { moments.append((bytes, seconds)) }
    guard let first = moments.first, seconds - first.seconds >= 0.5 else { return nil }
    return Double(bytes - first.bytes) / (seconds - first.seconds)
  }

  mutating func finish() { progress.finish() }
}

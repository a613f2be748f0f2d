import Experiments
import Foundation
import GitStore
import Tables
import TestSupport
import Testing

struct InterruptionTests {
  @Test func `a run discarded before it began leaves the version before in its place and the name free`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.record("base")
    let files = try FileManager.default.subpathsOfDirectory(atPath: temporary.path).sorted()
    let recording = try RunRecording.begin(ExperimentName("base"), in: temporary.open())
    try recording.write("config.yaml", Data("half".utf8))
    try recording.log("half")
    #expect(!temporary.exists("experiments/base/result.json"))
    try recording.discard()
    // The folder for what is moved aside may stay.
    let left = try FileManager.default.subpathsOfDirectory(atPath: temporary.path).sorted()
    #expect(left.filter { !$0.hasPrefix(".git/kiseki") } == files.filter { !$0.hasPrefix(".git/kiseki") })
    #expect(!temporary.exists(".git/kiseki/leases/base"))
    #expect(try temporary.open().experiments().map(\.status) == [.completed])
    #expect(try temporary.record("base").version == 2)
  }

  @Test func `an interrupted run is listed, kept from a new run, and completed by going on`() throws {
    let temporary = try TemporaryWorkspace()
    let name = try ExperimentName("base")
    let recording = try RunRecording.begin(name, in: temporary.open())
    try fill(recording)
    try recording.interrupt(reason: "Ctrl-C")
    let listed = try temporary.open().experiments()
    #expect(listed.map(\.status) == [.interrupted])
    #expect(listed.map(\.version) == [0])
    let again = #expect(throws: ExperimentsError.self) { try RunRecording.begin(name, in: temporary.open()) }
    #expect(again?.kind == .interruptedRun)
    #expect(again?.description.contains("is an interrupted run. 'kiseki resume") == true)
    #expect(try temporary.open().experiments().map(\.status) == [.interrupted], "and nothing changed")
    let missing = #expect(throws: ExperimentsError.self) {
      try temporary.open().version(ExperimentReference(name: name))
    }
    #expect(missing?.description.contains("interrupted") == true)

    let resumed = try RunRecording.reopen(name, in: temporary.open())
    try resumed.append(["step": 2], to: .metrics)
    #expect(try resumed.finish(.completed, outcome()).version == 1)
    let version = try temporary.open().version(ExperimentReference(name: name))
    #expect(try version.lines(of: .metrics).count == 3)
    #expect(throws: ExperimentsError.self) { try RunRecording.reopen(name, in: temporary.open()) }
    #expect(try temporary.open().experiments().map(\.status) == [.completed])
  }

  @Test func `a killed run is interrupted, and its torn last line is cut on going on`() async throws {
    let temporary = try TemporaryWorkspace()
    let path = temporary.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      TestEnvironment.isolate()
      let recording = try RunRecording.begin(ExperimentName("base"), in: Workspace.find(from: path))
      try recording.append(["step": 1], to: .metrics)
      try recording.append(["step": 2], to: .metrics)
      kill(getpid(), SIGKILL)
    }
    let listed = try temporary.open().experiments()
    #expect(listed.map(\.status) == [.interrupted])
    let metrics = URL(fileURLWithPath: path + "/experiments/base/metrics.jsonl")
    var content = try Data(contentsOf: metrics)
    content += Data("{\"step\": 3, \"train/lo".utf8)
    try content.write(to: metrics)
    #expect(try temporary.open().linesOnDisk(of: .metrics, ExperimentName("base")).count == 2)
    let first = MetricLogOffset.afterFirstLine(content)
    let resumed = try RunRecording.reopen(
      ExperimentName("base"), in: temporary.open(), cutting: [.metrics: first])
    #expect(try resumed.byteCount(of: .metrics) == first)
    try resumed.append(["step": 20], to: .metrics)
    _ = try resumed.finish(.completed, outcome())
    #expect(
      try temporary.git("show", "refs/experiments/base:metrics.jsonl") == "{\"step\":1}\n{\"step\":20}\n")
  }

  @Test func `a running run is seen as such and cannot be run twice`() throws {
    let temporary = try TemporaryWorkspace()
    let name = try ExperimentName("base")
    let recording = try RunRecording.begin(name, in: temporary.open())
    #expect(try temporary.open().experiments().map(\.status) == [.running])
    let error = #expect(throws: ExperimentsError.self) { try RunRecording.begin(name, in: temporary.open()) }
    #expect(error?.kind == .alreadyRunning)
    #expect(error?.description.contains("process \(getpid())") == true)
    _ = try recording.finish(.failed, outcome())
    #expect(try temporary.open().experiments().map(\.status) == [.failed])
  }

  @Test func `a changed directory is never replaced`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.record("base")
    try temporary.write("format: 1 # my note\n", to: "experiments/base/config.yaml")
    let changed = #expect(throws: ExperimentsError.self) { try temporary.record("base") }
    #expect(changed?.kind == .unsavedWork)
    #expect(changed?.description.contains("'config.yaml'") == true)
    try temporary.write("text", to: "experiments/mine/notes.txt")
    let foreign = #expect(throws: ExperimentsError.self) { try temporary.record("mine") }
    #expect(foreign?.kind == .unsavedWork)
    #expect(temporary.exists("experiments/mine/notes.txt"))
    #expect(try temporary.open().experiments().map(\.name.text) == ["base"])
  }

  @Test func `a version written by another process meanwhile is built upon, never lost`() throws {
    let temporary = try TemporaryWorkspace()
    let first = try temporary.record("base")
    let recording = try RunRecording.begin(ExperimentName("base"), in: temporary.open())
    let workspace = try temporary.open()
    let repository = workspace.repository
    let other = try repository.writeCommit(
      tree: repository.commit(first.commit).tree, parents: [first.commit], message: "pulled",
      author: .fallback,
      time: Date())
    try repository.updateReference("refs/experiments/base", to: other, expecting: first.commit)
    #expect(try recording.finish(.completed, outcome()).version == 3)
    #expect(try temporary.git("rev-list", "--count", "refs/experiments/base") == "3\n")
  }

  @Test(.enabled(if: TestEnvironment.canMount, "mounting needs root"))
  func `a full disk while recording loses nothing`() throws {
    try withSmallDisk(kibibytes: 4096) { path in
      let temporary = try TemporaryWorkspace(path: path)
      try temporary.record("base", bleu: 10)
      let before = try temporary.git("rev-parse", "refs/experiments/base")
      let recording = try RunRecording.begin(ExperimentName("base"), in: temporary.open())
      try fill(recording, adapter: noise(2_500_000))
      let error = #expect(throws: ExperimentsError.self) { try recording.finish(.completed, outcome()) }
      #expect(error?.kind == .noSpace)
      #expect(error?.description.contains("experiments/base") == true)
      #expect(try temporary.git("rev-parse", "refs/experiments/base") == before)
      #expect(try temporary.git("fsck", "--full", "--strict").contains("error") == false)
      #expect(temporary.exists("experiments/base/adapter/adapter_model.safetensors"))
      let listed = try temporary.open().experiments()
      #expect(listed.map(\.status) == [.interrupted])
      #expect(listed.map(\.version) == [1])

      try run("/usr/bin/env", ["mount", "-o", "remount,size=16m", path])
      let resumed = try RunRecording.reopen(ExperimentName("base"), in: temporary.open())
      #expect(try resumed.finish(.completed, outcome()).version == 2)
    }
  }

  @Test(.enabled(if: TestEnvironment.canMount, "mounting needs root"))
  func `a full disk leaves whole lines in a log`() throws {
    try withSmallDisk(kibibytes: 1024) { path in
      let temporary = try TemporaryWorkspace(path: path)
      let recording = try RunRecording.begin(ExperimentName("base"), in: temporary.open())
      let line: JSONValue = ["text": .string(String(repeating: "x", count: 3001))]
      let error = #expect(throws: ExperimentsError.self) {
        for _ in 0..<1000 { try recording.append(line, to: .metrics) }
      }
      #expect(error?.kind == .noSpace)
      let content = try Data(contentsOf: URL(fileURLWithPath: recording.directory + "/metrics.jsonl"))
      #expect(content.last == UInt8(ascii: "\n"))
      #expect(content.count == (try recording.byteCount(of: .metrics)))
      #expect(throws: ExperimentsError.self) { try recording.write("config.yaml", noise(100_000)) }
      let names = try FileManager.default.contentsOfDirectory(atPath: recording.directory)
      #expect(names == ["metrics.jsonl"])
    }
  }

  @Test(.enabled(if: TestEnvironment.canMount, "mounting needs root"))
  func `a read-only workspace is refused before anything begins`() throws {
    let temporary = try TemporaryWorkspace()
    try run("/usr/bin/env", ["mount", "--bind", "-o", "ro", temporary.path, temporary.path])
    defer { _ = try? run("/usr/bin/env", ["umount", "-l", temporary.path]) }
    let error = #expect(throws: GitError.self) {
      try RunRecording.begin(ExperimentName("base"), in: temporary.open())
    }
    #expect(error?.kind == .readOnly)
    #expect(try temporary.open().experiments().isEmpty)
  }
}

enum MetricLogOffset {
  static func afterFirstLine(_ content: Data) -> Int {
    (content.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
  }
}

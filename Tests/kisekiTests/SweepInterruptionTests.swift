import Foundation
import Glibc
import Tables
import Testing

/// Sweeps that are ended before their end, at any moment, and what is left to do of them.
@Suite struct SweepInterruptionTests {
  /// Trials long enough to be met while they run, and short enough to be run again.
  private static let slow = ["epochs=300", "evaluation_epochs=1000"]

  /// The process ids of the trials that run.
  private func workers(_ workspace: RunWorkspace) throws -> [pid_t] {
    let folder = workspace.path + "/.git/kiseki/leases"
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
    return names.compactMap { name -> pid_t? in
      // A lease may be gone or half written by now.
      let lease = try? JSONValue(parsing: Data(contentsOf: URL(filePath: folder + "/" + name)))
      guard let id = lease?["process_id"]?.integerValue, lease?["ended"] == nil else { return nil }
      return kill(pid_t(id), 0) == 0 ? pid_t(id) : nil
    }
  }

  private func started(_ workspace: RunWorkspace, _ arguments: [String], workers count: Int = 2) throws -> Running {
    let running = try workspace.startSweep(arguments + Self.slow)
    try running.wait { try workers(workspace).count == count }
    return running
  }

  private func waitForEnd(of processes: [pid_t]) throws {
    for _ in 0..<1000 {
      if processes.allSatisfy({ kill($0, 0) != 0 }) { return }
      usleep(10_000)
    }
    throw CommandFailure(message: "workers outlived their sweep")
  }

  /// Everything is there once, and nothing is left behind.
  private func requireComplete(_ workspace: RunWorkspace, _ names: [String]) throws {
    #expect(try workspace.versions() == Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }))
    #expect(try workspace.git("fsck", "--full", "--strict", "--no-dangling") == "")
    let list = try JSONValue(parsing: Data(try workspace.kiseki("ls", "--json").output.utf8))
    #expect(try #require(list.arrayValue).allSatisfy { $0["status"] == "completed" })
    #expect(try workspace.git("status", "--porcelain") == "")
  }

  private let names = ["s/lora_r=2", "s/lora_r=3", "s/lora_r=4"]

  @Test func `Ctrl-C ends a sweep cleanly with 130, and resume does the rest`() throws {
    let workspace = try RunWorkspace()
    let running = try started(workspace, ["-n", "s", "-j", "2", "lora_r=2,3,4"])
    let processes = try workers(workspace)
    running.send(SIGINT)
    let ended = try running.wait()
    #expect(ended.code == 130)
    #expect(ended.errors.contains("interrupted by Ctrl-C; ") && ended.sentence == "next: kiseki resume s")
    #expect(processes.allSatisfy { kill($0, 0) != 0 })
    let resumed = try workspace.kiseki("resume", "s", "-j", "2")
    #expect(resumed.code == 0, "\(resumed.errors)")
    try requireComplete(workspace, names)
  }

  @Test func `a killed worker is said so and only its trial is run again`() throws {
    let workspace = try RunWorkspace()
    let running = try started(workspace, ["-n", "s", "-j", "2", "lora_r=2,3,4"])
    kill(try #require(try workers(workspace).first), SIGKILL)
    let ended = try running.wait()
    #expect(ended.code == 1)
    #expect(ended.errors.contains("its process was killed by signal 9") && ended.sentence == "next: kiseki resume s")
    #expect(try workspace.versions().count == 2)
    #expect(try workspace.kiseki("resume", "s").errors.hasPrefix("sweep: s, 1 of 3 trials to run"))
    try requireComplete(workspace, names)
  }

  @Test func `workers end with a killed parent, and resume does what is missing`() throws {
    let workspace = try RunWorkspace()
    let running = try started(workspace, ["-n", "s", "-j", "2", "lora_r=2,3,4"])
    let processes = try workers(workspace)
    running.send(SIGKILL)
    #expect(try running.wait().code == 128 + SIGKILL)
    try waitForEnd(of: processes)
    #expect(try workspace.kiseki("resume", "s").code == 0)
    try requireComplete(workspace, names)
  }

  @Test func `a sweep that is being run is refused to others`() throws {
    let workspace = try RunWorkspace()
    let running = try started(workspace, ["-n", "s", "-j", "2", "lora_r=2,3,4"])
    let resumed = try workspace.kiseki("resume", "s")
    #expect(resumed.code == 1 && resumed.sentence.contains("cannot run the sweep 's': another process is running it"))
    let second = try workspace.sweep(["-n", "s", "lora_r=2,3"])
    #expect(second.code == 64 && second.sentence.contains("there is a sweep of that name"))
    #expect(running.isRunning)
    running.send(SIGTERM)
    #expect(try running.wait().code == 130)
  }

  @Test func `of two sweeps of one name begun at once one runs`() throws {
    let workspace = try RunWorkspace()
    let both = try (0..<2).map { _ in try workspace.startSweep(["-n", "s", "lora_r=2,3,4"]) }
    let codes = try both.map { try $0.wait().code }
    #expect(codes.contains(0) && codes.contains { $0 == 1 || $0 == 64 }, "\(codes)")
    try requireComplete(workspace, names)
  }

  /// The short form of benchmarks/sweep_kills.sh.
  @Test func `twelve trials killed at random and resumed give twelve results, none twice`() throws {
    let workspace = try RunWorkspace()
    var generator = SystemRandomNumberGenerator()
    var running = try workspace.startSweep(["-n", "s", "-j", "3", "learning_rate=0.01..0.02:lin12", "epochs=20"])
    var kills = 0
    for round in 0..<60 {
      usleep(UInt32.random(in: 50_000...500_000, using: &generator))
      guard running.isRunning else {
        let ended = try running.wait()
        if ended.code == 0 { break }
        #expect(round < 59 && ended.code == 1, "\(ended.code): \(ended.errors)")
        running = try workspace.start(["resume", "s", "-j", "3"])
        continue
      }
      guard kills < 12 else { continue }
      kills += 1
      if Bool.random(using: &generator),
        let worker = try workers(workspace).filter({ $0 != running.id }).randomElement(using: &generator)
      {
        kill(worker, SIGKILL)
      } else {
        running.send(SIGKILL)
        _ = try running.wait()
        let isPlanned = try workspace.git("for-each-ref", "refs/experiments/s/plan") != ""
        running =
          isPlanned
          ? try workspace.start(["resume", "s", "-j", "3"])
          : try workspace.startSweep(["-n", "s", "-j", "3", "learning_rate=0.01..0.02:lin12", "epochs=20"])
      }
    }
    #expect(try workspace.kiseki("resume", "s").errors.hasPrefix("nothing to do"))
    let versions = try workspace.versions()
    try requireComplete(workspace, versions.keys.sorted())
    #expect(versions.count == 12 && kills > 0)
  }
}

import Foundation
import Glibc
import Launching
import Testing

/// Processes of this machine, run several at once.
@Suite struct LauncherTests {
  private static let environment = ["PATH": "/usr/bin:/bin"]

  private func shell(_ script: String) -> WorkerCommand {
    WorkerCommand(program: "/bin/sh", arguments: ["sh", "-c", script], environment: Self.environment)
  }

  private func run(
    _ scripts: [String], workers: Int, _ receive: (LaunchEvent) throws -> LaunchVerdict
  ) throws {
    try LocalLauncher(workerCount: workers).run(
      jobCount: scripts.count, command: { shell(scripts[$0]) }, receive: receive)
  }

  @Test func `every job runs once, no more at once than asked for, and its lines come whole`() throws {
    var running = 0
    var most = 0
    var lines: [Int: [String]] = [:]
    var ends: [Int: WorkerEnd] = [:]
    var words: [Int: [String]] = [:]
    try run((0..<7).map { "echo one; printf two; echo bad\($0) >&2; exit \($0)" }, workers: 3) { event in
      switch event {
      case .started:
        running += 1
        most = max(most, running)
      case .line(let job, let line): lines[job, default: []].append(line)
      case .ended(let job, let end, let last):
        running -= 1
        ends[job] = end
        words[job] = last
      case .tick: break
      }
      return .continue
    }
    #expect(most == 3 && running == 0)
    for job in 0..<7 {
      #expect(lines[job] == ["one", "two"])
      #expect(ends[job] == .exited(Int32(job)))
      #expect(words[job]?.count == 1)
    }
  }

  @Test func `more output than a pipe holds is read, and the last words are kept`() throws {
    var count = 0
    var last: [String] = []
    try run(["i=0; while [ $i -lt 30000 ]; do echo $i; echo e$i >&2; i=$((i+1)); done"], workers: 1) { event in
      if case .line = event { count += 1 }
      if case .ended(_, _, let words) = event { last = words }
      return .continue
    }
    #expect(count == 30_000 && last.last == "e29999" && last.count == 20)
  }

  @Test func `a stop ends those that run and starts no other`() throws {
    var started = 0
    var ends: [WorkerEnd] = []
    try run(Array(repeating: "trap 'exit 130' INT; echo ready; while :; do sleep 0.05; done", count: 5), workers: 2) {
      switch $0 {
      case .started: started += 1
      case .line: return .stop
      case .ended(_, let end, _): ends.append(end)
      case .tick: break
      }
      return .continue
    }
    #expect(started == 2 && ends.count == 2)
    #expect(ends.contains(.exited(130)))
  }

  @Test func `a killed process is told apart from one that ended`() throws {
    var end: WorkerEnd?
    try run(["kill -9 $$"], workers: 1) { event in
      if case .ended(_, let how, _) = event { end = how }
      return .continue
    }
    #expect(end == .killed(signal: 9))
  }

  @Test func `workers do not outlive a launcher that gives up, nor inherit anything but their three files`() throws {
    struct GivenUp: Error {}
    let path = NSTemporaryDirectory() + "launcher-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let held = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(held) }
    // Its stdin is the life line: `cat` ends when the launcher does.
    let script = "ls /proc/self/fd | tr '\\n' ' ' > \(path); echo $$; exec cat > /dev/null"
    var process: pid_t = 0
    #expect(throws: GivenUp.self) {
      try run([script], workers: 1) { event in
        guard case .line(_, let line) = event else { return .continue }
        process = pid_t(line) ?? 0
        throw GivenUp()
      }
    }
    #expect(process > 0 && kill(process, 0) != 0)
    // The fourth is the directory that ls reads.
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "0 1 2 3 ")
  }

  @Test func `a program that is not there is said so`() {
    let error = #expect(throws: LaunchingError.self) {
      try LocalLauncher(workerCount: 1).run(
        jobCount: 1, command: { _ in WorkerCommand(program: "/nowhere", arguments: ["x"], environment: [:]) },
        receive: { _ in .continue })
    }
    #expect(error?.description.contains("cannot start /nowhere") == true)
  }
}

internal import Foundation
internal import Glibc

/// What a worker runs.
public struct WorkerCommand: Sendable {
  public var program: String
  /// The program's own name first.
  public var arguments: [String]
  /// The whole environment.
  public var environment: [String: String]

  public init(program: String, arguments: [String], environment: [String: String]) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
  }
}

/// How a worker's process ended.
public enum WorkerEnd: Sendable, Hashable {
  case exited(Int32)
  case killed(signal: Int32)
}

/// One started process: a group of its own, so that a terminal's Ctrl-C reaches the parent alone; its stdin is the
/// life line, its stdout and stderr are ours to read.
struct WorkerProcess {
  let id: pid_t
  let output: Int32
  let errors: Int32

  /// - Parameter lifeLine: the reading end of a pipe whose writing end only this process holds.
  static func start(_ command: WorkerCommand, lifeLine: Int32) throws -> WorkerProcess {
    let output = try pipe()
    var errors: (reading: Int32, writing: Int32)
    do {
      errors = try pipe()
    } catch {
      close(output.reading)
      close(output.writing)
      throw error
    }
    defer {
      close(output.writing)
      close(errors.writing)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // A duplicate stays open in the new program; everything of ours is closed when it starts.
    for (from, to) in [(lifeLine, 0), (output.writing, 1), (errors.writing, 2)] {
      posix_spawn_file_actions_adddup2(&actions, from, Int32(to))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    // A parent under nohup ignores SIGHUP; its workers are told by the parent what to do, and heed it.
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    var id: pid_t = 0
    let code = withCStrings(command.arguments) { arguments in
      withCStrings(command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) { environment in
        posix_spawn(&id, command.program, &actions, &attributes, arguments, environment)
      }
    }
    guard code == 0 else {
      close(output.reading)
      close(errors.reading)
      throw LaunchingError("cannot start \(command.program): \(String(cString: strerror(code))).")
    }
    return WorkerProcess(id: id, output: output.reading, errors: errors.reading)
  }

  func send(_ signal: Int32) { kill(id, signal) }

  /// How it ended, `nil` while it lives.
  func ending() -> WorkerEnd? {
    var status: Int32 = 0
    guard waitpid(id, &status, WNOHANG) == id else { return nil }
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
  }

  /// Both ends close when another program is started.
  static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    // Nothing else starts processes meanwhile, so that the flag may be set afterwards.
    guard Glibc.pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
      throw LaunchingError("cannot start a worker: \(String(cString: strerror(errno))).")
    }
    return (ends[0], ends[1])
  }
}

private func withCStrings<Value>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
) -> Value {
  let pointers = texts.map { strdup($0) }
  defer { pointers.forEach { free($0) } }
  return body(pointers + [nil])
}

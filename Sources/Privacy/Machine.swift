internal import Foundation
internal import Glibc
internal import Tables

/// What would tell where and by whom a text was made.
public struct Machine: Sendable {
  /// Directories and what stands for them in a published text, the longest first.
  let directories: [(path: String, short: String)]
  /// Names of the user and of the machine, as far as they are no everyday words.
  private(set) var names: [(name: String, kind: PrivateText.Kind)]

  /// Names that say nothing about anybody, and would be found everywhere.
  private static let everyday: Set<String> = [
    "admin", "adm", "app", "build", "builder", "ci", "debian", "default", "developer", "docker", "guest", "home",
    "host",
    "jovyan", "linux", "local", "localdomain", "localhost", "main", "me", "model", "nobody", "node", "operator", "pi",
    "root", "runner", "server", "student", "system", "test", "train", "ubuntu", "user", "work", "worker",
  ]
  private static let shortestName = 3

  /// - Parameter spellings: how else a path may stand in the text than as it is and as in JSON.
  public init(
    homes: [String], workspaces: [String], users: [String], hosts: [String],
    spellings: [(String) -> String] = []
  ) {
    let found = workspaces.map { ($0, ".") } + homes.map { ($0, "~") }
    let written = found.flatMap { path, short in
      ([path, String(JSONValue.string(path).line().dropFirst().dropLast())] + spellings.map { $0(path) })
        .map { ($0, short) }
    }
    var seen: Set<String> = []
    directories = written.filter { $0.0.hasPrefix("/") && $0.0.utf8.count > 1 && seen.insert($0.0).inserted }
      .sorted { $0.0.utf8.count > $1.0.utf8.count }
    let shortHosts = hosts + hosts.compactMap { $0.split(separator: ".").first.map(String.init) }
    names = (Set(users).sorted().map { ($0, .userName) } + Set(shortHosts).sorted().map { ($0, .hostName) })
      .filter { name, _ in
        name.utf8.count >= Self.shortestName && !Self.everyday.contains(name.lowercased())
          && !name.utf8.allSatisfy { (0x30...0x39).contains($0) }
      }
  }

  /// Leaves directories alone to be found.
  public mutating func forgetNames() { names = [] }

  /// The machine and user this process runs on and for.
  public static func current(workspace: String, spellings: [(String) -> String] = []) -> Machine {
    let environment = ProcessInfo.processInfo.environment
    var homes = [environment["HOME"]].compactMap { $0 }
    var users = ["USER", "LOGNAME"].compactMap { environment[$0] }
    if let entry = getpwuid(getuid()) {
      homes.append(String(cString: entry.pointee.pw_dir))
      users.append(String(cString: entry.pointee.pw_name))
    }
    homes += homes.compactMap(resolved)
    return Machine(
      homes: homes, workspaces: [workspace] + [resolved(workspace)].compactMap { $0 }, users: users,
      hosts: [hostName, environment["HOSTNAME"]].compactMap { $0 }, spellings: spellings)
  }

  /// As the kernel has it: asking the network for a longer one may take seconds.
  private static var hostName: String? {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}

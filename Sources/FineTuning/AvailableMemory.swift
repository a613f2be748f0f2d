import Foundation

/// How much memory a process may still take here, and who says so.
public struct AvailableMemory: Sendable, Hashable {
  public enum Limit: String, Sendable {
    /// What the whole machine has left.
    case machine
    /// The limit of the control group this process is in: a container, a job of a batch system.
    case controlGroup
    /// Given by the user.
    case setting
  }

  public let byteCount: Int
  public let limit: Limit

  public init(byteCount: Int, limit: Limit) {
    self.byteCount = byteCount
    self.limit = limit
  }

  /// The smaller of what the machine has left and of what the control groups leave; `nil` when the system tells neither.
  ///
  /// Memory this process has taken already does not count as available. File pages that can be dropped do.
  ///
  /// - Parameters:
  ///   - processes: the system's `/proc`.
  ///   - groups: where control groups are mounted.
  public init?(processes: String = "/proc", groups: String = "/sys/fs/cgroup") {
    let candidates =
      [Self.machine(processes)].compactMap { $0 }
      + ControlGroupMemory(processes: processes, mount: groups).availableBytes.map {
        AvailableMemory(byteCount: $0, limit: .controlGroup)
      }
    guard let least = candidates.min(by: { $0.byteCount < $1.byteCount }) else { return nil }
    self = least
  }

  private static func machine(_ processes: String) -> AvailableMemory? {
    guard let lines = systemLines(processes + "/meminfo"),
      let words = lines.first(where: { $0.first == "MemAvailable:" }), words.count > 1, let kibibytes = Int(words[1])
    else { return nil }
    return AvailableMemory(byteCount: kibibytes << 10, limit: .machine)
  }
}

/// The memory limits of the control groups a process is in, of both versions of the interface.
private struct ControlGroupMemory {
  /// Of every group with a limit, from the innermost outwards.
  let availableBytes: [Int]

  init(processes: String, mount: String) {
    var found: [Int] = []
    for line in systemLines(processes + "/self/cgroup")?.map({ $0.joined(separator: " ") }) ?? [] {
      // "0::/path" of version 2, "4:memory:/path" of version 1.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      if fields[1].isEmpty {
        for place in [mount, mount + "/unified"] {
          found += Self.upwards(from: fields[2], below: place, Self.version2)
        }
      } else if fields[1].split(separator: ",").contains("memory") {
        found += Self.upwards(from: fields[2], below: mount + "/memory", Self.version1)
      }
    }
    availableBytes = found
  }

  /// A group's limit holds for all groups in it. Inside a container the path may not exist below the mount, whose root
  /// then is the container's own group.
  private static func upwards(from path: Substring, below mount: String, _ read: (String) -> Int?) -> [Int] {
    var parts = path.split(separator: "/")[...]
    var found: [Int] = []
    while true {
      if let bytes = read(mount + parts.map { "/" + $0 }.joined()) { found.append(bytes) }
      guard parts.popLast() != nil else { return found }
    }
  }

  private static func version2(_ group: String) -> Int? {
    left(
      group, limit: "memory.max", used: "memory.current", droppable: ["inactive_file", "active_file"])
  }

  private static func version1(_ group: String) -> Int? {
    left(
      group, limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes",
      droppable: ["total_inactive_file", "total_active_file"])
  }

  private static func left(_ group: String, limit: String, used: String, droppable: Set<String>) -> Int? {
    func number(_ name: String) -> Int? { systemLines("\(group)/\(name)")?.first?.first.flatMap { Int($0) } }
    // Without a limit, version 2 says "max" and version 1 a number beyond any memory.
    guard let limit = number(limit), limit < 1 << 60, let used = number(used) else { return nil }
    let files = (systemLines(group + "/memory.stat") ?? []).reduce(0) { sum, words in
      words.count > 1 && droppable.contains(words[0]) ? sum + (Int(words[1]) ?? 0) : sum
    }
    return max(0, limit - max(0, used - files))
  }
}

/// The words of each line of a file of the system; `nil` when there is none.
private func systemLines(_ path: String) -> [[String]]? {
  // A file that cannot be read tells nothing, which is no error here.
  guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
  return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
}

import FineTuning
import Foundation
import Testing

@Suite struct AvailableMemoryTests {
  /// A system of files such as `/proc` and `/sys/fs/cgroup` have.
  private func available(_ files: [String: String]) throws -> AvailableMemory? {
    let root = NSTemporaryDirectory() + "memory-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    for (name, content) in files {
      let url = URL(filePath: root + "/" + name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content.utf8).write(to: url)
    }
    return AvailableMemory(processes: root + "/proc", groups: root + "/cgroup")
  }

  private static let machine = [
    "proc/meminfo": "MemTotal:       24000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\n"
  ]

  @Test func `the machine's is what it has available, not what is free`() throws {
    let found = try available(Self.machine)
    #expect(found == AvailableMemory(byteCount: 8_000_000 << 10, limit: .machine))
    #expect(try available([:]) == nil)
    #expect(try available(["proc/meminfo": "MemTotal: 1 kB\n"]) == nil)
  }

  @Test func `a control group of the second version leaves its limit less what cannot be dropped`() throws {
    var files = Self.machine
    files["proc/self/cgroup"] = "0::/user/job:1\n"
    files["cgroup/user/job:1/memory.max"] = "2000000000\n"
    files["cgroup/user/job:1/memory.current"] = "900000000\n"
    files["cgroup/user/job:1/memory.stat"] = "anon 200000000\ninactive_file 500000000\nactive_file 100000000\nfile 1\n"
    #expect(try available(files) == AvailableMemory(byteCount: 1_700_000_000, limit: .controlGroup))
    // A group around it has the stricter limit.
    files["cgroup/user/memory.max"] = "1000000000\n"
    files["cgroup/user/memory.current"] = "950000000\n"
    files["cgroup/user/memory.stat"] = "inactive_file 0\n"
    #expect(try available(files) == AvailableMemory(byteCount: 50_000_000, limit: .controlGroup))
    files["cgroup/user/memory.max"] = "max\n"
    #expect(try available(files)?.byteCount == 1_700_000_000)
    files["cgroup/user/job:1/memory.max"] = "max\n"
    #expect(try available(files)?.limit == .machine)
  }

  @Test func `inside a container the group is the root of what is mounted`() throws {
    var files = Self.machine
    files["proc/self/cgroup"] = "0::/system/somewhere/else\n"
    files["cgroup/memory.max"] = "1000\n"
    files["cgroup/memory.current"] = "400\n"
    #expect(try available(files) == AvailableMemory(byteCount: 600, limit: .controlGroup))
  }

  @Test func `a control group of the first version`() throws {
    var files = Self.machine
    files["proc/self/cgroup"] = "12:pids:/x\n4:cpu,memory:/job/7\n0::/\n"
    files["cgroup/memory/job/7/memory.limit_in_bytes"] = "3000000000\n"
    files["cgroup/memory/job/7/memory.usage_in_bytes"] = "2500000000\n"
    files["cgroup/memory/job/7/memory.stat"] = "cache 9\ntotal_inactive_file 300000000\ntotal_active_file 200000000\n"
    files["cgroup/memory/memory.limit_in_bytes"] = "9223372036854771712\n"
    files["cgroup/memory/memory.usage_in_bytes"] = "2500000000\n"
    #expect(try available(files) == AvailableMemory(byteCount: 1_000_000_000, limit: .controlGroup))
    files["cgroup/memory/job/7/memory.usage_in_bytes"] = "4000000000\n"
    #expect(try available(files)?.byteCount == 0)
  }

  @Test func `this machine tells`() throws {
    let here = try #require(AvailableMemory())
    #expect(here.byteCount > 1 << 20)
  }
}

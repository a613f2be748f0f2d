internal import Foundation
internal import Glibc
internal import Tables

/// Who records a run: enough to tell a living process from one that was killed.
struct LeaseRecord {
  var experiment: String
  /// Absolute; leases are never committed.
  var directory: String
  var host: String
  var bootID: String
  var processID: Int
  var processStart: String
  var startedAt: Date
  /// Whether the file system supports `flock`, which then alone decides whether the run is alive.
  var isLocked = true
  /// Set once the run ended without becoming a version.
  var endReason: String?
  /// Where the directory of the version before was moved.
  var aside: String?
  /// Where that directory was, when it was not in `experiments/`.
  var former: ExperimentPlace?

  static func ofThisProcess(experiment: ExperimentName, directory: String) -> LeaseRecord {
    LeaseRecord(
      experiment: experiment.text, directory: directory, host: hostName(), bootID: bootIdentifier(),
      processID: Int(getpid()), processStart: startTime(ofProcess: Int(getpid())) ?? "", startedAt: Date())
  }

  /// Only for file systems without locks: the process exists, on this boot of this machine, and is the same one.
  var isOwnerAlive: Bool {
    endReason == nil && host == Self.hostName() && bootID == Self.bootIdentifier()
      && Self.startTime(ofProcess: processID) == processStart
  }

  var json: JSONValue {
    .object(
      [
        JSONMember("format", 1), JSONMember("experiment", .string(experiment)),
        JSONMember("directory", .string(directory)), JSONMember("host", .string(host)),
        JSONMember("boot_id", .string(bootID)), JSONMember("process_id", .integer(processID)),
        JSONMember("process_start", .string(processStart)),
        JSONMember("started_at", .string(timestamp(startedAt))), JSONMember("locked", .bool(isLocked)),
      ] + (endReason.map { [JSONMember("ended", .string($0))] } ?? [])
        + (aside.map { [JSONMember("aside", .string($0))] } ?? [])
        + (former.map { [JSONMember("former", $0.json)] } ?? []))
  }

  init?(json: JSONValue) {
    guard let experiment = json["experiment"]?.stringValue, let directory = json["directory"]?.stringValue,
      let started = json["started_at"]?.stringValue.flatMap(date)
    else { return nil }
    self.init(
      experiment: experiment, directory: directory, host: json["host"]?.stringValue ?? "",
      bootID: json["boot_id"]?.stringValue ?? "", processID: json["process_id"]?.integerValue ?? 0,
      processStart: json["process_start"]?.stringValue ?? "", startedAt: started,
      isLocked: json["locked"]?.boolValue ?? true, endReason: json["ended"]?.stringValue,
      aside: json["aside"]?.stringValue, former: json["former"].flatMap(ExperimentPlace.init(json:)))
  }

  private init(
    experiment: String, directory: String, host: String, bootID: String, processID: Int, processStart: String,
    startedAt: Date, isLocked: Bool = true, endReason: String? = nil, aside: String? = nil,
    former: ExperimentPlace? = nil
  ) {
    self.experiment = experiment
    self.directory = directory
    self.host = host
    self.bootID = bootID
    self.processID = processID
    self.processStart = processStart
    self.startedAt = startedAt
    self.isLocked = isLocked
    self.endReason = endReason
    self.aside = aside
    self.former = former
  }

  private static func hostName() -> String {
    smallSystemFile("/proc/sys/kernel/hostname")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
  }

  private static func bootIdentifier() -> String {
    smallSystemFile("/proc/sys/kernel/random/boot_id")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
  }

  /// Clock ticks since boot (field 22 of `/proc/<id>/stat`): a process id alone is used again by others.
  private static func startTime(ofProcess id: Int) -> String? {
    guard let text = smallSystemFile("/proc/\(id)/stat"), let name = text.lastIndex(of: ")") else {
      return nil
    }
    let fields = text[name...].split(separator: " ")
    return fields.count > 20 ? String(fields[20]) : nil
  }
}

/// The right to record a run of one name, ended by the kernel if not by us.
final class Lease {
  enum State {
    case none
    case running(LeaseRecord?)
    case ended(LeaseRecord?)
  }

  private(set) var record: LeaseRecord
  private let path: String
  private let descriptor: Int32

  private init(record: LeaseRecord, path: String, descriptor: Int32) {
    self.record = record
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// - Parameter purpose: what the name is wanted for, for the error.
  /// - Throws: `ExperimentsError` of kind `alreadyRunning` when another process records this name.
  static func acquire(_ name: ExperimentName, in workspace: Workspace, to purpose: String = "run") throws -> Lease {
    let path = try workspace.repository.ownDirectory("leases") + "/" + Workspace.fileKey(name)
    for _ in 0..<50 {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw ExperimentsError.system("open the lease \(path)") }
      var record = LeaseRecord.ofThisProcess(experiment: name, directory: workspace.directory(of: name))
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        let code = errno
        let holder = readRecord(path)
        if code == EWOULDBLOCK || holder?.isOwnerAlive == true {
          close(descriptor)
          // A process that only looks holds a shared lock for an instant.
          if code == EWOULDBLOCK { usleep(5_000) }
          continue
        }
        record.isLocked = false
      }
      if isSameFile(descriptor, path) { return Lease(record: record, path: path, descriptor: descriptor) }
      close(descriptor)
    }
    throw alreadyRunning(name, readRecord(path), to: purpose)
  }

  static func alreadyRunning(
    _ name: ExperimentName, _ record: LeaseRecord?, to verb: String = "run"
  ) -> ExperimentsError {
    let holder = record.map { " (process \($0.processID) on \($0.host), since \(timestamp($0.startedAt)))" }
    return ExperimentsError(
      .alreadyRunning,
      "cannot \(verb) '\(name)': another process is running it\(holder ?? ""). Wait for it"
        + (verb == "run" ? ", or choose another name with -n." : "."))
  }

  /// What is known of a name's lease, without disturbing its holder.
  static func state(of name: ExperimentName, in workspace: Workspace) -> State {
    state(path: workspace.repository.commonDirectory + "/kiseki/leases/" + Workspace.fileKey(name))
  }

  /// Every name with a lease, alive or ended.
  static func all(in workspace: Workspace) throws -> [(name: ExperimentName, state: State)] {
    let folder = workspace.repository.commonDirectory + "/kiseki/leases"
    return try namesInDirectory(folder).compactMap { file in
      let state = state(path: folder + "/" + file)
      let record: LeaseRecord? =
        switch state {
        case .running(let record), .ended(let record): record
        case .none: nil
        }
      // A torn lease says nothing, and must not keep the others from being listed.
      guard let text = record?.experiment, let name = ExperimentName(trusted: text) else { return nil }
      return (name, state)
    }
  }

  private static func state(path: String) -> State {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .none }
    defer { close(descriptor) }
    let record = readRecord(path)
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
      let livesUnlocked = record.map { !$0.isLocked && $0.isOwnerAlive } ?? false
      return livesUnlocked ? .running(record) : .ended(record)
    }
    return errno == EWOULDBLOCK || record?.isOwnerAlive == true ? .running(record) : .ended(record)
  }

  /// Writes down who we are, after `change`.
  func save(_ change: (inout LeaseRecord) -> Void = { _ in }) throws {
    change(&record)
    let data = Data(record.json.line().utf8)
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw ExperimentsError.system("write the lease \(path)")
    }
    try writeAll(data, to: descriptor, path: path)
    guard fsync(descriptor) == 0 else { throw ExperimentsError.system("write the lease \(path)") }
  }

  /// What the holder before left in the file.
  static func previousRecord(of lease: Lease) -> LeaseRecord? { readRecord(lease.path) }

  /// Undoes an acquisition that led to nothing: what the holder before left stands again.
  func giveBack(to previous: LeaseRecord?) throws {
    guard let previous else { return remove() }
    defer { release() }
    try save { $0 = previous }
  }

  /// The run became a version, or never began: nothing is left to know about it.
  func remove() {
    unlink(path)
    release()
  }

  /// Lets the name go before this value is gone.
  func release() { flock(descriptor, LOCK_UN) }

  private static func readRecord(_ path: String) -> LeaseRecord? {
    // A lease torn by a power cut tells nothing, which is all there is to say about it.
    do { return LeaseRecord(json: try JSONValue(parsing: readFile(path, limit: 1 << 16))) } catch {
      return nil
    }
  }

  private static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
    var opened = stat()
    guard fstat(descriptor, &opened) == 0, let named = fileStatus(path) else { return false }
    return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }
}

/// A file of `/proc` or `/etc`; `nil` where the system has none.
func smallSystemFile(_ path: String) -> String? {
  do {
    return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  } catch {
    return nil
  }
}

public import Foundation
internal import GitStore
internal import Glibc
public import Hashing
public import Tables

/// The record of one run while it lives: a directory that grows, and at the end one version in git.
///
/// Not thread-safe. A recording that is neither finished nor interrupted, for instance because the process was
/// killed, is an interrupted run: its lease ends with it.
public final class RunRecording {
  public enum Log: String, Sendable, CaseIterable {
    case metrics = "metrics.jsonl"
    case timings = "timings.jsonl"
  }

  /// Data files up to this size are kept with the experiment.
  public static let largestKeptDataFile = 20 << 20

  public let name: ExperimentName
  /// Where the run's files are, absolute; the engine writes `adapter/` and `checkpoint/` here by itself.
  public let directory: String
  public let startedAt: Date
  let workspace: Workspace
  let lease: Lease
  private let scrubber: PathScrubber
  private var logs: [Log: AppendOnlyFile] = [:]
  private var textLog: AppendOnlyFile?
  /// Files to be put in place together, while there are.
  private var together: DurableFiles?
  private(set) var isOpen = true

  init(name: ExperimentName, workspace: Workspace, lease: Lease, startedAt: Date) {
    self.name = name
    self.workspace = workspace
    self.lease = lease
    self.startedAt = startedAt
    directory = workspace.directory(of: name)
    let places = workspace.place(of: name).map { place in
      [(place.directory(of: name), "./experiments/" + name.text), (place.output, workspace.portablePath(place.output))]
    }
    scrubber = PathScrubber(workspaceRoot: workspace.root, places: places ?? [])
  }

  /// Puts a file in place durably, whole or not at all.
  ///
  /// - Parameter path: relative to the experiment's directory.
  /// - Throws: `ExperimentsError` when it cannot be written, or the path is not ours to write.
  public func write(_ path: String, _ data: Data) throws {
    requireOpen()
    try requireWritable(path)
    let full = directory + "/" + path
    try makeDirectories(parentDirectory(full))
    if let together { try together.add(data, to: full) } else { try writeDurably(data, to: full) }
  }

  /// Puts the files that `body` writes in place together, in their order, when it returns: much faster than one by one.
  ///
  /// - Throws: what `body` throws, none of its files being there then; `ExperimentsError` when they cannot be put in place.
  public func writeTogether<Result>(_ body: () throws -> Result) throws -> Result {
    guard together == nil else { return try body() }
    let files = DurableFiles()
    together = files
    defer { together = nil }
    let result = try body()
    try files.putInPlace()
    return result
  }

  /// Puts a JSON document in place durably.
  public func write(_ path: String, _ json: JSONValue) throws { try write(path, json.document()) }

  /// Adds one line, which is in the file when this returns, though not yet on the disk; see `synchronize`.
  public func append(_ value: JSONValue, to log: Log) throws {
    requireOpen()
    try file(of: log).append(value.line())
  }

  /// How far a log has grown, for a checkpoint to remember.
  public func byteCount(of log: Log) throws -> Int { try file(of: log).byteCount }

  /// Adds what was printed to `log.txt`; this machine's directories are shortened.
  public func log(_ line: String) throws {
    requireOpen()
    if textLog == nil { textLog = try AppendOnlyFile(path: directory + "/log.txt") }
    try textLog?.append(scrubber.clean(line))
  }

  /// The number of the version this run becomes: nobody else can make one while the run has its lease.
  public func nextVersion() throws -> Int { try workspace.versions(of: name).count + 1 }

  /// Makes everything appended so far survive a power cut; for every evaluation and checkpoint.
  public func synchronize() throws {
    requireOpen()
    try synchronizeLogs()
  }

  private func synchronizeLogs() throws {
    let grown = (logs.values + (textLog.map { [$0] } ?? [])).filter(\.hasGrown)
    beginWriting(grown.map(\.descriptor))
    for log in grown { try log.synchronize() }
  }

  /// Keeps a data file as `data/<sha256>.<ext>`.
  ///
  /// - Returns: its path in the experiment, `nil` when it is larger than `largestKeptDataFile`.
  /// - Throws: `ExperimentsError` when it cannot be read or written.
  public func keepDataFile(at path: String) throws -> String? {
    requireOpen()
    guard let content = try Self.keptContent(of: path) else { return nil }
    let kept = Self.keptName(of: path, sha256: SHA256.hash(content))
    let isWritten = fileStatus(directory + "/" + kept) != nil || together?.contains(directory + "/" + kept) == true
    if !isWritten { try write(kept, content) }
    return kept
  }

  /// The bytes of a data file, or of the one a link leads to; `nil` when they are too many to be kept.
  static func keptContent(of path: String) throws -> Data? {
    let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let size = fileStatus(resolved)?.st_size, size <= largestKeptDataFile else { return nil }
    return try readFile(resolved, limit: largestKeptDataFile)
  }

  /// `data/<sha256>.<ext>`: what a data file is called in a record.
  public static func keptName(of path: String, sha256: SHA256Digest) -> String {
    let ending = lastComponent(path).split(separator: ".").dropFirst().last.map { $0.lowercased() } ?? ""
    let isPlain =
      !ending.isEmpty && ending.utf8.count <= 10
      && ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return "data/\(sha256.hex).\(isPlain ? ending : "data")"
  }

  /// Ends the run without a version: what is there stays for `resume`.
  ///
  /// - Throws: `ExperimentsError` when that cannot be written down; the run counts as interrupted all the same.
  public func interrupt(reason: String) throws {
    guard isOpen else { return }
    isOpen = false
    defer { lease.release() }
    try synchronizeLogs()
    try lease.save { $0.endReason = scrubber.clean(reason) }
  }

  /// Undoes a beginning that led to nothing: the directory goes, and that of the version before takes its place again.
  ///
  /// - Throws: `ExperimentsError` when the directory cannot be removed; the run is then an interrupted one.
  public func discard() throws {
    guard isOpen else { return }
    isOpen = false
    logs = [:]
    textLog = nil
    defer { lease.release() }
    if let place = workspace.place(of: name) {
      try workspace.removeDirectory(at: place, of: name)
    } else {
      try removeTree(directory)
    }
    try workspace.putBack(aside, to: lease.record.former, of: name)
    lease.remove()
  }

  /// Where the directory of the version before is while the run goes on.
  var aside: String? { lease.record.aside.flatMap { workspace.isAside($0, of: name) ? $0 : nil } }

  func openLogs(cutting limits: [Log: Int]) throws {
    for log in Log.allCases where fileStatus(directory + "/" + log.rawValue) != nil {
      logs[log] = try AppendOnlyFile(path: directory + "/" + log.rawValue, cuttingAt: limits[log])
    }
  }

  func clean(_ value: JSONValue) -> JSONValue { scrubber.clean(value) }
  func close() { isOpen = false }

  private func file(of log: Log) throws -> AppendOnlyFile {
    if let file = logs[log] { return file }
    let file = try AppendOnlyFile(path: directory + "/" + log.rawValue)
    logs[log] = file
    return file
  }

  func requireOpen() {
    precondition(isOpen, "the recording of '\(name)' has ended")
  }

  private func requireWritable(_ path: String) throws {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isOrdinary = parts.allSatisfy { part in
      !part.isEmpty && part != "." && part != ".." && part.lowercased() != ".git"
        && !part.hasPrefix(temporaryPrefix)
    }
    let reserved = Log.allCases.map(\.rawValue) + ["log.txt", "result.json", ".gitattributes"]
    guard isOrdinary, !reserved.contains(path) else {
      throw ExperimentsError(
        .invalidContent,
        "cannot write \(quoted(path)) into '\(name)': it is no relative path, or kept for the record itself.")
    }
  }
}

internal import Foundation
internal import Tables
internal import Transfers

/// Fetches files of a model into the cache.
///
/// A file appears under its name only when it is whole and has the hash that the hub lists; a branch means the new commit
/// only when everything asked for is there. So a fetch may end at any moment, and the next one goes on.
public final class HubFetch {
  public enum Progress: Sendable, Hashable {
    /// Another process fetches the same file.
    case waiting
    /// Bytes of all files asked for that are there.
    case fetched(Int)
    case checking
  }

  /// Told often; what it throws ends the fetch.
  public typealias Tick = (Progress) throws -> Void

  public let cache: HubCache
  private let id: HubModelID
  private let revision: HubRevision
  private let server: HubServer
  private let requests: HubRequests

  /// - Throws: `HubError` when nothing can be fetched at all.
  public init(
    _ id: HubModelID, _ revision: HubRevision, from server: HubServer, into cache: HubCache
  ) throws(HubError) {
    self.id = id
    self.revision = revision
    self.server = server
    self.cache = cache
    requests = try HubRequests(server, subject: "cannot fetch \(id)" + (revision == .main ? "" : " at \(revision)"))
  }

  /// What the model consists of now.
  ///
  /// - Throws: `HubError` when there is no such model or revision.
  public func listing(_ tick: Tick) throws -> HubListing {
    let body = try requests.body(server.listingURL(id, revision)) { _ in try tick(.fetched(0)) }
    let json: JSONValue
    do {
      json = try JSONValue(parsing: body)
    } catch {
      throw HubError("cannot fetch \(id): the server's answer is no list of files. Check that HF_ENDPOINT names a hub.")
    }
    return try HubListing(json, id: id, revision: revision)
  }

  /// Fetches the files that are not there yet.
  ///
  /// - Parameter names: of files in the list, without folders.
  /// - Returns: bytes that came.
  /// - Throws: `HubError` when a file is not to be had whole.
  @discardableResult
  public func fetch(_ names: [String], of listing: HubListing, _ tick: Tick) throws -> Int {
    let files = listing.files.filter { names.contains($0.name) && !$0.name.contains("/") && !$0.name.hasPrefix(".") }
    var seen: Set<String> = []
    var missing: [HubFile] = []
    for file in files where seen.insert(file.blob).inserted {
      if try !isThere(file, tick) { missing.append(file) }
    }
    try requireRoom(for: missing)
    var there = files.reduce(0) { $0 + $1.bytes } - missing.reduce(0) { $0 + $1.bytes }
    var came = 0
    for file in missing {
      came += try fetch(file, of: listing) { progress in
        if case .fetched(let bytes) = progress { try tick(.fetched(there + bytes)) } else { try tick(progress) }
      }
      there += file.bytes
      try tick(.fetched(there))
    }
    for file in files { try link(file, in: listing) }
    return came
  }

  /// Lets the revision mean the list's commit.
  ///
  /// - Throws: `HubError` when the cache cannot be written.
  public func settle(_ listing: HubListing) throws -> HubSnapshot {
    if !revision.isCommit, cache.commit(of: id, revision) != listing.commit {
      let path = cache.refFile(id, revision)
      try makeFolder(NSString(string: path).deletingLastPathComponent)
      try writing(path) { try Data(listing.commit.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) }
    }
    return HubSnapshot(id: id, commit: listing.commit, directory: folder(of: listing))
  }

  /// Where the files that were fetched are.
  public func folder(of listing: HubListing) -> String { cache.snapshotFolder(id, listing.commit) }

  private func blobPath(_ file: HubFile) -> String { cache.blobFolder(id) + "/" + file.blob }

  /// Whether the content is there and has not gone bad: what a run then records is the commit.
  private func isThere(_ file: HubFile, _ tick: Tick) throws -> Bool {
    var status = stat()
    guard stat(blobPath(file), &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) == file.bytes
    else { return false }
    let there = try PartialFile(reading: blobPath(file), limit: file.bytes)
    return try there.holds(file.content) { try tick(.checking) }
  }

  private func fetch(_ file: HubFile, of listing: HubListing, _ tick: Tick) throws -> Int {
    try makeFolder(cache.blobFolder(id))
    return try whileLocked(file, tick) {
      if try isThere(file, tick) { return 0 }
      let part = try PartialFile(blobPath(file) + ".incomplete", limit: file.bytes)
      // More than the whole, or the whole of something else, is none of it.
      if try part.length() > file.bytes { try part.empty() }
      let url = server.fileURL(id, commit: listing.commit, file.name)
      for _ in 0..<2 {
        let before = try part.length()
        if before < file.bytes || file.bytes == 0 { try requests.get(url, into: part) { try tick(.fetched($0)) } }
        try tick(.checking)
        let isWhole = try part.length() == file.bytes
        if try isWhole && part.holds(file.content, { try tick(.checking) }) {
          try part.finish(as: blobPath(file))
          return file.bytes - before
        }
        // What was there from an earlier time may be at fault: once more from the beginning.
        try part.empty()
        if before == 0 { break }
      }
      throw HubError(
        "cannot fetch \(id): \(file.name) came with another content than the server lists (\(file.blob)). Try again, or "
          + "use another HF_ENDPOINT.")
    }
  }

  /// Holds the lock that other programs respect, too.
  private func whileLocked<Value>(_ file: HubFile, _ tick: Tick, _ body: () throws -> Value) throws -> Value {
    let path = cache.lockFile(id, file.blob)
    try makeFolder(NSString(string: path).deletingLastPathComponent)
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw unwritable(path, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard [EWOULDBLOCK, EINTR].contains(errno) else { throw unwritable(path, String(cString: strerror(errno))) }
      try tick(.waiting)
      usleep(100_000)
    }
    return try body()
  }

  private func link(_ file: HubFile, in listing: HubListing) throws {
    let folder = folder(of: listing)
    try makeFolder(folder)
    let (place, target) = (folder + "/" + file.name, "../../blobs/" + file.blob)
    var (status, blob) = (stat(), stat())
    // Another program may have put the file itself there.
    if stat(place, &status) == 0, stat(blobPath(file), &blob) == 0, status.st_ino == blob.st_ino { return }
    let temporary = "\(place).\(getpid()).tmp"
    unlink(temporary)
    guard symlink(target, temporary) == 0, rename(temporary, place) == 0 else {
      throw unwritable(place, String(cString: strerror(errno)))
    }
  }

  private func requireRoom(for files: [HubFile]) throws(HubError) {
    let needed = files.reduce(0) { sum, file in
      var status = stat()
      let came = stat(blobPath(file) + ".incomplete", &status) == 0 ? Int(status.st_size) : 0
      return sum + max(0, file.bytes - came)
    }
    guard needed > 0 else { return }
    try makeFolder(cache.blobFolder(id))
    var status = statvfs()
    guard statvfs(cache.blobFolder(id), &status) == 0 else { return }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    guard free < needed else { return }
    throw HubError(
      "cannot fetch \(id): \(needed / 1_000_000) MB are missing, and \(cache.directory) has room for \(free / 1_000_000) "
        + "MB. Make room, or name another folder in HF_HUB_CACHE.")
  }

  private func makeFolder(_ path: String) throws(HubError) {
    try writing(path) { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  }

  private func writing(_ path: String, _ body: () throws -> Void) throws(HubError) {
    do {
      try body()
    } catch {
      let reason = (error as NSError).localizedDescription
      throw unwritable(path, reason.hasSuffix(".") ? String(reason.dropLast()) : reason)
    }
  }

  private func unwritable(_ path: String, _ reason: String) -> HubError {
    HubError("cannot fetch \(id): \(path) cannot be written (\(reason)). Make room there, or set HF_HUB_CACHE.")
  }
}

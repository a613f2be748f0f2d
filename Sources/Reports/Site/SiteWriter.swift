internal import Experiments
internal import Foundation
internal import Glibc
internal import Hashing

/// Makes a directory hold exactly the files of a site, touching only those that differ.
///
/// The list of what will be ours is written before the first file and cut down after the last, so that a process
/// killed in between leaves nothing that the next one does not know as its own. Files of others stay untouched.
public struct SiteWriter {
  public struct Changes: Equatable, Sendable {
    /// Paths written, in the order of writing.
    public var written: [String] = []
    public var unchanged = 0
    /// Paths removed, sorted.
    public var removed: [String] = []
  }

  /// Absolute.
  let directory: String

  /// - Parameter directory: absolute; it is made when it is not there.
  public init(directory: String) { self.directory = directory }

  /// Looks whether a site may be written here; nothing is changed.
  ///
  /// - Throws: `ReportError` when there is no directory but something else, or one with files of others alone.
  public func check() throws {
    var status = stat()
    guard stat(directory, &status) == 0 else {
      guard errno == ENOENT, fileStatus(directory) == nil else { throw cannotUse(String(cString: strerror(errno))) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw cannotUse("it is a file, not a directory") }
    guard access(directory, R_OK | W_OK | X_OK) == 0 else { throw cannotUse(String(cString: strerror(errno))) }
    guard try SiteManifest.read(in: directory) == nil else { return }
    let others = try namesInDirectory(directory).filter { !$0.hasPrefix(temporaryPrefix) }
    guard let other = others.first else { return }
    throw cannotUse("it holds \(quoted(other)) and is no site of kiseki")
  }

  /// - Parameter files: in the order in which they are to appear; the page that links to others comes last.
  /// - Throws: `ReportError` when the directory cannot be used or a file of others is in the way; `ExperimentsError`
  ///   when a file cannot be written, which leaves a directory that a repetition completes.
  public func write(_ files: [SiteFile]) throws -> Changes {
    let wanted = Set(files.map(\.path))
    precondition(wanted.count == files.count && wanted.allSatisfy(SiteManifest.isOwn), "paths must be unique")
    try check()
    try makeDirectories(directory)
    let lock = try locked()
    defer { close(lock) }
    let old = try SiteManifest.read(in: directory)?.paths ?? []
    try removeLeftovers(below: old.union(wanted))
    for path in old where !wanted.contains(path) && wanted.contains(where: { $0.hasPrefix(path + "/") }) {
      // A file of ours stands where a folder has to be.
      try remove(path)
    }
    for file in files { try requireFree(file, isOurs: old.contains(file.path)) }

    var changes = Changes()
    try put(SiteManifest(paths: old.union(wanted)))
    for file in files {
      if try isUnchanged(file) {
        changes.unchanged += 1
      } else {
        let path = directory + "/" + file.path
        try makeDirectories(parentDirectory(path))
        try writeDurably(file.content(), to: path)
        changes.written.append(file.path)
      }
    }
    for path in old.subtracting(wanted).sorted() {
      try remove(path)
      changes.removed.append(path)
    }
    try put(SiteManifest(paths: wanted))
    return changes
  }

  /// One publisher at a time: the kernel drops the lock with the process.
  private func locked() throws -> Int32 {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw cannotUse(String(cString: strerror(errno))) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw cannotUse("another kiseki is publishing there; wait for its end", remedy: "")
    }
    return descriptor
  }

  private func put(_ manifest: SiteManifest) throws {
    let path = directory + "/" + SiteManifest.path
    if fileStatus(path) != nil, try readFile(path) == manifest.data { return }
    try writeDurably(manifest.data, to: path)
  }

  private func isUnchanged(_ file: SiteFile) throws -> Bool {
    let path = directory + "/" + file.path
    guard let status = fileStatus(path), status.st_mode & S_IFMT == S_IFREG, status.st_size == file.bytes else {
      return false
    }
    return try SHA256.hash(fileAt: path) == file.sha256
  }

  /// Whether nothing of others is where the file or a folder above it has to be; links lead out, so they are others'.
  private func requireFree(_ file: SiteFile, isOurs: Bool) throws {
    var folder = parentDirectory(file.path)
    while folder != "." {
      if let status = fileStatus(directory + "/" + folder), status.st_mode & S_IFMT != S_IFDIR {
        throw inTheWay(folder)
      }
      folder = parentDirectory(folder)
    }
    guard let status = fileStatus(directory + "/" + file.path) else { return }
    if status.st_mode & S_IFMT == S_IFDIR { throw inTheWay(file.path) }
    if !isOurs, try !isUnchanged(file) { throw inTheWay(file.path) }
  }

  /// Removes what a killed process had not finished, in the folders of the site.
  private func removeLeftovers(below paths: Set<String>) throws {
    for folder in Set(paths.flatMap(Self.folders(above:))).union([""]) where isOurFolder(folder) {
      for name in try namesInDirectory(directory + "/" + folder) where name.hasPrefix(temporaryPrefix) {
        try removeFile(folder.isEmpty ? name : folder + "/" + name)
      }
    }
  }

  /// Removes a file of ours, and the folders it leaves empty.
  private func remove(_ path: String) throws {
    guard isOurFolder(parentDirectory(path) == "." ? "" : parentDirectory(path)) else { return }
    if let status = fileStatus(directory + "/" + path), status.st_mode & S_IFMT != S_IFDIR { try removeFile(path) }
    for folder in Self.folders(above: path) where rmdir(directory + "/" + folder) != 0 { break }
  }

  private func removeFile(_ path: String) throws {
    guard unlink(directory + "/" + path) == 0 || errno == ENOENT else {
      throw ReportError("cannot remove \(directory)/\(path): \(String(cString: strerror(errno))).")
    }
  }

  /// Whether a folder is reached through directories alone.
  private func isOurFolder(_ folder: String) -> Bool {
    (Self.folders(above: folder + "/x")).allSatisfy { $0.isEmpty || isDirectory(directory + "/" + $0) }
  }

  /// The folders a relative path lies in, the innermost first.
  private static func folders(above path: String) -> [String] {
    let parts = path.split(separator: "/").dropLast()
    return (0..<parts.count).map { parts.dropLast($0).joined(separator: "/") }
  }

  private func inTheWay(_ path: String) -> ReportError {
    ReportError(
      "cannot publish into \(directory): \(quoted(path)) is there and belongs to someone else. Move it away, or name "
        + "another directory.")
  }

  private func cannotUse(_ reason: String, remedy: String = " Name a new or empty directory.") -> ReportError {
    ReportError("cannot publish into \(directory): \(reason).\(remedy)")
  }
}

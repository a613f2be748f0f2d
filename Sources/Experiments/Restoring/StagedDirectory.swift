internal import Foundation
internal import Glibc

/// A directory that is filled beside its place and then put there in one step.
///
/// What a killed process left of an earlier one is cleared away when the next begins.
final class StagedDirectory {
  private let path: String
  private let descriptor: Int32
  private var isInPlace = false

  /// - Parameters:
  ///   - path: where to fill it, on the file system of the place it is for.
  ///   - keep: what to do with a whole directory that an interrupted exchange left here.
  /// - Throws: `ExperimentsError` when another process fills it at this moment.
  init(at path: String, keeping keep: (String) throws -> Void) throws {
    self.path = path
    var descriptor = try Self.locked(path)
    if fileStatus(path + "/" + Self.lastFile) != nil {
      // Only a directory that was exchanged can be whole here: it is the former one.
      let former = descriptor
      defer { close(former) }
      try keep(path)
      descriptor = try Self.locked(path)
    }
    for name in try namesInDirectory(path) { try removeTree(path + "/" + name) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Written last, so that a directory without it is known to be half-filled.
  static let lastFile = "result.json"

  private static func locked(_ path: String) throws -> Int32 {
    try makeDirectories(path)
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw ExperimentsError.system("open the folder \(path)") }
    var opened = stat()
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK, fstat(descriptor, &opened) == 0,
      let named = fileStatus(path), named.st_ino == opened.st_ino
    {
      return descriptor
    }
    close(descriptor)
    throw ExperimentsError(
      .alreadyRunning, "cannot fill \(path): another process does so at this moment. Try again when it is done.")
  }

  func write(_ file: String, _ data: Data, isExecutable: Bool) throws {
    let full = path + "/" + file
    try makeDirectories(parentDirectory(full))
    let descriptor = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isExecutable ? 0o777 : 0o666)
    guard descriptor >= 0 else { throw ExperimentsError.system("write \(full)") }
    defer { close(descriptor) }
    try writeAll(data, to: descriptor, path: full)
    guard fsync(descriptor) == 0 else { throw ExperimentsError.system("write \(full)") }
  }

  /// Removes what was written, after a failure.
  func discard() throws {
    if !isInPlace { try removeTree(path) }
  }

  /// Takes the place of `directory`, which may be absent, empty or full: at every moment one of the two is there.
  ///
  /// - Returns: where the former content is now, `nil` when there was none.
  func takePlace(of directory: String) throws -> String? {
    try synchronizeTree(path)
    try makeDirectories(parentDirectory(directory))
    defer { isInPlace = true }
    // This replaces an empty directory as well.
    if rename(path, directory) == 0 {
      try synchronizeDirectory(parentDirectory(directory))
      return nil
    }
    guard errno == ENOTEMPTY || errno == EEXIST else {
      throw ExperimentsError.system("move \(path) to \(directory)")
    }
    let former = try exchange(with: directory)
    try synchronizeDirectory(parentDirectory(directory))
    return former
  }

  private func exchange(with directory: String) throws -> String {
    if exchangeNames(path, directory) == 0 { return path }
    // Some file systems cannot do it in one step. The former content has a version, so even a kill between loses nothing.
    let former = path + "-former"
    guard [EINVAL, ENOSYS].contains(errno), rename(directory, former) == 0 else {
      throw ExperimentsError.system("exchange \(path) and \(directory)")
    }
    guard rename(path, directory) == 0 else {
      let error = ExperimentsError.system("move \(path) to \(directory)")
      rename(former, directory)
      throw error
    }
    return former
  }

  private func synchronizeTree(_ directory: String) throws {
    for name in try namesInDirectory(directory) where isDirectory(directory + "/" + name) {
      try synchronizeTree(directory + "/" + name)
    }
    try synchronizeDirectory(directory)
  }
}

/// `renameat2` with `RENAME_EXCHANGE`, which the headers show only to GNU sources: 0, or -1 and `errno`.
private func exchangeNames(_ first: String, _ second: String) -> Int32 {
  typealias Function =
    @convention(c) (
      Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
    ) -> Int32
  guard let symbol = dlsym(nil, "renameat2") else {
    errno = ENOSYS
    return -1
  }
  let exchange: UInt32 = 2
  return unsafeBitCast(symbol, to: Function.self)(AT_FDCWD, first, AT_FDCWD, second, exchange)
}

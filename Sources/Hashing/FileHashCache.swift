internal import Glibc
private import FoundationEssentials

/// SHA-256 hashes of large files that do not change, kept beside the state of the file they were taken from.
///
/// A gigabyte takes most of a second to hash, at every start. A remembered hash stands for the content as long as the path
/// leads to the same file (device, inode), of the same size, with the same time of its last change of content and of
/// its last change of any kind, to the nanosecond. The second of these times is the system's alone: nobody can set it
/// back, and every write, rename over the path, or correction of the first time moves it on. Only a change in the very
/// tick in which the hash was taken could be missed, so a hash is remembered only if the file had been left alone for
/// some seconds before and did not change meanwhile: the rule git uses for its index. What is in doubt is hashed again,
/// so a record made from these hashes names the same content as one made without.
///
/// It cannot see bits that go bad on the disk itself: whoever checks stored files for damage must read them.
public struct FileHashCache: Sendable {
  /// Below this, looking up the hash saves nothing worth the trouble.
  public static let smallestRemembered = 1 << 20
  /// Coarser than the clock of every file system still in use.
  static let secondsLeftAlone = 3.0

  /// `nil`: nothing is remembered.
  private let directory: String?

  /// - Parameter directory: made when there is something to remember.
  public init(directory: String?) { self.directory = directory }

  /// The hash of a file's content, remembered or read.
  ///
  /// - Throws: `HashingError` when the file cannot be opened or read. A cache that cannot be read or written is no error:
  ///   it saves time and nothing else.
  public func sha256(ofFileAt path: String) throws(HashingError) -> SHA256Digest {
    guard let directory, let place = realPath(path) else { return try SHA256.hash(fileAt: path) }
    let entry = directory + "/" + SHA256.hash(Data(place.utf8)).hex.prefix(40)
    guard let before = FileState(path: path), before.size >= Self.smallestRemembered else {
      return try SHA256.hash(fileAt: path)
    }
    if let digest = recall(entry, place, before) { return digest }
    let beginning = FileState.now()
    let digest = try SHA256.hash(fileAt: path)
    if let after = FileState(path: path), after == before, after.wasLeftAlone(Self.secondsLeftAlone, before: beginning)
    {
      remember(digest, entry, place, after)
    }
    return digest
  }

  /// What an entry holds: the path for people, the state and the hash, and a line that shows whether all of it is there.
  private static func content(_ digest: SHA256Digest, _ place: String, _ state: FileState) -> Data {
    var text = "kiseki file hash 1\n\(place)\n\(state.text)\n\(digest.hex)\n"
    text += SHA256.hash(Data(text.utf8)).hex + "\n"
    return Data(text.utf8)
  }

  private func recall(_ entry: String, _ place: String, _ state: FileState) -> SHA256Digest? {
    guard let content = smallFile(entry) else { return nil }
    let lines = String(decoding: content, as: UTF8.self).split(separator: "\n")
    guard lines.count > 1, let digest = SHA256Digest(hex: lines[lines.count - 2]) else { return nil }
    // Written again from what is asked, it must be the same: so no part of a damaged entry is ever believed.
    return Self.content(digest, place, state) == content ? digest : nil
  }

  /// Renamed into place, because others may write the same entry now; not synchronized, because a torn one shows.
  private func remember(_ digest: SHA256Digest, _ entry: String, _ place: String, _ state: FileState) {
    guard let directory, makeDirectories(directory) else { return }
    let temporary = entry + ".\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return }
    let content = Self.content(digest, place, state)
    let isWhole = content.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) == $0.count }
    close(descriptor)
    if !isWhole || rename(temporary, entry) != 0 { unlink(temporary) }
  }
}

/// What the system says of a file: changes whenever its content does.
private struct FileState: Equatable {
  let device, inode: UInt64
  let size: Int
  /// Last changes of the content and of the file in any way, seconds and nanoseconds.
  let modified, changed: [Int]

  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    (device, inode, size) = (UInt64(status.st_dev), UInt64(status.st_ino), Int(status.st_size))
    modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
  }

  var text: String {
    ([String(device), String(inode), String(size)] + (modified + changed).map(String.init)).joined(separator: " ")
  }

  func wasLeftAlone(_ seconds: Double, before time: Double) -> Bool {
    [modified, changed].allSatisfy { time - (Double($0[0]) + Double($0[1]) * 1e-9) >= seconds }
  }

  /// Seconds on the clock that files are stamped with.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

private func realPath(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(cString: real)
}

/// `nil` for one that is not there, or larger than an entry can be.
private func smallFile(_ path: String) -> Data? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var content = Data(count: 16384)
  let count = content.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
  return count >= 0 && count < content.count ? content.prefix(count) : nil
}

private func makeDirectories(_ path: String) -> Bool {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return true
  } catch {
    return false
  }
}

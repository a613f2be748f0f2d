internal import Foundation
internal import Hashing

/// What has come of a file of the hub, in the cache under the name of its content with `.incomplete` behind it. Another
/// fetch goes on with it.
final class PartialFile {
  let path: String
  let descriptor: Int32
  /// Bytes it will have.
  let limit: Int

  /// - Throws: `HubError` when it cannot be made.
  init(_ path: String, limit: Int) throws(HubError) {
    self.path = path
    self.limit = limit
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path) }
  }

  /// A file that is only to be looked at.
  init(reading path: String, limit: Int) throws(HubError) {
    self.path = path
    self.limit = limit
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path) }
  }

  deinit { close(descriptor) }

  func length() throws(HubError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(path) }
    return Int(status.st_size)
  }

  func empty() throws(HubError) {
    guard ftruncate(descriptor, 0) == 0 else { throw Self.failure(path) }
  }

  /// Whether the content is what it should be; read from the disk, because parts may be from an earlier time.
  ///
  /// - Parameter tick: called for every piece; what it throws ends the reading.
  func holds(_ content: HubFile.Content, _ tick: () throws -> Void) throws -> Bool {
    switch content {
    case .sha256(let expected):
      var hasher = SHA256()
      try forEachPiece { piece in
        hasher.update(piece)
        try tick()
      }
      return hasher.finalize() == expected
    case .git(let expected):
      var hasher = SHA1()
      hasher.update(Data("blob \(try length())\u{0}".utf8))
      try forEachPiece { piece in
        hasher.update(piece)
        try tick()
      }
      return hasher.finalize() == expected
    }
  }

  private func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var offset = 0
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path) }
      guard count > 0 else { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += count
    }
  }

  /// Gives the content its name.
  func finish(as place: String) throws(HubError) {
    guard fsync(descriptor) == 0, rename(path, place) == 0 else { throw Self.failure(place) }
  }

  private static func failure(_ path: String) -> HubError {
    HubError("cannot fetch into \(path): \(String(cString: strerror(errno))). Make room there, or set HF_HUB_CACHE.")
  }
}

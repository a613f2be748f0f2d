internal import Glibc
internal import Hashing

/// Writes one big blob as a loose object of uncompressed ("stored") zlib blocks, piece by piece.
///
/// libgit2 always deflates, which takes 300 ms for 10 MB of weights and saves almost nothing; its SHA-1 is slow too.
/// Format: RFC 1950 header, RFC 1951 section 3.2.4 blocks, Adler-32; git reads it like any other object.
struct LooseObjectWriter: ~Copyable {
  private static let largestBlock = 65_535

  private let objects: String
  private let temporary: String
  private let descriptor: Int32
  private var hasher = SHA1()
  private var checksum = Adler32()
  private var remaining: Int
  private var output: [UInt8] = []

  /// - Parameter byteCount: the blob's exact size, which git writes in front of the content.
  init(objects: String, byteCount: Int) throws(GitError) {
    // git's own clean-up knows files of this prefix.
    temporary = "\(objects)/tmp_obj_kiseki_\(String(UInt64.random(in: .min ... .max), radix: 36))"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("write an object in \(objects)") }
    self.objects = objects
    remaining = byteCount
    output.reserveCapacity(1 << 21)
    output += [0x78, 0x01]
    let header = Array("blob \(byteCount)\0".utf8)
    header.withUnsafeBytes { appendBlock($0, isLast: byteCount == 0) }
  }

  deinit {
    close(descriptor)
    // After a rename there is nothing left under this name; before it, the file is half an object.
    unlink(temporary)
  }

  /// - Throws: `GitError` when there are more bytes than announced, or the disk is full.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
    guard bytes.count <= remaining else { throw Self.changed(objects) }
    var start = 0
    while start < bytes.count {
      let end = min(start + Self.largestBlock, bytes.count)
      remaining -= end - start
      appendBlock(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), isLast: remaining == 0)
      if output.count >= 1 << 20 { try flush() }
      start = end
    }
  }

  /// Makes the object durable under its own name and returns that name, and whether a damaged one had it.
  ///
  /// - Parameter look: how an object is found before it is written.
  consuming func finish(look: (ObjectID) throws -> StoredState) throws -> (id: ObjectID, wasDamaged: Bool) {
    guard remaining == 0 else { throw Self.changed(objects) }
    withUnsafeBytes(of: checksum.value.bigEndian) { output += $0 }
    try flush()
    let id = ObjectID(hasher.digest())
    let found = try look(id)
    if found == .whole { return (id, false) }
    let folder = "\(objects)/\(id.hex.prefix(2))"
    guard fchmod(descriptor, 0o444) == 0, fsync(descriptor) == 0 else {
      throw GitError.system("write object \(id.short) in \(objects)")
    }
    if mkdir(folder, 0o777) != 0 && errno != EEXIST { throw GitError.system("make the directory \(folder)") }
    guard rename(temporary, "\(folder)/\(id.hex.dropFirst(2))") == 0 else {
      throw GitError.system("write object \(id.short) in \(objects)")
    }
    try synchronizeDirectory(folder)
    return (id, found == .damaged)
  }

  private mutating func appendBlock(_ bytes: UnsafeRawBufferPointer, isLast: Bool) {
    let length = UInt16(bytes.count)
    output.append(isLast ? 1 : 0)
    withUnsafeBytes(of: length.littleEndian) { output += $0 }
    withUnsafeBytes(of: (~length).littleEndian) { output += $0 }
    output += bytes
    hasher.update(bytes)
    checksum.update(bytes)
  }

  private mutating func flush() throws(GitError) {
    let failure = output.withUnsafeBytes { writeAll($0, to: descriptor) }
    if let failure { throw .system("write an object in \(objects)", failure) }
    output.removeAll(keepingCapacity: true)
  }

  private static func changed(_ objects: String) -> GitError {
    GitError(.invalidInput, "cannot store a file in \(objects): it changed while it was read. Try again.")
  }
}

/// The checksum of RFC 1950: two sums modulo 65521.
struct Adler32 {
  private var low: UInt32 = 1
  private var high: UInt32 = 0

  var value: UInt32 { high << 16 | low }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var start = 0
    while start < bytes.count {
      // 5552 is the longest run that cannot overflow 32 bits before the remainder is taken.
      let end = min(start + 5552, bytes.count)
      for index in start..<end {
        low &+= UInt32(bytes[index])
        high &+= low
      }
      low %= 65_521
      high %= 65_521
      start = end
    }
  }
}

/// Writes all bytes; returns the `errno` of a failure.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
  var rest = bytes
  while let base = rest.baseAddress, rest.count > 0 {
    let count = write(descriptor, base, rest.count)
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { return count < 0 ? errno : EIO }
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
  }
  return nil
}

/// Makes a rename or a new entry in `path` survive a power cut.
func synchronizeDirectory(_ path: String) throws(GitError) {
  let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .system("synchronize the directory \(path)") }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw .system("synchronize the directory \(path)") }
}

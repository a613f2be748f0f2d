internal import CGit2
public import FoundationEssentials
internal import Glibc
internal import Hashing

extension Repository {
  /// From this size on a blob is written uncompressed, like git itself does above `core.bigFileThreshold`.
  private static let bigBlobBytes = 512 * 1024

  /// - Throws: `GitError` when the object cannot be written.
  public func writeBlob(_ data: Data) throws -> ObjectID {
    if data.count >= Self.bigBlobBytes {
      var writer = try LooseObjectWriter(objects: commonDirectory + "/objects", byteCount: data.count)
      try data.withUnsafeBytes { try writer.append($0) }
      return try finished(writer)
    }
    // What is there already, such as the data of the run before, would be compressed again for nothing.
    let id = Self.blobID(of: data)
    if try isReadable(id) { return id }
    return try stored("a file of \(data.count) bytes") {
      var raw = git_oid()
      let code = data.withUnsafeBytes { git_blob_create_from_buffer(&raw, handle, $0.baseAddress, $0.count) }
      try check(code, "store \(data.count) bytes in \(commonDirectory)")
      return raw
    }
  }

  /// Stores a file's content as it is, without git's filters and in pieces, so that its size does not matter.
  ///
  /// - Throws: `GitError` when the file cannot be read, changes meanwhile, or the object cannot be written.
  public func writeBlob(fileAt path: String) throws -> ObjectID {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw GitError.system("open \(path)") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw GitError.system("look at \(path)") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw GitError(
        .invalidInput, "cannot store \(path): it is no regular file. Remove it or put a copy there.")
    }
    if status.st_size < Self.bigBlobBytes {
      var content = Data(capacity: Int(status.st_size))
      try forEachPiece(of: descriptor, path, bytes: 1 << 16) { content.append(contentsOf: $0) }
      return try writeBlob(content)
    }
    var writer = try LooseObjectWriter(
      objects: commonDirectory + "/objects", byteCount: Int(status.st_size))
    // A multiple of the largest stored block.
    try forEachPiece(of: descriptor, path, bytes: 16 * 65_535) { try writer.append($0) }
    return try finished(writer)
  }

  private func forEachPiece(
    of descriptor: Int32, _ path: String, bytes: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw GitError.system("read \(path)") }
      guard count > 0 else { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// The size of a blob's content, without reading it.
  public func blobSize(_ id: ObjectID) throws -> Int {
    let database = try objectDatabase()
    defer { git_odb_free(database) }
    var size = 0
    var type = GIT_OBJECT_INVALID
    var raw = id.raw
    try check(
      git_odb_read_header(&size, &type, database, &raw), "read object \(id.short) of \(commonDirectory)")
    guard type == GIT_OBJECT_BLOB else {
      throw GitError(.invalidInput, "cannot read object \(id.short) of \(commonDirectory): it is no blob.")
    }
    return size
  }

  /// A blob's content; git's hash of it is verified.
  ///
  /// - Parameter limit: the most bytes to accept, so that a wrong object cannot exhaust the memory.
  /// - Throws: `GitError` when the object is missing, damaged, no blob, or larger than `limit`.
  public func blob(_ id: ObjectID, limit: Int = 1 << 30) throws -> Data {
    let size = try blobSize(id)
    guard size <= limit else {
      throw GitError(
        .invalidInput,
        "cannot read object \(id.short) of \(commonDirectory): it has \(size) bytes, more than the \(limit) expected here."
      )
    }
    let database = try objectDatabase()
    defer { git_odb_free(database) }
    var object: OpaquePointer?
    var raw = id.raw
    try check(git_odb_read(&object, database, &raw), "read object \(id.short) of \(commonDirectory)")
    defer { git_odb_object_free(object) }
    guard let bytes = git_odb_object_data(object) else { return Data() }
    return Data(bytes: bytes, count: git_odb_object_size(object))
  }

  /// The name `content` has or would have as a blob.
  public static func blobID(of content: Data) -> ObjectID {
    var hasher = SHA1()
    hasher.update(Data("blob \(content.count)\0".utf8))
    hasher.update(content)
    return ObjectID(hasher.finalize())
  }

  /// The name a file's content has or would have as a blob; nothing is written.
  ///
  /// - Throws: `GitError` when the file cannot be read.
  public static func blobID(ofFileAt path: String) throws -> ObjectID {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw GitError.system("open \(path)") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw GitError.system("look at \(path)") }
    var hasher = SHA1()
    hasher.update(Data("blob \(status.st_size)\0".utf8))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw GitError.system("read \(path)") }
      if count == 0 { return ObjectID(hasher.finalize()) }
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

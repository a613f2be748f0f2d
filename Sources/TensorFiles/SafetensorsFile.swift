/// A safetensors file, mapped into memory; everything its header says is checked before any tensor is touched.
///
/// Pages are read when they are first used, and dropped by the system when memory is short. The file must not be
/// cut shorter while it is open; replacing it by renaming another file over it is safe.
public final class SafetensorsFile: @unchecked Sendable {
  // Unchecked, because the mapping is a raw pointer; it is only ever read.
  private let file: MappedFile
  private let entries: [String: TensorEntry]

  public let path: String
  /// The names of all tensors, in the order of their bytes in the file.
  public let names: [String]
  public let metadata: [String: String]

  /// Opens and checks the file at `path`.
  ///
  /// - Throws: `TensorFileError` when the file cannot be read, breaks a rule of the format, or holds elements of a type
  ///   that is not in `ElementType`.
  public init(path: String) throws(TensorFileError) {
    let file = try MappedFile(path: path)
    let header = try SafetensorsHeader(of: file.bytes, path: path)
    self.file = file
    self.path = path
    names = header.entries.map(\.name)
    entries = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) })
    metadata = header.metadata
  }

  /// The size of the file.
  public var byteCount: Int { file.bytes.count }

  /// All of its bytes, valid as long as this object lives.
  public var contents: UnsafeRawBufferPointer { file.bytes }

  public func entry(named name: String) -> TensorEntry? { entries[name] }

  /// The bytes of a tensor of this file: little-endian, row-major, valid as long as this object lives.
  ///
  /// The format does not promise alignment. Files of the usual writers begin their data at a multiple of 8 bytes and
  /// sort by element size; for others, read with `loadUnaligned`.
  public func bytes(of entry: TensorEntry) -> UnsafeRawBufferPointer {
    precondition(
      entry.byteRange.upperBound <= byteCount, "tensor \(entry.name) does not belong to \(path)")
    return UnsafeRawBufferPointer(rebasing: file.bytes[entry.byteRange])
  }

  /// Lets go of the memory of bytes that have been read; reading them again brings them back.
  package func releasePages(_ range: Range<Int>) { file.releasePages(range) }

  /// Calls `body` with the bytes of a tensor of this file, as `bytes(of:)` gives them.
  public func withBytes<Result>(
    of entry: TensorEntry, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) { try body(bytes(of: entry)) }
  }
}

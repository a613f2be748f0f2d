internal import Foundation
public import Hashing
internal import TensorFiles
public import Tensors

/// A directory of copies of frozen weights that are stored in another type than they are held in, so that all processes
/// that work on one model have them in memory once.
///
/// A copy is the file `<SHA-256 of the weight file>-<type>-<layout>`: the block of converted weights, then a few lines
/// that say whose weights these are, how they lie, and the digest of the block. A copy is only made of finite values, and
/// it is only used when these lines and the block's digest are as they must be; anything else counts as no copy at all.
/// So a run gives the same bytes with and without one.
///
/// Mapped for reading, the pages belong to the system's file cache: shared by all, and dropped first when memory is short.
public struct WeightCache: Sendable {
  static let layout = 1

  public let directory: String
  let hashes: FileHashCache

  /// - Parameters:
  ///   - directory: made when the first copy is.
  ///   - hashes: where the hashes of weight files are remembered.
  public init(directory: String, hashes: FileHashCache) {
    self.directory = directory
    self.hashes = hashes
  }

  /// What came of the wish to share a model's weights.
  public enum Sharing: Sendable, Equatable {
    /// The file itself is shared already, because it is used as it is.
    case notNeeded
    case alreadyShared(byteCount: Int)
    case created(byteCount: Int)
    /// Every process converts for itself; why, as a sentence for a person.
    case skipped(reason: String)
  }

  /// Makes the copy of a model's weights unless there is one.
  ///
  /// Several processes may do so at once: each puts a whole file in place, and all are the same.
  ///
  /// - Parameters:
  ///   - type: what the weights are to be held in.
  ///   - spareBytes: what must stay free on the disk after that.
  /// - Throws: `ModelError` when the model itself cannot be used. A copy that cannot be made is no error.
  public func share(
    modelDirectory: String, as type: NumberType = .float32, engine: Engine, spareBytes: Int = 2 << 30
  ) throws -> Sharing {
    let architecture = try Architecture(modelDirectory: modelDirectory)
    let file = try WeightFile(modelDirectory: modelDirectory, architecture: architecture)
    let converted = ConvertedWeights(architecture.weights, file: file, type: type)
    if !converted.isWorthSharing { return .notNeeded }
    if try block(of: file, converted, engine: engine) != nil { return .alreadyShared(byteCount: converted.byteCount) }
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let attributes = try FileManager.default.attributesOfFileSystem(forPath: directory)
      let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
      guard free - converted.byteCount >= spareBytes else {
        return .skipped(
          reason:
            "a \(type.rawValue) copy of the weights takes \(converted.byteCount >> 20) MiB, and the disk has only "
            + "\(free >> 20) MiB free")
      }
    } catch {
      return .skipped(reason: "\(directory) cannot be used: \(error.localizedDescription)")
    }
    do {
      guard try write(file, converted, engine: engine) else {
        return .skipped(reason: "\(file.file.path) changed while it was read")
      }
    } catch let error as TensorFileError {
      return .skipped(reason: error.description)
    }
    return .created(byteCount: converted.byteCount)
  }

  /// The block of converted weights, mapped; `nil` when there is no copy, or none that can be trusted.
  ///
  /// - Throws: `ModelError` when the weight file cannot be hashed.
  func block(of file: WeightFile, _ converted: ConvertedWeights, engine: Engine) throws -> WeightBlock? {
    guard converted.isWorthSharing, FileManager.default.fileExists(atPath: directory) else { return nil }
    let source = try hash(of: file)
    guard let block = WeightBlock(path: path(source, converted.type), source: source, converted, engine: engine) else {
      return nil
    }
    // Clearing the cache goes by the time of last use. In a directory of somebody else the time stays as it is.
    utimensat(AT_FDCWD, path(source, converted.type), nil, 0)
    return block
  }

  private func hash(of file: WeightFile) throws(ModelError) -> SHA256Digest {
    do {
      return try hashes.sha256(ofFileAt: file.file.path)
    } catch {
      throw ModelError(error.description)
    }
  }

  private func path(_ source: SHA256Digest, _ type: NumberType) -> String {
    "\(directory)/\(source.hex)-\(type.rawValue)-\(Self.layout)"
  }

  /// False when the weight file changed meanwhile; then nothing was written.
  private func write(_ file: WeightFile, _ converted: ConvertedWeights, engine: Engine) throws -> Bool {
    let source = try hash(of: file)
    let output = try AtomicFile(path: path(source, converted.type))
    let conversion = try WeightConversion(to: converted.type, engine: engine)
    let buffer = try Storage(count: ConvertedWeights.pieceSize / MemoryLayout<Float>.stride)
    var sums: [[UInt64]] = []
    for piece in converted.pieces {
      try conversion.convert(piece, of: file, into: buffer.pointer)
      let bytes = UnsafeRawBufferPointer(start: buffer.pointer, count: piece.bytes.count)
      sums.append(BlockChecksum.sums(of: bytes))
      try output.append(bytes)
    }
    // The hash was that of the path's content, which may have been replaced since the file was mapped.
    guard SHA256.hash(file.file.contents) == source else { return false }
    let trailer = WeightBlock.trailer(source: source, converted, digest: BlockChecksum.digest(sums))
    try trailer.withUnsafeBytes { try output.append($0) }
    try output.commit()
    return true
  }
}

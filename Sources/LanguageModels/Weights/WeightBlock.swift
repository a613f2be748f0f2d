internal import Foundation
internal import Hashing
internal import TensorFiles
internal import Tensors

/// A copy of converted weights on disk, mapped and found to be whole.
final class WeightBlock {
  private let file: MappedFile
  let values: UnsafePointer<Float>

  /// `nil` for anything but the copy that was asked for, every byte of it as it was written.
  init?(path: String, source: SHA256Digest, _ converted: ConvertedWeights, engine: Engine) {
    // A missing or unreadable file is the ordinary case of no copy.
    guard let file = Self.map(path), file.bytes.count > converted.byteCount, let base = file.bytes.baseAddress else {
      return nil
    }
    let trailer = UnsafeRawBufferPointer(rebasing: file.bytes[converted.byteCount...])
    guard trailer.count == Self.trailer(source: source, converted, digest: source).count else { return nil }
    let values = base.assumingMemoryBound(to: Float.self)
    let pieces = converted.pieces
    var sums = [[UInt64]](repeating: [], count: pieces.count)
    sums.withUnsafeMutableBufferPointer { buffer in
      // Each piece has a place of its own.
      nonisolated(unsafe) let places = buffer
      engine.parallel.forEach(pieces.count) { index, _ in
        let bytes = UnsafeRawBufferPointer(
          start: base + pieces[index].bytes.lowerBound, count: pieces[index].bytes.count)
        places[index] = BlockChecksum.sums(of: bytes)
      }
    }
    // Written again from what was asked for and found, the lines must be the same; so nothing in them needs reading.
    let expected = Self.trailer(source: source, converted, digest: BlockChecksum.digest(sums))
    guard expected.elementsEqual(trailer) else { return nil }
    self.file = file
    self.values = values
  }

  /// The lines behind the block.
  static func trailer(source: SHA256Digest, _ converted: ConvertedWeights, digest: SHA256Digest) -> [UInt8] {
    Array(
      ("\nkiseki weights \(WeightCache.layout), \(converted.type.rawValue), finite\nsource \(source.hex)\nlayout \(converted.digest.hex)\n"
        + "bytes \(converted.byteCount)\ndigest \(digest.hex)\n").utf8)
  }

  private static func map(_ path: String) -> MappedFile? {
    do { return try MappedFile(path: path) } catch { return nil }
  }
}

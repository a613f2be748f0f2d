internal import Foundation
internal import Hashing
internal import Tensors

/// The frozen weights that cannot be used where the weight file holds them, and their places in one float32 block.
///
/// A place begins at a cache line and is filled with zeros to the next.
struct ConvertedWeights {
  private(set) var weights: [(description: WeightDescription, region: ArenaPlan.Region)] = []
  private(set) var plan = ArenaPlan()

  /// - Parameter file: `nil` when the weights are drawn, all of them then.
  init(_ frozen: [WeightDescription], file: WeightFile?) {
    for weight in frozen where file?.mapped(weight) == nil { weights.append((weight, plan.reserve(weight.count))) }
  }

  var byteCount: Int { plan.byteCount }

  /// Names the weights, their shapes and places: what bytes of a block mean.
  var digest: SHA256Digest {
    let lines = weights.map { "\($0.description.name) \($0.description.shape) \($0.region.offset)\n" }
    return SHA256.hash(Data(lines.joined().utf8))
  }

  /// The block in parts small enough to be worked on one by one, cut by its layout alone, in floats.
  var pieces: [Range<Int>] {
    weights.indices.flatMap { index in
      let start = weights[index].region.offset
      let end = index + 1 < weights.count ? weights[index + 1].region.offset : plan.count
      return stride(from: start, to: end, by: Self.pieceSize).map { $0..<min($0 + Self.pieceSize, end) }
    }
  }

  /// Floats.
  static let pieceSize = 1 << 18
}

/// Two sums over each of eight columns of 64-bit words, one of them weighted by place: finds damage as fast as memory is
/// read, where a cryptographic hash would take longer than the conversion it saves.
struct BlockChecksum {
  static let laneCount = 16

  /// - Parameter bytes: a multiple of 64.
  static func sums(of bytes: UnsafeRawBufferPointer) -> [UInt64] {
    precondition(bytes.count.isMultiple(of: 64), "\(bytes.count) bytes are no multiple of 64")
    var sums = SIMD8<UInt64>()
    var weighted = SIMD8<UInt64>()
    for offset in stride(from: 0, to: bytes.count, by: 64) {
      sums &+= bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
      weighted &+= sums
    }
    return (0..<8).map { sums[$0] } + (0..<8).map { weighted[$0] }
  }

  /// - Parameter pieces: the sums of the block's pieces, in order.
  static func digest(_ pieces: [[UInt64]]) -> SHA256Digest {
    pieces.flatMap { $0 }.map(\.littleEndian).withUnsafeBytes { SHA256.hash($0) }
  }
}

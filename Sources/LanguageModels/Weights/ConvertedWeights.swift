internal import Foundation
internal import Hashing
internal import Tensors

/// The frozen weights that cannot be used where the weight file holds them, and their places in one block.
///
/// A place begins at a cache line and is filled with zeros to the next.
struct ConvertedWeights {
  struct Item {
    let description: WeightDescription
    /// In floats, whatever type the values are held in.
    let region: ArenaPlan.Region
    let type: NumberType
  }

  private(set) var items: [Item] = []
  private(set) var plan = ArenaPlan()
  /// The type asked for.
  let type: NumberType

  /// - Parameters:
  ///   - file: `nil` when the weights are drawn, all of them then.
  ///   - type: what the weights are to be held in.
  init(_ frozen: [WeightDescription], file: WeightFile?, type: NumberType) {
    self.type = type
    for weight in frozen where file?.mapped(weight, as: type) == nil {
      let held = weight.heldType(type)
      let floats = (weight.count * held.byteCount + 3) / 4
      items.append(Item(description: weight, region: plan.reserve(floats), type: held))
    }
  }

  var byteCount: Int { plan.byteCount }

  /// Whether processes gain by sharing a copy: gains and biases alone are nothing.
  var isWorthSharing: Bool { items.contains { $0.description.shape.count > 1 } }

  /// Names the weights, their shapes and places: what bytes of a block mean.
  var digest: SHA256Digest {
    let lines = items.map { "\($0.description.name) \($0.description.shape) \($0.region.offset)\n" }
    return SHA256.hash(Data(lines.joined().utf8))
  }

  /// A part of one weight, small enough to be worked on at once.
  struct Piece {
    let item: Item
    /// Of the weight's values.
    let values: Range<Int>
    /// Of the block, with the zeros behind the last value.
    let bytes: Range<Int>
  }

  /// The block in parts, cut by its layout alone.
  var pieces: [Piece] {
    items.indices.flatMap { index in
      let item = items[index]
      let first = item.region.offset * MemoryLayout<Float>.stride
      let end = index + 1 < items.count ? items[index + 1].region.offset * MemoryLayout<Float>.stride : byteCount
      return stride(from: first, to: end, by: Self.pieceSize).map { start in
        let stop = min(start + Self.pieceSize, end)
        func value(_ byte: Int) -> Int { min((byte - first) / item.type.byteCount, item.description.count) }
        return Piece(item: item, values: value(start)..<value(stop), bytes: start..<stop)
      }
    }
  }

  /// Bytes.
  static let pieceSize = 1 << 20
}

extension WeightDescription {
  /// What a weight is held in when its model is held in `type`: vectors, a thousandth of a model, are widened for good
  /// once their values are rounded.
  func heldType(_ type: NumberType) -> NumberType { shape.count > 1 ? type : .float32 }
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

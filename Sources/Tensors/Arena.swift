/// A plan of buffers that are then taken from the system as one block.
///
/// Reserving gives the place of a buffer; the block is made once all places are known. So the memory of a run is known,
/// and can be refused, before it is taken.
public struct ArenaPlan: Sendable {
  /// The place of one buffer, in floats from the block's start.
  public struct Region: Sendable {
    public let offset: Int
    public let count: Int
  }

  public private(set) var count = 0

  public init() {}

  public var byteCount: Int { count * MemoryLayout<Float>.stride }

  /// Sets aside `count` floats, aligned to a cache line.
  public mutating func reserve(_ count: Int) -> Region {
    let region = Region(offset: self.count, count: count)
    self.count += (count + 15) / 16 * 16
    return region
  }
}

/// The memory of a plan.
public final class Arena {
  private let storage: Storage

  public init(_ plan: ArenaPlan) throws(TensorError) { storage = try Storage(count: plan.count) }

  public subscript(region: ArenaPlan.Region) -> UnsafeMutablePointer<Float> {
    storage.pointer + region.offset
  }
}

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

/// Memory that several plans take turns in: as much as the largest of them needs.
///
/// Whoever has its turn finds what another left, so this is for those that begin by writing whatever they read later.
/// All plans come before the first turn.
public final class WorkingMemory {
  private var storage: Storage?
  public var byteCount: Int { storage?.byteCount ?? 0 }
  fileprivate var pointer: UnsafeMutablePointer<Float> {
    guard let storage else { preconditionFailure("a place in memory before any was taken") }
    return storage.pointer
  }

  public init() {}

  fileprivate func reserve(_ count: Int) throws(TensorError) {
    // What nobody has touched yet costs nothing to give back.
    if storage == nil || count > storage?.count ?? 0 { storage = try Storage(count: count) }
  }
}

/// The memory of a plan.
public final class Arena {
  private let memory: WorkingMemory
  private let start: Int
  /// Floats of `memory` in front of what lies behind this plan.
  public let end: Int

  /// - Parameters:
  ///   - memory: shared with others; memory of its own when left out.
  ///   - start: where in it the plan begins, in floats: behind those that have their turn together with it.
  /// - Throws: `TensorError` when the system refuses the memory.
  public init(_ plan: ArenaPlan, in memory: WorkingMemory? = nil, from start: Int = 0) throws(TensorError) {
    self.memory = memory ?? WorkingMemory()
    self.start = start
    end = start + plan.count
    try self.memory.reserve(end)
  }

  public subscript(region: ArenaPlan.Region) -> UnsafeMutablePointer<Float> {
    memory.pointer + start + region.offset
  }
}

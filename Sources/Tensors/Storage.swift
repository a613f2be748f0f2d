import Glibc

/// A block of zeroed float32 memory, aligned to a page, on huge pages where the system grants them.
///
/// Page faults on big tensors are a measurable loss, so blocks are taken once, before a run, and reused.
public final class Storage {
  public let pointer: UnsafeMutablePointer<Float>
  /// Number of floats.
  public let count: Int
  /// What the system gives for them.
  public let byteCount: Int

  /// - Throws: `TensorError` when the system refuses the memory.
  public init(count: Int) throws(TensorError) {
    byteCount = Self.byteCount(count)
    guard
      let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      base != MAP_FAILED
    else {
      throw TensorError(
        "cannot take \(byteCount >> 20) MiB of memory: \(String(cString: strerror(errno))). "
          + "Free memory, or use a smaller batch_size or max_length.")
    }
    // A hint: without huge pages everything still works, slower.
    if byteCount >= Self.hugePage { _ = madvise(base, byteCount, MADV_HUGEPAGE) }
    pointer = base.bindMemory(to: Float.self, capacity: count)
    self.count = count
  }

  private static let hugePage = 2 << 20

  /// What a block of `count` floats takes once it is all in use: whole pages.
  public static func byteCount(_ count: Int) -> Int {
    let wanted = max(count, 1) * MemoryLayout<Float>.stride
    let page = wanted >= hugePage ? hugePage : 4096
    return (wanted + page - 1) / page * page
  }

  /// The same memory as bytes.
  public var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: pointer, count: count * MemoryLayout<Float>.stride)
  }

  deinit { munmap(UnsafeMutableRawPointer(pointer), byteCount) }
}

/// What went wrong in the arithmetic layer.
public struct TensorError: Error, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) { self.description = description }
}

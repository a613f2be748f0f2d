import Dispatch
import Synchronization

/// Runs numbered pieces of work on the processor's cores.
///
/// Pieces are cut by the shape of the work alone, never by the number of threads, so that no result depends on it.
public final class Parallel: Sendable {
  /// Threads that work at once, the caller's included.
  public let threadCount: Int
  private let pool: WorkerPool?

  public init(threadCount: Int) {
    precondition(threadCount >= 1, "threadCount \(threadCount) is below 1")
    self.threadCount = threadCount
    pool = threadCount > 1 ? WorkerPool(threadCount: threadCount) : nil
  }

  deinit { pool?.stop() }

  /// Calls `body(piece, worker)` once for every piece in 0 ..< `count`, in any order, and returns when all are done.
  ///
  /// `worker` is in 0 ..< `threadCount`; no two calls with the same worker run at once, so it can index scratch memory.
  public func forEach(_ count: Int, _ body: (_ piece: Int, _ worker: Int) -> Void) {
    let workers = min(threadCount, count)
    if workers <= 1 {
      for piece in 0..<count { body(piece, 0) }
      return
    }
    let next = Counter()
    withoutActuallyEscaping(body) { body in
      // Safe to share: every caller's pieces write to memory of their own, and all end before this returns.
      nonisolated(unsafe) let work = body
      if let pool, pool.run(count, work) { return }
      // The pool serves another thread, or a piece of this one cuts its own work further.
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        while true {
          let piece = next.value.wrappingAdd(1, ordering: .relaxed).oldValue
          if piece >= count { return }
          work(piece, worker)
        }
      }
    }
  }

  /// Calls `body(range, worker)` for ranges of at most `size` that together are 0 ..< `count`.
  public func forEachRange(of count: Int, size: Int, _ body: (_ range: Range<Int>, _ worker: Int) -> Void) {
    forEach((count + size - 1) / size) { piece, worker in
      body(piece * size..<min((piece + 1) * size, count), worker)
    }
  }

  /// What `body` makes of each element, in order.
  public func map<Elements: RandomAccessCollection, Value>(
    _ elements: Elements, _ body: (Elements.Element) -> Value
  ) -> [Value] where Elements.Index == Int {
    let size = 32
    var parts = [[Value]](repeating: [], count: (elements.count + size - 1) / size)
    parts.withUnsafeMutableBufferPointer { parts in
      forEachRange(of: elements.count, size: size) { range, _ in
        // Each piece has a place of its own.
        parts[range.lowerBound / size] = range.map { body(elements[elements.startIndex + $0]) }
      }
    }
    return parts.flatMap { $0 }
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }
}

internal import CKernels
internal import Dispatch
internal import Glibc
internal import Synchronization

/// The threads that work beside the caller's.
///
/// Decoding a token takes a hundred rounds of work of some microseconds each, and waking a sleeping thread takes longer
/// than such a round. So a worker that has nothing to do looks out for the next round a short while before it sleeps.
final class WorkerPool: Sendable {
  /// Looks at the round, some 20 nanoseconds apart, before a thread sleeps.
  private static let patience = 2000

  /// How a round stands: its number, whether workers may still join, and how many are at work.
  private struct Round {
    static let open: UInt64 = 1 << 15
    static let one: UInt64 = 1 << 16
    static func number(_ state: UInt64) -> UInt64 { state >> 16 }
    static func active(_ state: UInt64) -> UInt64 { state & (open - 1) }
  }

  private final class Worker: Sendable {
    let isAsleep = Atomic(false)
    let bell = DispatchSemaphore(value: 0)
  }

  typealias Work = (_ piece: Int, _ worker: Int) -> Void

  private let workers: [Worker]
  private let state = Atomic<UInt64>(0)
  private let isBusy = Atomic(false)
  private let isStopped = Atomic(false)
  private let isStarted = Atomic(false)
  private let isCallerAsleep = Atomic(false)
  private let callersBell = DispatchSemaphore(value: 0)
  private let nextPiece = Atomic(0)
  /// Written by the caller before it opens a round, read by those who joined it.
  private nonisolated(unsafe) var pieceCount = 0
  private nonisolated(unsafe) var work: UnsafePointer<Work>?

  init(threadCount: Int) { workers = (1..<threadCount).map { _ in Worker() } }

  /// Lets the threads end; called once, when nothing is at work.
  func stop() {
    isStopped.store(true, ordering: .sequentiallyConsistent)
    state.add(Round.one, ordering: .sequentiallyConsistent)
    for worker in workers { wake(worker) }
  }

  /// Calls `work` for every piece in 0 ..< `count` and returns when all are done; false, without a call, while the pool
  /// serves another caller.
  func run(_ count: Int, _ work: @escaping Work) -> Bool {
    if isBusy.exchange(true, ordering: .acquiring) { return false }
    defer { isBusy.store(false, ordering: .releasing) }
    guard isStarted.load(ordering: .relaxed) || start() else { return false }
    withUnsafePointer(to: work) { pointer in
      self.work = pointer
      pieceCount = count
      nextPiece.store(0, ordering: .relaxed)
      // Nobody is at work, so nothing but the number is in the state.
      state.add(Round.one | Round.open, ordering: .sequentiallyConsistent)
      for worker in workers.prefix(count - 1) { wake(worker) }
      takePieces(worker: 0)
      state.subtract(Round.open, ordering: .sequentiallyConsistent)
      waitForOthers()
      self.work = nil
    }
    return true
  }

  // Never inlined, so that what it holds of the caller's closure is let go before a worker says that it is done.
  @inline(never) private func takePieces(worker: Int) {
    guard let work else { return }
    while true {
      let piece = nextPiece.wrappingAdd(1, ordering: .relaxed).oldValue
      if piece >= pieceCount { return }
      work.pointee(piece, worker)
    }
  }

  private func waitForOthers() {
    func isDone() -> Bool { Round.active(state.load(ordering: .sequentiallyConsistent)) == 0 }
    for _ in 0..<Self.patience {
      if isDone() { return }
      kiseki_pause()
    }
    while !isDone() {
      isCallerAsleep.store(true, ordering: .sequentiallyConsistent)
      // A bell that rings for an earlier round only makes this look again.
      if !isDone() || !isCallerAsleep.exchange(false, ordering: .sequentiallyConsistent) { callersBell.wait() }
    }
  }

  // MARK: The workers' side

  /// - Returns: whether there are threads; without them the system's own do the work.
  private func start() -> Bool {
    for (index, worker) in workers.enumerated() {
      let body = Unmanaged.passRetained(ThreadBody { [self] in serve(worker, number: index + 1) })
      var thread = pthread_t()
      let failure = pthread_create(
        &thread, nil,
        {
          Unmanaged<ThreadBody>.fromOpaque($0!).takeRetainedValue().run(); return nil
        }, body.toOpaque())
      guard failure == 0 else {
        body.release()
        return index > 0
      }
      pthread_detach(thread)
      isStarted.store(true, ordering: .relaxed)
    }
    return true
  }

  private func serve(_ worker: Worker, number: Int) {
    // Signals are for the program's own threads.
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var seen: UInt64 = 0
    while true {
      seen = nextRound(after: seen, worker)
      if isStopped.load(ordering: .sequentiallyConsistent) { return }
      if join(seen) {
        takePieces(worker: number)
        leave()
      }
    }
  }

  private func nextRound(after seen: UInt64, _ worker: Worker) -> UInt64 {
    func number() -> UInt64 { Round.number(state.load(ordering: .sequentiallyConsistent)) }
    for _ in 0..<Self.patience {
      let now = number()
      if now != seen { return now }
      kiseki_pause()
    }
    while number() == seen {
      worker.isAsleep.store(true, ordering: .sequentiallyConsistent)
      if number() == seen || !worker.isAsleep.exchange(false, ordering: .sequentiallyConsistent) { worker.bell.wait() }
    }
    return number()
  }

  /// False when the round is over.
  private func join(_ round: UInt64) -> Bool {
    var now = state.load(ordering: .acquiring)
    while Round.number(now) == round, now & Round.open != 0 {
      let (exchanged, original) = state.weakCompareExchange(
        expected: now, desired: now + 1, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      now = original
    }
    return false
  }

  private func leave() {
    let now = state.subtract(1, ordering: .sequentiallyConsistent).newValue
    if now & Round.open == 0, Round.active(now) == 0,
      isCallerAsleep.exchange(false, ordering: .sequentiallyConsistent)
    {
      callersBell.signal()
    }
  }

  private func wake(_ worker: Worker) {
    if worker.isAsleep.exchange(false, ordering: .sequentiallyConsistent) { worker.bell.signal() }
  }
}

/// What a new thread does.
private final class ThreadBody {
  let run: () -> Void

  init(_ run: @escaping () -> Void) { self.run = run }
}

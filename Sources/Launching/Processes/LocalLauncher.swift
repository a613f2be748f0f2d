internal import Foundation
internal import Glibc

/// What a launcher reports of its jobs, which are numbered from 0.
public enum LaunchEvent: Sendable {
  case started(job: Int)
  /// A line of the worker's stdout.
  case line(job: Int, String)
  /// - Parameter lastWords: the end of its stderr.
  case ended(job: Int, WorkerEnd, lastWords: [String])
  /// Comes several times a second, whatever happens.
  case tick
}

/// What to do after an event.
public enum LaunchVerdict: Sendable, Hashable {
  case `continue`
  /// Start no further job and ask those that run to end.
  case stop
}

/// Runs jobs as processes of this machine, several at once.
///
/// Everything happens on the calling thread; events come in the order they are seen. Workers never outlive this process:
/// see `LifeLine`.
public struct LocalLauncher: Sendable {
  private static let tickMilliseconds: Int32 = 100
  private static let lastWordsCount = 20

  public let workerCount: Int

  public init(workerCount: Int) {
    precondition(workerCount > 0, "\(workerCount) workers")
    self.workerCount = workerCount
  }

  private final class Worker {
    let job: Int
    let process: WorkerProcess
    var output = LineBuffer()
    var errors = LineBuffer()
    var lastWords: [String] = []

    init(job: Int, process: WorkerProcess) {
      self.job = job
      self.process = process
    }

    func keep(_ words: [String]) { lastWords = (lastWords + words).suffix(LocalLauncher.lastWordsCount) }
  }

  /// Runs `jobCount` jobs in their order and returns when the last worker has ended.
  ///
  /// - Parameters:
  ///   - command: what a job runs, asked for just before it starts.
  ///   - receive: is told of everything and answers whether to go on.
  /// - Throws: `LaunchingError` when a process cannot be started, and whatever `receive` throws; workers that run are
  ///   ended first.
  public func run(
    jobCount: Int, command: (Int) throws -> WorkerCommand, receive: (LaunchEvent) throws -> LaunchVerdict
  ) throws {
    let lifeLine = try WorkerProcess.pipe()
    var workers: [Worker] = []
    defer {
      // Closing the life line ends whoever is left, as the end of this process would.
      close(lifeLine.writing)
      close(lifeLine.reading)
      for worker in workers { Self.reap(worker) }
    }
    var next = 0
    var isStopping = false
    func heed(_ verdict: LaunchVerdict) {
      guard verdict == .stop, !isStopping else { return }
      isStopping = true
      for worker in workers { worker.process.send(SIGINT) }
    }
    while true {
      while !isStopping, next < jobCount, workers.count < workerCount {
        let worker = Worker(
          job: next, process: try WorkerProcess.start(try command(next), lifeLine: lifeLine.reading))
        workers.append(worker)
        next += 1
        heed(try receive(.started(job: worker.job)))
      }
      if workers.isEmpty { return }
      try Self.wait(for: workers) { event in heed(try receive(event)) }
      for worker in workers {
        guard let end = worker.process.ending() else { continue }
        workers.removeAll { $0 === worker }
        // Read what it wrote last; nobody else writes into these pipes.
        try Self.drain(worker) { event in heed(try receive(event)) }
        for line in worker.output.finish() { heed(try receive(.line(job: worker.job, line))) }
        worker.keep(worker.errors.finish())
        close(worker.process.output)
        close(worker.process.errors)
        heed(try receive(.ended(job: worker.job, end, lastWords: worker.lastWords)))
      }
      heed(try receive(.tick))
    }
  }

  /// Reads what the workers have written, or waits a moment for it.
  private static func wait(for workers: [Worker], _ receive: (LaunchEvent) throws -> Void) throws {
    var descriptors = workers.flatMap { worker in
      [worker.process.output, worker.process.errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }
    let count = poll(&descriptors, nfds_t(descriptors.count), tickMilliseconds)
    guard count > 0 else { return }
    // A closed pipe is ready for ever; its process ends within the next moments.
    if descriptors.allSatisfy({ $0.revents & Int16(POLLIN) == 0 }) { usleep(2_000) }
    for (index, worker) in workers.enumerated()
    where descriptors[2 * index].revents & Int16(POLLIN) != 0
      || descriptors[2 * index + 1].revents & Int16(POLLIN) != 0
    {
      try drain(worker, receive)
    }
  }

  /// Reads everything that is there, without waiting for more.
  private static func drain(_ worker: Worker, _ receive: (LaunchEvent) throws -> Void) throws {
    try read(worker.process.output) { bytes in
      for line in worker.output.take(bytes) { try receive(.line(job: worker.job, line)) }
    }
    try read(worker.process.errors) { bytes in worker.keep(worker.errors.take(bytes)) }
  }

  private static func read(_ descriptor: Int32, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&state, 1, 0) == 1, state.revents & Int16(POLLIN) != 0 else { return }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  private static func reap(_ worker: Worker) {
    worker.process.send(SIGTERM)
    for _ in 0..<200 {
      if worker.process.ending() != nil { break }
      usleep(10_000)
    }
    close(worker.process.output)
    close(worker.process.errors)
  }
}

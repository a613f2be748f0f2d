import Dispatch
import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct `Work on several threads` {
  /// How often each of `count` pieces was done.
  private func calls(_ parallel: Parallel, _ count: Int) -> [Int] {
    var calls = [Int](repeating: 0, count: count)
    calls.withUnsafeMutableBufferPointer { buffer in
      // Each piece has a place of its own.
      nonisolated(unsafe) let places = buffer
      parallel.forEach(count) { piece, _ in places[piece] += 1 }
    }
    return calls
  }

  @Test(arguments: 1...4) func `every piece is done once, in thousands of rounds that follow at once or after a pause`(
    threadCount: Int
  ) {
    let parallel = Parallel(threadCount: threadCount)
    for round in 0..<20_000 {
      let count = round % 9
      let found = calls(parallel, count)
      #expect(found.allSatisfy { $0 == 1 }, "round \(round)")
      // Long enough for idle threads to fall asleep.
      if round % 2000 == 0 { usleep(3000) }
    }
  }

  @Test func `no two calls with the same worker run at once`() {
    let parallel = Parallel(threadCount: 4)
    let isInUse = (0..<4).map { _ in Flag() }
    let clashes = Flag.Count()
    for _ in 0..<2000 {
      parallel.forEach(16) { _, worker in
        if isInUse[worker].value.exchange(true, ordering: .acquiringAndReleasing) {
          clashes.value.add(1, ordering: .relaxed)
        }
        isInUse[worker].value.store(false, ordering: .releasing)
      }
    }
    #expect(clashes.value.load(ordering: .relaxed) == 0)
  }

  @Test func `a piece may cut its own work further, and several threads may ask at once`() {
    let parallel = Parallel(threadCount: 3)
    let done = Flag.Count()
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<500 {
        parallel.forEach(3) { _, _ in
          parallel.forEach(5) { _, _ in done.value.add(1, ordering: .relaxed) }
        }
      }
    }
    #expect(done.value.load(ordering: .relaxed) == 4 * 500 * 15)
  }

  @Test func `threads end with what asked for them`() {
    for _ in 0..<2000 { _ = calls(Parallel(threadCount: 4), 8) }
    // Were they left behind, the system would long have refused more, and the pieces would be done by others; their
    // stacks would show in the address space: 6,000 of 8 MiB.
    var kibibytes = Int.max
    for _ in 0..<100 where kibibytes > 16 << 20 {
      usleep(20_000)
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmSize:") }
      kibibytes = line.flatMap { Int($0.split { !$0.isNumber }.first ?? "") } ?? 0
    }
    #expect(kibibytes <= 16 << 20)
  }
}

private final class Flag: Sendable {
  let value = Atomic(false)

  final class Count: Sendable {
    let value = Atomic(0)
  }
}

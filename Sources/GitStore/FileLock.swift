internal import Glibc

/// An exclusive `flock` on a file of ours, held until the value is gone; the kernel frees it when the process dies.
///
/// git's own `*.lock` files stay for ever after a kill, which is why every writer takes one of these first.
public struct FileLock: ~Copyable {
  private let descriptor: Int32

  /// - Parameter patience: seconds to wait for another holder.
  /// - Throws: `GitError` of kind `locked` when the wait was in vain.
  public init(path: String, patience: Double) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw GitError.system("open the lock \(path)") }
    let deadline = monotonicSeconds() + patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      guard code == EWOULDBLOCK else {
        close(descriptor)
        throw GitError.system("lock \(path)", code)
      }
      guard monotonicSeconds() < deadline else {
        close(descriptor)
        throw GitError(
          .locked,
          "cannot lock \(path): another process has held it for \(patience) seconds. Try again later.")
      }
      pauseWithJitter()
    }
  }

  deinit { close(descriptor) }

  /// Runs `body` while the lock is certainly held.
  public borrowing func whileHeld<Value>(_ body: () throws -> Value) rethrows -> Value { try body() }
}

/// Sleeps 2 to 20 ms, another time for every caller, so that waiting writers do not meet again.
func pauseWithJitter() { usleep(UInt32.random(in: 2_000...20_000)) }

func monotonicSeconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

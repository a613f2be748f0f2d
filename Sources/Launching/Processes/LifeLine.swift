internal import Foundation
internal import Glibc

/// What ends a worker whose parent is gone: the pipe on its stdin, of which only the parent holds the other end.
///
/// However the parent ends, the kernel closes that end; a worker that starts later than its parent died sees the same.
public enum LifeLine {
  /// Watches stdin from now on, and ends this process at once when it ends.
  public static func watch() {
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = read(0, &byte, 1)
        if count < 0 && errno == EINTR { continue }
        // Nothing is tidied up, as after a kill: whatever is on disk is fit for that.
        if count <= 0 { _exit(128 + SIGKILL) }
      }
    }
  }
}

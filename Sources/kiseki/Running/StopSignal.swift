import Foundation
import Synchronization

/// Turns Ctrl-C, SIGTERM and SIGHUP into a wish to stop that the training loop heeds between two steps.
enum StopSignal {
  private static let number = Atomic<Int32>(0)

  static func install() {
    for signalNumber in [SIGINT, SIGTERM, SIGHUP] {
      signal(signalNumber) { received in
        StopSignal.number.store(received, ordering: .relaxed)
        // A second one ends the program at once; its lease then says that the run was interrupted.
        signal(received, SIG_DFL)
      }
    }
  }

  /// The signal that asked to stop.
  static var received: String? {
    switch number.load(ordering: .relaxed) {
    case 0: nil
    case SIGINT: "Ctrl-C"
    case SIGTERM: "SIGTERM"
    default: "SIGHUP"
    }
  }
}

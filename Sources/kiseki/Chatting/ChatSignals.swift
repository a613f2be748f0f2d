import Foundation
import Synchronization

/// Ctrl-C in a chat: a wish to stop the answer, or to leave; SIGTERM and SIGHUP always to leave.
enum ChatSignals {
  private static let interruptions = Atomic<Int32>(0)
  private static let ending = Atomic<Int32>(0)

  /// Reading a line ends early at a signal, so that it is heeded at the prompt, too.
  static func install() {
    func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
      var before = sigaction()
      sigaction(number, nil, &before)
      // Who started us with a signal ignored wants it to stay so.
      if unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        return
      }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = handler
      sigaction(number, &action, nil)
    }
    handle(SIGINT) { number in
      // Of three in a row nobody took note: the program hangs in something that cannot be stopped.
      if ChatSignals.interruptions.add(1, ordering: .relaxed).newValue >= 3 {
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    for number in [SIGTERM, SIGHUP] {
      handle(number) { ChatSignals.ending.store($0, ordering: .relaxed) }
    }
  }

  /// How often Ctrl-C was pressed since `forget()`.
  static var interruptionCount: Int { Int(interruptions.load(ordering: .relaxed)) }

  /// SIGTERM or SIGHUP came.
  static var isEnding: Bool { endingName != nil }

  /// Which of them.
  static var endingName: String? {
    switch ending.load(ordering: .relaxed) {
    case 0: nil
    case SIGTERM: "SIGTERM"
    default: "SIGHUP"
    }
  }

  /// What was pressed until now is dealt with.
  static func forget() { interruptions.store(0, ordering: .relaxed) }
}

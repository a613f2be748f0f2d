import Launching
import Testing

@Test func `an error says what it was made with`() {
  #expect("\(LaunchingError("cannot plan: no trials."))" == "cannot plan: no trials.")
}

import Reports
import Testing

@Test func `an error says what it was made with`() {
  #expect("\(ReportError("cannot plan: no trials."))" == "cannot plan: no trials.")
}

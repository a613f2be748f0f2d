import Foundation
import Testing
import Transfers

@Suite struct PatienceTests {
  @Test(
    arguments: [
      (["retry-after": "3"], 3), (["retry-after-ms": "250", "retry-after": "3"], 0.25),
      (["retry-after": "Thu, 01 Jan 2026 00:00:10 GMT"], 10), (["retry-after": "Wed, 31 Dec 2025 00:00:00 GMT"], 0),
      (["x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2.5s"], 62.5),
      (["x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "1m"], nil), (["retry-after": "soon"], nil),
      (["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "what"], nil), ([:], nil),
    ] as [([String: String], Double?)])
  func `what a server asks for is understood`(_ headers: [String: String], _ seconds: Double?) {
    #expect(ServerPatience.afterRefusal(headers, now: Date(timeIntervalSince1970: 1_767_225_600)) == seconds)
  }

  @Test func `waits double up to a limit, and differ`() {
    let policy = RetryPolicy()
    #expect((1...4).map { policy.delay(after: $0, random: 1) } == [0.5, 1, 2, 4])
    #expect(policy.delay(after: 3, random: 0) == 1 && policy.delay(after: 3, random: 0.5) == 1.5)
    #expect(policy.delay(after: 1_000, random: 1) == 30)
  }
}

import FineTuning
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct JudgeTests {
  private static let key = "sk-secret-0123456789"

  private static func texts(_ count: Int) -> [JudgedText] {
    (0..<count).map { JudgedText(prompt: "question \($0)", reference: "reference \($0)", prediction: "answer \($0).") }
  }

  private static func judge(
    _ server: MisbehavingServer, path: String? = nil, _ change: (inout JudgeOptions) -> Void = { _ in }
  ) throws -> Judge {
    var options = JudgeOptions(
      endpoint: try JudgeEndpoint(baseURL: path ?? server.url, key: key), model: "judge-model",
      template: try JudgeTemplate(
        name: "test", text: "Q {{prompt}}\nR {{ reference }}\nA {{prediction}}\nEnd with SCORE: number"))
    options.timeoutSeconds = 0.5
    options.retries.firstDelaySeconds = 0.02
    options.retries.attempts = 3
    change(&options)
    return try Judge(options)
  }

  @Test func `every row is asked about, several at once, and has its own score`() throws {
    let server = try MisbehavingServer { _, request in
      let row = request.question.split(separator: "\n")[2].filter(\.isNumber)
      return .late(MisbehavingServer.Answer.completion("Good.\nSCORE: \(row)"), seconds: 0.05)
    }
    let report = try #require(try Self.judge(server).judge(Self.texts(10)))
    #expect(report.judgements.map(\.score) == (0..<10).map(Double.init))
    #expect(report.meanScore == 4.5 && report.missingCount == 0 && report.failures.isEmpty)
    #expect(report.requestCount == 10 && report.retryCount == 0 && report.models == ["judge-2026-01-01"])
    #expect(report.promptTokens == 1_000 && report.completionTokens == 200)
    #expect((2...4).contains(server.mostAtOnce))
    let request = try #require(server.requests.first)
    #expect(request.head.hasPrefix("POST /v1/chat/completions HTTP/1.1\r\n"))
    #expect(request.header("Authorization") == "Bearer " + Self.key)
    #expect(request.header("Content-Type") == "application/json")
    let body = try #require(try JSONSerialization.jsonObject(with: request.body) as? [String: Any])
    #expect(body["model"] as? String == "judge-model" && body["temperature"] as? Int == 0)
    #expect(request.question.hasPrefix("Q question ") && request.question.contains("\nR reference "))
  }

  static let accidents: [(name: String, answer: MisbehavingServer.Answer, kind: String)] = [
    ("silence", .silence, "timeout"),
    ("a slow body", .slow(MisbehavingServer.Answer.completion("SCORE: 1"), secondsBetweenBytes: 0.05), "timeout"),
    ("500", .reply(500, "{\"error\": {\"message\": \"try later\"}}"), "HTTP 500"),
    ("503 with a page", .reply(503, "<html>busy</html>"), "HTTP 503"),
    ("429", .reply(429, headers: ["Retry-After: 0"], "{\"error\": {\"message\": \"slow down\"}}"), "HTTP 429"),
    ("a closed connection", .hangUp, "no connection"),
    ("a body cut short", .cutShort("{\"choices\": ["), "no connection"),
    ("no HTTP", .bytes("\u{1}\u{2} what is this\r\n\r\n"), "no connection"),
    ("no JSON", .reply(200, "certainly! SCORE: 9"), "an answer that is none"),
    ("other JSON", .reply(200, "{\"choices\": [], \"SCORE: 9\": 9}"), "an answer that is none"),
    ("nothing", .reply(200, ""), "an answer that is none"),
  ]

  @Test(arguments: accidents.indices) func `what passes is tried again`(_ place: Int) throws {
    let accident = Self.accidents[place]
    let server = try MisbehavingServer { number, _ in number < 2 ? accident.answer : .judgement("SCORE: 8") }
    let report = try #require(try Self.judge(server) { $0.concurrency = 1 }.judge(Self.texts(1)))
    #expect(report.judgements.map(\.score) == [8], "\(accident.name): \(report.judgements)")
    #expect(report.requestCount == 3 && report.retryCount == 2)
  }

  @Test(arguments: accidents.indices) func `what does not pass leaves the row without a score`(_ place: Int) throws {
    let accident = Self.accidents[place]
    let server = try MisbehavingServer { _, request in
      request.question.contains("answer 1.") ? accident.answer : .judgement("SCORE: 6")
    }
    let report = try #require(try Self.judge(server).judge(Self.texts(3)))
    #expect(report.judgements.map(\.score) == [6, nil, 6], "\(accident.name)")
    #expect(report.meanScore == 6 && report.missingCount == 1, "a missing score is no 0")
    #expect(report.failures.map(\.kind) == [accident.kind], "\(accident.name)")
    #expect(report.firstFailure?.detail?.contains("after 3 attempts") == true)
    #expect(report.requestCount == 5)
  }

  @Test(arguments: [
    (401, "{\"error\": {\"message\": \"no such key\"}}"), (403, ""), (404, "{\"error\": \"no such model\"}"),
    (429, "{\"error\": {\"code\": \"insufficient_quota\", \"message\": \"pay first\"}}"),
  ]) func `what fails for every row is not tried for every row`(_ status: Int, _ body: String) throws {
    let server = try MisbehavingServer { _, _ in .reply(status, body) }
    let report = try #require(try Self.judge(server) { $0.concurrency = 2 }.judge(Self.texts(50)))
    #expect(report.meanScore == nil && report.missingCount == 50)
    #expect(report.failures.map(\.kind) == ["HTTP \(status)"] && report.requestCount <= 2)
  }

  @Test func `nobody there is found out soon`() throws {
    let server = try MisbehavingServer { _, _ in .hangUp }
    server.stop()
    let report = try #require(try Self.judge(server).judge(Self.texts(200)))
    #expect(report.missingCount == 200 && report.failures.map(\.kind) == ["no connection"])
    #expect(report.requestCount < 60)
  }

  @Test func `a server that asks for patience gets it, for all rows`() throws {
    let server = try MisbehavingServer { number, _ in
      number == 0 ? .reply(429, headers: ["Retry-After: 1"], "{}") : .judgement("SCORE: 5")
    }
    let report = try #require(try Self.judge(server) { $0.concurrency = 1 }.judge(Self.texts(3)))
    #expect(report.judgements.map(\.score) == [5, 5, 5])
    let times = server.requests.map(\.seconds)
    #expect(times[1] - times[0] >= 0.99)
  }

  @Test func `a limit that is used up is waited for before it is exceeded`() throws {
    let headers = ["x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 700ms"]
    let body = MisbehavingServer.Answer.completion("SCORE: 5")
    let server = try MisbehavingServer { number, _ in .reply(200, headers: number == 0 ? headers : [], body) }
    _ = try Self.judge(server) { $0.concurrency = 1 }.judge(Self.texts(2))
    let times = server.requests.map(\.seconds)
    #expect(times[1] - times[0] >= 0.69)
  }

  @Test(arguments: [("86400", "86400"), ("1e300", "1000000000")])
  func `more patience than anybody has is refused`(asked: String, told: String) throws {
    let server = try MisbehavingServer { _, _ in .reply(429, headers: ["Retry-After: \(asked)"], "") }
    let report = try #require(try Self.judge(server).judge(Self.texts(20)))
    #expect(report.missingCount == 20 && report.requestCount <= 4)
    #expect(report.firstFailure?.detail == "the server asks to wait \(told) seconds")
  }

  @Test func `an answer without a score is missing, and not asked for again`() throws {
    let server = try MisbehavingServer { _, _ in .judgement("I would rather not say.") }
    let report = try #require(try Self.judge(server).judge(Self.texts(2)))
    #expect(report.failures.map(\.kind) == ["no score in the answer"] && report.requestCount == 2)
    #expect(report.firstFailure?.detail == "I would rather not say.")
  }

  @Test func `chunks make an answer`() throws {
    let server = try MisbehavingServer { _, _ in
      .chunked(MisbehavingServer.Answer.completion("とても良い。\nSCORE：９"), pieces: 7)
    }
    #expect(try Self.judge(server).judge(Self.texts(1))?.judgements.map(\.score) == [9])
  }

  @Test func `an answer that does not end is given up`() throws {
    let server = try MisbehavingServer { _, _ in .endless }
    let report = try #require(try Self.judge(server) { $0.timeoutSeconds = 20 }.judge(Self.texts(1)))
    #expect(report.failures.map(\.kind) == ["an answer too long to be one"])
  }

  @Test func `a model that takes no temperature is asked without one`() throws {
    let server = try MisbehavingServer { _, request in
      String(decoding: request.body, as: UTF8.self).contains("temperature")
        ? .reply(400, "{\"error\": {\"message\": \"Unsupported value: 'temperature'\"}}") : .judgement("SCORE: 4")
    }
    let report = try #require(try Self.judge(server).judge(Self.texts(6)))
    #expect(report.meanScore == 4 && report.missingCount == 0 && report.omitsTemperature)
  }

  @Test func `nobody is sent to another server`() throws {
    let other = try MisbehavingServer { _, _ in .judgement("SCORE: 10") }
    let server = try MisbehavingServer { [url = other.url] _, _ in
      .reply(302, headers: ["Location: \(url)/chat/completions"], "")
    }
    let report = try #require(try Self.judge(server).judge(Self.texts(1)))
    #expect(report.failures.map(\.kind) == ["HTTP 302"] && other.requests.isEmpty)
  }

  @Test func `the key is in no text, though a server repeats it`() throws {
    let echo = "your key \(Self.key) is bad\u{1B}[31m"
    let server = try MisbehavingServer { number, _ in
      number == 0 ? .judgement("\(echo)\nSCORE: 3") : .reply(401, "{\"error\": {\"message\": \"\(Self.key)\"}}")
    }
    let judge = try Self.judge(server) { $0.concurrency = 1 }
    let report = try #require(try judge.judge(Self.texts(3)))
    #expect(report.judgements.first?.score == 3 && report.missingCount == 2)
    var dumped = ""
    dump(report, to: &dumped)
    dump(judge.options, to: &dumped)
    dumped += "\(report) \(judge.options) \(judge.options.endpoint)" + String(reflecting: judge.options)
    #expect(!dumped.contains(Self.key) && dumped.contains("(hidden)") && !dumped.contains("\u{1B}"))
  }

  @Test func `asking can be stopped`() throws {
    let server = try MisbehavingServer { _, _ in .silence }
    let judge = try Self.judge(server) { $0.timeoutSeconds = 60 }
    var asked = 0
    let start = ContinuousClock().now
    let report = try judge.judge(Self.texts(5)) { _ in
      asked += 1
      return asked < 3 ? .continue : .stop
    }
    #expect(report == nil && ContinuousClock().now - start < .seconds(5))
  }
}

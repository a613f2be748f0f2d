internal import Foundation
internal import Tables
internal import Transfers

/// One set of rows on its way through a judge.
final class JudgeSession {
  /// A row that is asked about.
  private struct Question {
    let row: Int
    /// From 1.
    var attempt = 1
    /// When it may be sent.
    var due: ContinuousClock.Instant
    var hasTemperature = true
  }

  private let texts: [JudgedText]
  private let options: JudgeOptions
  private let exchanges: HTTPExchanges
  private let clock = ContinuousClock()

  /// The first row that nobody was asked about yet.
  private var nextRow = 0
  /// To be sent again.
  private var waiting: [Question] = []
  private var underWay: [Int: Question] = [:]
  private var judgements: [RowJudgement?]
  /// Nobody is asked before.
  private var pausedUntil: ContinuousClock.Instant
  /// Rows that ran out of attempts since the last answer.
  private var exhaustedInARow = 0
  private var omitsTemperature = false

  private(set) var doneCount = 0
  private var requestCount = 0
  private var retryCount = 0
  private var promptTokens = 0
  private var completionTokens = 0
  private var models: Set<String> = []

  /// After so many rows in a row whose attempts were all in vain the rest is not tried.
  private static let hopeless = 5
  private static let longestWaitMilliseconds = 100

  init(_ texts: [JudgedText], _ options: JudgeOptions, _ exchanges: HTTPExchanges) {
    self.texts = texts
    self.options = options
    self.exchanges = exchanges
    let now = clock.now
    judgements = texts.map { _ in nil }
    pausedUntil = now
  }

  var isDone: Bool { doneCount == texts.count }

  var report: JudgeReport {
    JudgeReport(
      judgements: judgements.map { $0 ?? .missing(JudgeFailure("not asked")) }, requestCount: requestCount,
      retryCount: retryCount, promptTokens: promptTokens, completionTokens: completionTokens, models: models.sorted(),
      signature: options.signature, omitsTemperature: omitsTemperature)
  }

  /// Sends what is due, and takes what has been answered.
  func advance() throws(JudgeError) {
    while underWay.count < options.concurrency, let question = next() { try send(question) }
    for (row, result) in exchanges.wait(milliseconds: Self.longestWaitMilliseconds) {
      guard let question = underWay.removeValue(forKey: row) else { continue }
      switch result {
      case .success(let response): take(response, question)
      case .failure(.timeout):
        retry(question, JudgeFailure("timeout"), patience: nil)
      case .failure(.broken(let reason)):
        retry(question, JudgeFailure("no connection", reason), patience: nil)
      case .failure(.answerTooLong): end(row, .missing(JudgeFailure("an answer too long to be one")))
      case .failure(.refused(let reason)), .failure(.unwritten(let reason)):
        giveUp(question, JudgeFailure("no connection", reason))
      }
    }
  }

  /// What may be sent now: rows to be tried again first, new ones only in the place of those that are done with, so that
  /// a server in trouble is not asked about ever more of them.
  private func next() -> Question? {
    let now = clock.now
    guard now >= pausedUntil else { return nil }
    if let first = waiting.indices.min(by: { waiting[$0].due < waiting[$1].due }), waiting[first].due <= now {
      return waiting.remove(at: first)
    }
    guard nextRow < texts.count, underWay.count + waiting.count < options.concurrency else { return nil }
    nextRow += 1
    return Question(row: nextRow - 1, due: now)
  }

  private func send(_ question: Question) throws(JudgeError) {
    var question = question
    question.hasTemperature = !omitsTemperature
    let text = texts[question.row]
    let content = options.template.filled(
      prompt: text.prompt, reference: text.reference, prediction: text.prediction)
    var body: [JSONMember] = [
      JSONMember("model", .string(options.model)),
      JSONMember("messages", [["role": "user", "content": .string(content)]]),
    ]
    if question.hasTemperature { body.append(JSONMember("temperature", 0)) }
    var headers = [("Content-Type", "application/json"), ("Accept", "application/json"), ("User-Agent", "kiseki")]
    if let authorization = options.endpoint.key.authorization { headers.append(("Authorization", authorization)) }
    requestCount += 1
    if question.attempt > 1 { retryCount += 1 }
    underWay[question.row] = question
    do {
      try exchanges.post(
        HTTPRequest(
          url: options.endpoint.baseURL + "/chat/completions", headers: headers.map { ($0.0, $0.1) },
          body: Data(JSONValue.object(body).line().utf8), timeoutSeconds: options.timeoutSeconds), tag: question.row)
    } catch {
      throw JudgeError("cannot ask a judge: \(error); is OPENAI_BASE_URL an address?")
    }
  }

  private func take(_ response: HTTPResponse, _ question: Question) {
    guard (200..<300).contains(response.status) else { return takeRefusal(response, question) }
    if let seconds = ServerPatience.untilReset(response.headers) { pause(seconds) }
    guard let reply = JudgeReply(response.body) else {
      return retry(question, JudgeFailure("an answer that is none"), patience: nil)
    }
    exhaustedInARow = 0
    promptTokens += reply.promptTokens
    completionTokens += reply.completionTokens
    if let model = reply.model { models.insert(clean(model)) }
    let text = clean(reply.text, keepingLines: true)
    if let score = JudgeReply.score(in: reply.text) {
      end(question.row, .scored(score, reply: text))
    } else {
      end(question.row, .missing(JudgeFailure("no score in the answer", text)))
    }
  }

  private func takeRefusal(_ response: HTTPResponse, _ question: Question) {
    let error = Self.error(in: response.body)
    let failure = JudgeFailure("HTTP \(response.status)", error.message.map { clean($0) })
    switch response.status {
    case 400 where question.hasTemperature && error.message?.contains("temperature") == true:
      omitsTemperature = true
      waiting.append(question)
    // Neither key nor model will be another one for the next row.
    case 401, 402, 403, 404: giveUp(question, failure)
    case 429 where error.code == "insufficient_quota": giveUp(question, failure)
    case 408, 409, 425, 429, 500...:
      let patience = ServerPatience.afterRefusal(response.headers)
      if let patience, patience > options.retries.longestPatienceSeconds {
        return giveUp(
          question, JudgeFailure(failure.kind, "the server asks to wait \(Int(min(patience, 1e9))) seconds"))
      }
      retry(question, failure, patience: patience)
    default: end(question.row, .missing(failure))
    }
  }

  /// Asks again later, unless the row has no attempt left.
  ///
  /// - Parameter patience: seconds that the server asks for; everybody waits then.
  private func retry(_ question: Question, _ failure: JudgeFailure, patience: Double?) {
    if let patience { pause(patience) }
    guard question.attempt < options.retries.attempts else {
      let attempts = "after \(question.attempt) attempt\(question.attempt == 1 ? "" : "s")"
      let exhausted = JudgeFailure(failure.kind, failure.detail.map { "\(attempts): \($0)" } ?? attempts)
      exhaustedInARow += 1
      return exhaustedInARow < Self.hopeless ? end(question.row, .missing(exhausted)) : giveUp(question, exhausted)
    }
    let delay = options.retries.delay(after: question.attempt, random: Double.random(in: 0...1))
    var again = question
    again.attempt += 1
    again.due = clock.now + .seconds(max(delay, patience ?? 0))
    waiting.append(again)
  }

  private func pause(_ seconds: Double) {
    pausedUntil = max(pausedUntil, clock.now + .seconds(min(seconds, options.retries.longestPatienceSeconds)))
  }

  /// Asks about no further row: each would fail in the same way.
  private func giveUp(_ question: Question, _ failure: JudgeFailure) {
    end(question.row, .missing(failure))
    for other in waiting { end(other.row, .missing(failure)) }
    for row in nextRow..<texts.count { end(row, .missing(failure)) }
    waiting = []
    nextRow = texts.count
  }

  private func end(_ row: Int, _ judgement: RowJudgement) {
    guard judgements[row] == nil else { return }
    judgements[row] = judgement
    doneCount += 1
  }

  /// `{"error": {"message": ..., "code": ...}}`, or what comes near it.
  private static func error(in body: Data) -> (message: String?, code: String?) {
    let json: JSONValue
    do { json = try JSONValue(parsing: body) } catch {
      // A page of a proxy, say, tells nothing that the status does not.
      return (nil, nil)
    }
    let error = json["error"]
    return (
      error?["message"]?.stringValue ?? error?.stringValue ?? json["message"]?.stringValue, error?["code"]?.stringValue
    )
  }

  /// A server's text as it may be shown and kept.
  private func clean(_ text: String, keepingLines: Bool = false) -> String {
    options.endpoint.key.clean(text, keepingLines: keepingLines)
  }
}

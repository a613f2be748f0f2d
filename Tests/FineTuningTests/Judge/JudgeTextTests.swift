import FineTuning
import Foundation
import Testing

@Suite struct JudgeTextTests {
  @Test(
    arguments: [
      ("SCORE: 7", 7), ("Fine.\nscore: 7.5", 7.5), ("**SCORE: 8/10**", 8), ("SCORE：１０", 10), ("SCORE = 0", 0),
      ("SCORE: 3\nNo: SCORE: 4", 4), ("Score: 6.", 6), ("SCORE: [9]", 9), ("SCORE: 8 / 10", 8), ("点数 SCORE:5 点", 5),
    ]) func `a score is read`(_ text: String, _ score: Double)
  {
    #expect(JudgeReply.score(in: text) == score)
  }

  @Test(
    arguments: [
      "", "7", "SCORE:", "SCORE: ten", "SCORE: 11", "SCORE: -3", "SCORE: 7-8", "SCORE: 80%", "SCORE: 4/5",
      "SCORE: 1e1000",
      "SCORE: 9 SCORE: none", "SCORE: 1.2.3", "SCORE: ７〜８", "SCORE: ７～８",
    ]) func `what is no score from 0 to 10 is none`(_ text: String)
  {
    #expect(JudgeReply.score(in: text) == nil)
  }

  @Test func `a place in a row's own text is text`() throws {
    let template = try JudgeTemplate(name: "t", text: "{{prompt}}|{{reference}}|{{prediction}}|SCORE {{")
    let filled = template.filled(prompt: "{{prediction}}", reference: "{{", prediction: "a}}")
    #expect(filled == "{{prediction}}|{{|a}}|SCORE {{")
  }

  @Test(
    arguments: [
      ("SCORE: {{prediction}} {{answer}}", "a place {{answer}}"), ("{{prompt}} SCORE:", "no place {{prediction}}"),
      ("{{prediction}}", "a line SCORE:"),
    ]) func `a template nobody could judge by is refused`(_ text: String, _ part: String)
  {
    #expect { try JudgeTemplate(name: "mine", text: text) } throws: {
      "\($0)".contains(part) && "\($0)".contains("mine")
    }
  }

  @Test func `the shipped templates can be judged by`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../templates/judge").standardizedFileURL
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["general-ja.txt", "general.txt"])
    for name in names {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      let template = try JudgeTemplate(name: name, text: text)
      let filled = template.filled(prompt: "¿1?", reference: "¿2?", prediction: "¿3?")
      #expect(["¿1?", "¿2?", "¿3?"].allSatisfy { filled.contains($0) } && !filled.contains("{{"))
    }
  }

  @Test(
    arguments: [
      ("ftp://x/v1", "k", "http"), ("", "", "OPENAI_API_KEY is not set"), ("https://me:pw@x/v1", "k", "user"),
      ("https://x/v1?key=1", "k", "query"), ("https://x/v1", "a\nb", "OPENAI_API_KEY"), ("x", "k", "http"),
      ("https://", "k", "http"), ("http://x y/v1", "k", "http"),
    ]) func `an address or a key that cannot be is refused, and not shown`(_ url: String, _ key: String, _ part: String)
  {
    #expect { try JudgeEndpoint(baseURL: url, key: key) } throws: { error in
      "\(error)".contains(part) && !"\(error)".contains("pw")
    }
  }

  @Test func `another server than OpenAI's needs no key`() throws {
    _ = try JudgeEndpoint(baseURL: "http://127.0.0.1:8080/v1/", key: "")
  }
}

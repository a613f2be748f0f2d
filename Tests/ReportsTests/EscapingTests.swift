import Foundation
import Reports
import Tables
import Testing

struct EscapingTests {
  /// What data may hold, and what a page must not hold because of it.
  static let hostile: [(text: String, forbidden: String)] = [
    ("<script>alert(1)</script>", "<script>alert"),
    ("</script><img src=x onerror=alert(1)>", "<img"),
    ("\" onmouseover=\"alert(1)", "\" onmouseover=\""),
    ("' onfocus='alert(1)", "' onfocus='"),
    ("</title></svg><b>", "</svg><b>"),
    ("{{{style_html}}}", ":root {"),
    ("a\u{202E}gpj.exe", "\u{202E}"),
    ("x\u{2066}y\u{200F}z", "\u{2066}"),
    ("nul\u{0}bell\u{7}esc\u{1B}[31m", "\u{1B}"),
    ("line\u{2028}separator", "\u{2028}"),
    ("&lt;not markup&gt;", "&lt;not markup"),
  ]

  @Test(arguments: hostile.map(\.text)) func `hostile text is shown, never obeyed, wherever it comes from`(text: String)
    throws
  {
    let forbidden = try #require(Self.hostile.first { $0.text == text }?.forbidden)
    var content = sweep()
    content.title = text
    for index in content.runs.indices {
      content.runs[index].origin = Origin(name: "grid/\(index)\(text)", version: 1, commit: commit(index))
      content.runs[index].note = text
      content.runs[index].tags = [text]
      content.runs[index].problem = text
      content.runs[index].settings[0] = JSONMember("training.lora_r", .string("\(index % 2)\(text)"))
      content.runs[index].predictions = [
        ReportedPrediction(row: 0, prompt: text, reference: text, prediction: text)
      ]
      content.runs[index].untouched = [0: text]
      content.candidates[index].label = content.runs[index].origin.name
    }
    content.explanations = ["training.lora_r": Label(text, text)]
    content.otherDifferences = [OtherDifference(key: text, values: content.runs.map { $0.origin.name })]
    content.warnings = [.notCompared(label: text, reason: .failed(text)), .mixedMetrics(used: text)]
    let page = try html(content)
    let control = try html(sweep())
    #expect(page.components(separatedBy: forbidden).count == control.components(separatedBy: forbidden).count)
    // The page is still whole: as many elements of each kind that runs something or ends early as without the text.
    for tag in ["<script", "</script", "<style", "</style", "<body", "</body"] {
      #expect(page.components(separatedBy: tag).count == control.components(separatedBy: tag).count, "\(tag)")
    }
    try #expect(wellFormedDrawings(page) > 3)
  }

  @Test func `what cannot be seen is shown as what it is`() {
    #expect(visible("a\u{202E}b") == "a⟨U+202E⟩b")
    #expect(visible("\u{0}\u{1B}\u{7F}") == "␀␛␡")
    #expect(visible("two\nlines\tand a tab") == "two\nlines\tand a tab")
    // Joiners make emoji and Persian, and stay.
    #expect(visible("👩\u{200D}👧") == "👩\u{200D}👧")
  }

  @Test func `a line of 100 kB is cut, with its length`() throws {
    var content = sweep()
    let line = String(repeating: "長い", count: 50_000)
    content.runs[0].predictions = [
      ReportedPrediction(row: 0, prompt: line, reference: line, prediction: line)
    ]
    content.runs[0].note = line
    content.title = line
    let page = try html(content)
    #expect(page.contains("[100,000 characters in all]"))
    #expect(try html(content, .japanese).contains("［全 100,000 文字］"))
    #expect(page.utf8.count < 120_000)
  }

  @Test func `one letter with 100,000 accents is cut too`() {
    let (text, count) = cut("e" + String(repeating: "\u{301}", count: 100_000), to: 50)
    #expect(text.unicodeScalars.count == 50)
    #expect(count == 100_001)
  }

  @Test func `JSON for the script cannot end its element`() throws {
    let json = HTML(inlineJSON: ["name": "</script><!-- & \u{2028}"])
    #expect(!json.markup.contains("<") && !json.markup.contains("&") && !json.markup.contains("\u{2028}"))
    let read = try JSONValue(parsing: Data(json.markup.utf8))
    #expect(read["name"]?.stringValue == "</script><!-- & \u{2028}")
  }
}

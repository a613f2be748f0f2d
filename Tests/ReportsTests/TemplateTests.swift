import Foundation
import Reports
import Testing

/// Template sets with one template of a test's own.
struct TemplateTests {
  private func render(_ template: String, _ value: TemplateValue, partials: [String: String] = [:]) throws -> String {
    let folder = NSTemporaryDirectory() + "templates-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in partials.merging(
      ["own.mustache": template, "style.css": "", "script.js": ""], uniquingKeysWith: { $1 })
    {
      try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }
    return try TemplateSet(directory: folder).render("own", value).markup
  }

  @Test func `text is escaped between tags and in attributes`() throws {
    let text = try render("<a title=\"{{t}}\" id='{{t}}'>{{t}}</a>", ["t": "&<>\"'"])
    #expect(
      text == "<a title=\"&amp;&lt;&gt;&quot;&apos;\" id='&amp;&lt;&gt;&quot;&apos;'>&amp;&lt;&gt;&quot;&apos;</a>")
  }

  @Test func `lists, conditions, inner names and included templates work`() throws {
    let text = try render(
      "{{#rows}}{{> row}};{{/rows}}{{^none}}nothing{{/none}}",
      ["outer": "o", "rows": [["n": "1"], ["n": "2"]], "none": []], partials: ["row.mustache": "{{n}}{{outer}}\n"])
    #expect(text == "1o;2o;nothing")
  }

  @Test func `text of the data is never read as a template`() throws {
    #expect(try render("{{t}}", ["t": "{{> own}}{{t}}"]) == "{{&gt; own}}{{t}}".replacing("&gt;", with: "&gt;"))
  }

  @Test(arguments: [
    ("{{missing}}", "nothing is called 'missing'"), ("{{#t}}open", "Unclosed section"), ("{{t", "Unclosed tag"),
    ("{{> absent}}", "'> absent'"), ("{{{t}}}", "unescaped"), ("{{&t}}", "not allowed"), ("{{=<% %>=}}", "not allowed"),
    ("{{> own}}", "includes itself"), ("{{/t}}", "Unopened section"),
  ]) func `a template that cannot be filled in is refused with the reason`(template: String, reason: String) throws {
    let error = #expect(throws: ReportError.self) { try render(template, ["t": "text"]) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func `a folder without templates is named`() {
    let error = #expect(throws: ReportError.self) { try TemplateSet(directory: "/nowhere/at/all") }
    #expect(error?.description.contains("/nowhere/at/all") == true)
  }
}

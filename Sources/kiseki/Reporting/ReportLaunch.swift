import CommandLine
import Experiments
import Foundation
import Reports
import Spelling
import Tables

/// What `report` was asked for.
struct ReportLaunch {
  let words: [String]
  let baseline: String?
  let metric: ComparisonMetric?
  /// The file of later evaluations to compare by, as it was typed.
  let data: String?
  let title: String?
  let language: Language
  /// A path, or `-` for stdout.
  let output: String

  /// Writes the report, or nothing at all.
  func start(_ console: Console) throws {
    let workspace = try Workspace.find(from: console.directory)
    let path = output.hasPrefix("/") ? output : console.directory + "/" + output
    // Better said before the work than after it.
    if output != "-" { try PageFile.checkReplaceable(path) }
    let templates = try TemplateSet(directory: Resources.find().root + "/report")
    let (content, leftOut) = try ReportMaking.content(
      words, baseline: baseline, metric: metric,
      data: data.map { try DataChoice($0, console, in: workspace) }, title: title ?? defaultTitle(workspace),
      in: workspace)
    let document = try ReportView(content, language: language, templates: templates).page().document(templates)
    console.warn(leftOut: leftOut)
    guard output != "-" else { return console.write(String(decoding: document, as: UTF8.self)) }
    try PageFile.write(document, to: path)
    tell(console, content, bytes: document.count)
  }

  private func tell(_ console: Console, _ content: ReportContent, bytes: Int) {
    if console.globals.wantsJSON {
      let json: JSONValue = [
        "file": .string(output), "bytes": .integer(bytes), "runs": .integer(content.runs.count),
      ]
      console.print(json.line())
    } else {
      console.print(
        "\(output)  \(Format.bytes(bytes)), \(Format.count(content.runs.count, "run"))", done: "The report is written")
    }
    for run in content.runs {
      if let problem = run.problem { console.warn("\(run.origin.label): \(problem)") }
    }
    console.hint("next: open \(shellWord(output)) in a browser, or send it to anyone: it needs nothing else")
  }

  private func defaultTitle(_ workspace: Workspace) -> String {
    let runs = words.isEmpty ? URL(fileURLWithPath: workspace.root).lastPathComponent : words.joined(separator: ", ")
    return runs + (data.map { " · " + $0 } ?? "")
  }
}

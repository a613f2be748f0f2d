internal import Experiments
internal import Foundation
internal import Tables

/// A report in one language: its sections, to be put on one page or on several.
public struct ReportView: Sendable {
  public let content: ReportContent
  public let words: Words
  public let templates: TemplateSet
  /// What the names of all candidates begin with, the sweep's name, and is not repeated.
  let commonPrefix: String
  /// Where a run has a page of its own, by `name@2`; relative to this one.
  public var pages: [String: String] = [:]

  public init(_ content: ReportContent, language: Language, templates: TemplateSet) {
    self.content = content
    self.words = Words(language)
    self.templates = templates
    let sweeps = Set(
      content.candidates.map { $0.label.split(separator: "/").count == 2 ? $0.label.prefix { $0 != "/" } : "" })
    commonPrefix =
      sweeps.count == 1 && content.candidates.count > 1 ? sweeps.first.map { $0.isEmpty ? "" : $0 + "/" } ?? "" : ""
  }

  /// Everything on one page.
  public func page() throws(ReportError) -> Page {
    let count = content.runs.count
    let metric = words.name(content.metric)
    return Page(
      title: words.shortened(content.title, to: 160), language: words.language, kind: words[.reportKind],
      subtitle: words.text(
        .subtitleRuns, ["runs": Figures.count(count), "metric": metric]),
      lead: try verdict(), sections: try sections())
  }

  /// Those that have something to show, in their order.
  public func sections() throws(ReportError) -> [Section] {
    var sections: [Section] = []
    func add(_ section: Section?) { if let section { sections.append(section) } }
    add(try scoresSection())
    add(try leaderboardSection())
    add(try heatmapSection())
    add(try curvesSection())
    add(try samplesSection())
    add(try laterSection())
    add(try settingsSection())
    add(try dataSection())
    add(try environmentSection())
    add(try sourcesSection())
    return sections
  }

  var metricName: String { words.name(content.metric) }
  var isComparison: Bool { content.candidates.count > 1 }
  var confidence: String {
    words.confidence(content.candidates.compactMap { $0.score?.interval?.confidence }.first ?? 0.95)
  }

  func score(_ value: Double) -> String { words.score(value, of: content.metric) }

  func runs(_ candidate: ReportedCandidate) -> [ReportedRun] { candidate.runs.map { content.runs[$0] } }

  /// A candidate's name without what all have in common.
  func label(_ candidate: ReportedCandidate) -> String {
    let label = candidate.label
    return words.shortened(
      label.hasPrefix(commonPrefix) ? String(label.dropFirst(commonPrefix.count)) : label, to: 120)
  }

  func label(_ run: ReportedRun) -> String {
    let name = run.origin.name
    return words.shortened(name.hasPrefix(commonPrefix) ? String(name.dropFirst(commonPrefix.count)) : name, to: 120)
  }

  /// The version and commit of a run: short, in full when pointed at.
  func origin(_ run: ReportedRun) -> HTML {
    var span = Element("span", ["class": "origin"])
    span.add(text: run.origin.version.map { "@\($0) " } ?? words[.notRecorded] + " ")
    span.add(commit(run))
    return span.html
  }

  func commit(_ run: ReportedRun) -> HTML {
    guard let commit = run.origin.commit else { return .empty }
    var code = Element("code", ["title": "\(run.origin.label), \(commit)"])
    code.add(text: String(commit.prefix(Origin.shortLength)))
    return code.html
  }

  /// A candidate by name, with the commit of each of its runs.
  func named(_ candidate: ReportedCandidate) -> HTML {
    let runs = runs(candidate)
    var name = Element("span", ["class": "name"])
    // Of several seeds each has a page of its own.
    name.add(runs.count == 1 ? linked(HTML.name(label(candidate)), to: runs[0]) : HTML.name(label(candidate)))
    let origins = runs.map { runs.count == 1 ? origin($0) : linked(origin($0), to: $0) }
    return name.html + HTML(trusted: " ") + origins.joined(" ")
  }

  /// A link to the run's page where it has one.
  func linked(_ content: HTML, to run: ReportedRun) -> HTML {
    guard let target = pages[run.origin.label] else { return content }
    var link = Element("a", ["href": target])
    link.add(content)
    return link.html
  }

  /// The name of a setting alone where it is clear.
  func title(ofSetting key: String) -> String {
    let name = key.split(separator: ".").last.map(String.init) ?? key
    let same = content.varyingSettings.filter { $0 == name || $0.hasSuffix("." + name) }
    return same.count > 1 ? key : name
  }

  func explanation(_ key: String) -> String? { content.explanations[key].map { words[$0] } }

  func text(_ value: JSONValue?) -> String {
    switch value {
    case nil: "—"
    case .null: "None"
    case .string(let text): words.shortened(text.isEmpty ? "\"\"" : text, to: 200)
    case .bool(let value): value ? "True" : "False"
    case .array(let values): words.shortened(values.map { text($0) }.joined(separator: ", "), to: 200)
    case .some(let value): words.shortened(value.line(), to: 200)
    }
  }
}

public import Foundation
internal import Hashing

/// One part of a page under a heading.
public struct Section: Sendable {
  /// The anchor: lower-case letters and hyphens.
  public let id: String
  public let heading: String
  /// What it is called in the list of contents.
  public let shortHeading: String
  /// One or two sentences on how to read it.
  public let introduction: HTML?
  public let body: HTML

  public init(id: String, heading: String, shortHeading: String? = nil, introduction: HTML? = nil, body: HTML) {
    self.id = id
    self.heading = heading
    self.shortHeading = shortHeading ?? heading
    self.introduction = introduction
    self.body = body
  }
}

/// Where else to go from a page.
public struct PageLink: Sendable, Hashable {
  public let title: String
  /// Relative to the page.
  public let target: String

  public init(title: String, target: String) {
    self.title = title
    self.target = target
  }
}

/// A whole HTML file: style and script inside, nothing loaded from anywhere.
public struct Page: Sendable {
  /// What every page of ours has near its start, by which it is known again.
  public static let mark = "<meta name=\"generator\" content=\"Kiseki\">"

  public var title: String
  public var language: Language
  /// The small line above the title: what kind of page this is.
  public var kind: String
  /// The line below the title.
  public var subtitle: String?
  /// What stands above all sections: the answer.
  public var lead: HTML?
  public var sections: [Section]
  /// Up and across, on a site of several pages.
  public var links: [PageLink]

  public init(
    title: String, language: Language, kind: String, subtitle: String? = nil, lead: HTML? = nil,
    sections: [Section], links: [PageLink] = []
  ) {
    self.title = title
    self.language = language
    self.kind = kind
    self.subtitle = subtitle
    self.lead = lead
    self.sections = sections
    self.links = links
  }

  /// The same bytes for the same page.
  ///
  /// - Throws: `ReportError` when the templates cannot be used.
  public func document(_ templates: TemplateSet) throws(ReportError) -> Data {
    let words = Words(language)
    let value: TemplateValue = [
      "mark_html": .markup(HTML(trusted: Self.mark)),
      "policy": .text(Self.policy(templates)),
      "language": .text(language.rawValue), "title": .text(title), "kind": .text(kind),
      "subtitle": .optional(subtitle), "has_lead": .flag(lead != nil), "lead_html": .markup(lead ?? .empty),
      "style_html": .markup(HTML(trusted: templates.style)), "script_html": .markup(HTML(trusted: templates.script)),
      "skip": .text(words[.skipToContent]), "contents": .text(words[.contents]),
      "words_html": .markup(words.scriptWords),
      "footer": .text(words[.footer]),
      "links": .list(links.map { ["title": .text($0.title), "target": .text($0.target)] }),
      "has_links": .flag(!links.isEmpty),
      "sections": .list(
        sections.map { section in
          [
            "id": .text(section.id), "heading": .text(section.heading),
            "short_heading": .text(section.shortHeading),
            "has_introduction": .flag(section.introduction != nil),
            "introduction_html": .markup(section.introduction ?? .empty), "body_html": .markup(section.body),
          ]
        }),
    ]
    return Data((try templates.render("page", value).markup + "\n").utf8)
  }

  /// Nothing may be loaded, and nothing may run or style but the one script and the one sheet inside, known by their hash.
  private static func policy(_ templates: TemplateSet) -> String {
    func hash(_ text: String) -> String { "'sha256-\(Data(SHA256.hash(Data(text.utf8)).bytes).base64EncodedString())'" }
    return "default-src 'none'; style-src \(hash(templates.style)); script-src \(hash(templates.script)); "
      + "img-src data:; base-uri 'none'; form-action 'none'"
  }
}

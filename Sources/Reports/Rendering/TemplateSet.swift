internal import CMustache
internal import Foundation

/// The mustache templates, style and script that pages are made of.
public struct TemplateSet: Sendable {
  /// Template texts by their file's name without ending.
  private let templates: [String: String]
  private let partials: Data
  public let style: String
  public let script: String

  /// Reads `*.mustache`, `style.css` and `script.js`.
  ///
  /// - Parameters:
  ///   - directory: the folder `report` of the program's templates.
  ///   - addition: a folder of templates and a `style.css` to be had as well.
  /// - Throws: `ReportError` naming the file that is missing or cannot be used.
  public init(directory: String, addition: String? = nil) throws(ReportError) {
    var templates: [String: String] = [:]
    var style = ""
    for folder in [directory, addition].compactMap({ $0 }) {
      try Self.readTemplates(in: folder, to: &templates)
      style += try Self.read("style.css", in: folder)
    }
    self.style = style
    script = try Self.read("script.js", in: directory)
    for (name, text) in [("style.css", style), ("script.js", script)] where text.contains("</") {
      throw ReportError("cannot use \(name): '</' in it could end the element it is put into. Write it differently.")
    }
    self.templates = templates
    try Self.checkInclusions(templates)
    var bytes = TemplateBytes()
    bytes.add(tag: "O", count: templates.count)
    for (name, text) in templates.sorted(by: { $0.key < $1.key }) {
      bytes.add(name: name)
      bytes.add(text: text)
    }
    partials = bytes.data
  }

  private static func readTemplates(in folder: String, to templates: inout [String: String]) throws(ReportError) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw ReportError(
        "cannot read the templates in \(folder): \(error.localizedDescription) Install Kiseki again, or restore the "
          + "folder from its source.")
    }
    for name in names where name.hasSuffix(ending) {
      let text = try read(name, in: folder)
      try check(text, name)
      // The newline that ends a file is not part of what it stands for.
      templates[String(name.dropLast(ending.count))] = text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
  }

  /// Fills one template in.
  ///
  /// - Throws: `ReportError` when there is no such template, or it names what `value` does not have.
  public func render(_ name: String, _ value: TemplateValue) throws(ReportError) -> HTML {
    guard var text = templates[name] else {
      throw ReportError("cannot find the template \(name + Self.ending). Install Kiseki again.")
    }
    var bytes = TemplateBytes()
    value.write(to: &bytes)
    let data = bytes.data
    let result: Result<HTML, ReportError> = text.withUTF8 { text in
      data.withUnsafeBytes { data in
        partials.withUnsafeBytes { partials in
          var rendered: UnsafePointer<CChar>?
          var count = 0
          let status = text.withMemoryRebound(to: CChar.self) { text in
            kmu_render(
              text.baseAddress, text.count, data.baseAddress, data.count, partials.baseAddress, partials.count,
              &rendered, &count)
          }
          guard status == 0 else {
            let reason = String(cString: kmu_message())
            return .failure(ReportError("cannot fill in the template \(name + Self.ending): \(reason)."))
          }
          let bytes = UnsafeRawBufferPointer(start: rendered, count: count)
          return .success(HTML(trusted: String(decoding: bytes, as: UTF8.self)))
        }
      }
    }
    return try result.get()
  }

  private static let ending = ".mustache"

  private static func read(_ name: String, in directory: String) throws(ReportError) -> String {
    do {
      return try String(contentsOfFile: directory + "/" + name, encoding: .utf8)
    } catch {
      throw ReportError(
        "cannot read the template \(directory)/\(name): \(error.localizedDescription) Install Kiseki again, or restore "
          + "it from its source.")
    }
  }

  /// Keeps `{{{...}}}` for markup of ours, and templates to one way of writing tags.
  private static func check(_ text: String, _ name: String) throws(ReportError) {
    if text.contains("{{=") || text.contains("{{&") {
      throw ReportError("cannot use the template \(name): '{{=' and '{{&' are not allowed in it.")
    }
    for piece in text.components(separatedBy: "{{{").dropFirst() {
      let variable = piece.prefix { $0 != "}" }
      guard variable.hasSuffix(TemplateValue.markupSuffix) else {
        throw ReportError(
          "cannot use the template \(name): {{{\(variable)}}} would be unescaped; only names in "
            + "'\(TemplateValue.markupSuffix)' may be.")
      }
    }
  }

  /// A template that includes itself would never end.
  private static func checkInclusions(_ templates: [String: String]) throws(ReportError) {
    var finished: Set<String> = []
    func visit(_ name: String, from path: [String]) throws(ReportError) {
      guard !path.contains(name) else {
        throw ReportError("cannot use the template \(name + ending): it includes itself.")
      }
      guard !finished.contains(name), let text = templates[name] else { return }
      for piece in text.components(separatedBy: "{{>").dropFirst() {
        try visit(piece.prefix { $0 != "}" }.trimmingCharacters(in: .whitespaces), from: path + [name])
      }
      finished.insert(name)
    }
    for name in templates.keys.sorted() { try visit(name, from: []) }
  }
}

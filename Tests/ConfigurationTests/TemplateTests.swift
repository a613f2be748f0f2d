import Configuration
import Foundation
import Testing

/// The configurations that come with the program. With KISEKI_RECORD_TEMPLATES set, their comments are written anew.
@Suite struct TemplateTests {
  private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized.path
  private static let folder = root + "/templates/configs"
  private static var isRecording: Bool {
    !ProcessInfo.processInfo.environment["KISEKI_RECORD_TEMPLATES", default: ""].isEmpty
  }

  static let annotated = ["quick.yaml", "conversation.yaml", "full-fine-tuning.yaml"]

  /// Every configuration of the source: templates, and the recipes of experiments.
  static let shipped: [String] = {
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return names.filter {
      ($0.hasPrefix("templates/") || $0.hasPrefix("experiments/")) && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml"))
    }.sorted()
  }()

  private func check(_ expected: String, against name: String) throws {
    let path = Self.folder + "/" + name
    if Self.isRecording { try Data(expected.utf8).write(to: URL(fileURLWithPath: path)) }
    #expect(
      try String(contentsOfFile: path, encoding: .utf8) == expected, "set KISEKI_RECORD_TEMPLATES to write it anew")
  }

  @Test(arguments: [ExplanationLanguage.english, .japanese])
  func `the tutorial's configuration is what the table says, in both languages`(
    _ language: ExplanationLanguage
  ) throws {
    let name = try #require(TutorialTemplate.files.first { $0.language == language }?.name)
    try check(TutorialTemplate.text(in: language), against: name)
  }

  @Test(arguments: annotated) func `each line of a template carries the table's explanation`(_ name: String) throws {
    let text = try String(contentsOfFile: Self.folder + "/" + name, encoding: .utf8)
    try check(TemplateComments.annotated(text, in: .english), against: name)
    #expect(try String(contentsOfFile: Self.folder + "/" + name, encoding: .utf8).contains("\n  # "))
  }

  @Test func `every configuration is met, and its head says how to run it`() throws {
    #expect(Self.shipped.count >= 7)
    for file in Self.shipped {
      let text = try String(contentsOfFile: Self.root + "/" + file, encoding: .utf8)
      let head = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("#") }
      let name = URL(fileURLWithPath: file).lastPathComponent
      #expect(head.contains { $0.contains("kiseki run \(name)") }, "\(file)")
      guard file.hasPrefix("templates/") else { continue }
      for line in text.split(separator: "\n") { #expect(line.count <= 120, "\(file): \(line)") }
    }
  }

  @Test(arguments: shipped) func `every shipped configuration loads without a warning`(_ file: String) throws {
    let path = Self.root + "/" + file
    let loaded = try ExperimentConfiguration.parse(
      Data(contentsOf: URL(fileURLWithPath: path)), name: file,
      baseDirectory: URL(fileURLWithPath: path).deletingLastPathComponent().path)
    #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
  }

  @Test func `the files that templates name are there`() throws {
    for file in Self.shipped where file.hasPrefix("templates/") {
      let text = try String(contentsOfFile: Self.root + "/" + file, encoding: .utf8)
      let paths = text.split(separator: "\n").compactMap { $0.split(separator: ": ").last }.filter {
        $0.hasPrefix("sample/")
      }
      #expect(!paths.isEmpty, "\(file)")
      for path in paths { #expect(FileManager.default.fileExists(atPath: Self.root + "/templates/" + path), "\(path)") }
    }
  }

  @Test func `the tutorial's situation is 11 rows`() throws {
    let data = try String(contentsOfFile: Self.root + "/templates/sample/data/tutorial.csv", encoding: .utf8)
    #expect(data.split(separator: "\n").count == 12)
  }
}

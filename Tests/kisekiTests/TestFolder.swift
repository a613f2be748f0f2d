import Foundation
import Tables
import Testing

/// A folder of one test, with templates around a tiny model; removed with the value.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    // Links resolved, as the program prints it.
    let base = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
    path = base + "/kiseki-test-\(UUID().uuidString)"
    try TinyModel.write(to: templates + "/sample/model")
    try write(
      String(contentsOfFile: TinyModel.repository + "/templates/configs/demo.yaml", encoding: .utf8),
      to: "shipped/configs/demo.yaml")
    try write("What lies here.\n", to: "shipped/workspace.md")
    try write("instruction,output\n" + Self.rows(1...20), to: "shipped/sample/data/train.csv")
    try write("instruction,output\n" + Self.rows(21...24), to: "shipped/sample/data/validation.csv")
    try write("instruction,output\n" + Self.rows(25...26), to: "shipped/sample/data/test.csv")
    try write("Where the sample comes from.\n", to: "shipped/sample/NOTICE.md")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var templates: String { path + "/shipped" }
  var workspace: String { path + "/work" }

  private static func rows(_ numbers: ClosedRange<Int>) -> String {
    numbers.map { "number \($0),設定を\($0)回保存します。\n" }.joined()
  }

  /// Runs the program in the workspace once there is one, or where it is told.
  @discardableResult
  func kiseki(
    _ arguments: String..., in directory: String? = nil, input: String = "", expecting exitCode: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Program.Outcome {
    let outcome = try Program.run(
      arguments, in: directory ?? (exists("work") ? workspace : path), input: input,
      environment: ["KISEKI_TEMPLATES": templates])
    #expect(
      outcome.exitCode == exitCode, "kiseki \(arguments.joined(separator: " ")): \(outcome.errors)",
      sourceLocation: sourceLocation)
    return outcome
  }

  /// A small run of the demo configuration.
  func train(_ name: String, _ overrides: String...) throws {
    let settings = ["epochs=1", "batch_size=8", "max_length_inference=6"]
    let outcome = try Program.run(["run", "experiments/demo.yaml", "-n", name] + settings + overrides, in: workspace)
    try #require(outcome.exitCode == 0, "run \(name): \(outcome.errors)")
  }

  /// What git says in the workspace.
  @discardableResult
  func git(_ arguments: String...) throws -> String { try Program.git(arguments, in: workspace) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}

import Foundation
import Testing

/// The templates that come with the program, in a workspace that `init` made.
@Suite struct ShippedConfigurationTests {
  private static let shipped = ["KISEKI_TEMPLATES": TinyModel.repository + "/templates"]

  @Test func `init brings every template with what it names, and the quick one trains`() throws {
    let folder = try TestFolder()
    func kiseki(_ words: String...) throws -> Program.Outcome {
      try Program.run(words, in: folder.exists("work") ? folder.workspace : folder.path, environment: Self.shipped)
    }
    #expect(try kiseki("init", "work").exitCode == 0)
    for name in ["tutorial", "tutorial.ja", "quick", "conversation", "full-fine-tuning", "demo"] {
      let text = try folder.read("work/templates/\(name).yaml")
      #expect(text.contains("kiseki run templates/\(name).yaml\n"), "\(name)")
      #expect(!text.contains(": sample/") && !text.contains("=sample/"), "\(name)")
    }
    for path in ["sample/data/tutorial.csv", "sample/data/conversation.csv"] { #expect(folder.exists("work/" + path)) }
    let full = try kiseki("run", "templates/full-fine-tuning.yaml", "--dry-run")
    #expect(full.exitCode == 0, "\(full.errors)")
    #expect((full.output + full.errors).contains("100.0 %"), "\(full.output)\(full.errors)")
    let quick = try kiseki("run", "templates/quick.yaml", "-n", "quick")
    #expect(quick.exitCode == 0, "\(quick.errors)")
  }
}

import Configuration
import Foundation
import Testing

/// A fresh folder that goes away with the test.
private func withFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "configuration-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
  try body(folder.path)
}

private func write(_ text: String, to path: String) throws {
  let url = URL(fileURLWithPath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(text.utf8).write(to: url)
}

@Test func `the demo is what it says`() throws {
  let path = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../templates/configs/demo.yaml")
  let configuration = try ExperimentConfiguration.load(path: path.standardized.path).configuration
  #expect(configuration.dataset.textPromptStart == "### 指示:\n")
  #expect(configuration.dataset.textAnswerSeparator == "\n\n### 応答:\n")
  #expect(configuration.training.loraAlpha == 32)
}

@Test func `paths count from the configuration's folder`() throws {
  try withFolder { folder in
    try write(needed, to: folder + "/recipes/a.yaml")
    let configuration = try ExperimentConfiguration.load(path: folder + "/recipes/../recipes/a.yaml")
      .configuration
    #expect(configuration.configDirectory == folder + "/recipes")
    #expect(configuration.absolutePath(of: "../data/x.csv") == folder + "/data/x.csv")
    #expect(configuration.absolutePath(of: "/data/./x.csv") == "/data/x.csv")
  }
}

@Test func `a resolved configuration keeps its paths relative to the workspace`() throws {
  try withFolder { folder in
    let text =
      "llm_backbone: ../model\ndataset:\n  train_dataframe: train.csv\n  test_dataframe: /elsewhere/secret/test.csv\n"
    try write(text, to: folder + "/notebook/recipes/a.yaml")
    try write("", to: folder + "/notebook/model/config.json")
    let configuration = try ExperimentConfiguration.load(path: folder + "/notebook/recipes/a.yaml").configuration
    let resolved = configuration.resolvedYAML(relativeTo: folder + "/notebook")
    #expect(resolved.contains("llm_backbone: model\n"))
    #expect(resolved.contains("train_dataframe: recipes/train.csv\n"))
    #expect(resolved.contains("test_dataframe: test.csv\n"))
    #expect(resolved.contains("validation_dataframe: \"\"\n"))
    #expect(!resolved.contains(folder))
    try write(resolved, to: folder + "/notebook/experiments/x/config.yaml")
    let again = try ExperimentConfiguration.load(
      path: folder + "/notebook/experiments/x/config.yaml", baseDirectory: folder + "/notebook"
    ).configuration
    #expect(again.backboneLocation == .directory(folder + "/notebook/model"))
    #expect(again.absolutePath(of: again.dataset.trainDataframe) == folder + "/notebook/recipes/train.csv")
  }
}

@Test func `a backbone is a directory where one is, a hub id otherwise`() throws {
  try withFolder { folder in
    try write("", to: folder + "/sample/model/config.json")
    func location(_ backbone: String) throws -> BackboneLocation {
      try ExperimentConfiguration.parse(
        Data(needed.utf8), name: "a", overrides: ["llm_backbone=" + backbone], baseDirectory: folder
      ).configuration.backboneLocation
    }
    #expect(try location("sample/model") == .directory(folder + "/sample/model"))
    #expect(try location("rinna/small-gpt2") == .hub("rinna/small-gpt2"))
    #expect(try location("./rinna/small-gpt2") == .directory(folder + "/rinna/small-gpt2"))
    #expect(try location("a/b/c") == .directory(folder + "/a/b/c"))
    #expect(try location("モデル") == .directory(folder + "/モデル"))
  }
}

@Test func `a file that cannot be read is refused in one sentence`() throws {
  try withFolder { folder in
    #expect(throws: ConfigurationError.self) { try ExperimentConfiguration.load(path: folder) }
    let error = try #require(throws: ConfigurationError.self) {
      try ExperimentConfiguration.load(path: folder + "/none.yaml")
    }
    #expect(error.description == folder + "/none.yaml: there is no such configuration file")
  }
}

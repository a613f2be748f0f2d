import Foundation
import Tables
import Testing

@Suite struct InitTests {
  @Test func `init makes a git repository with the configuration, the sample and the ignore file`() throws {
    let folder = try TestFolder()
    let outcome = try folder.kiseki("init", "work")
    for path in [
      ".git", "experiments/.gitignore", "experiments/demo.yaml", "sample/model/model.safetensors",
      "sample/model/tokenizer.model", "sample/data/train.csv", "sample/data/validation.csv", "sample/NOTICE.md",
      "templates/README.md", "templates/demo.yaml",
    ] {
      #expect(folder.exists("work/" + path), "\(path)")
    }
    #expect(outcome.output.contains(folder.workspace))
    #expect(outcome.errors.contains("kiseki run experiments/demo.yaml"))
  }

  @Test func `the configuration names its files as seen from experiments`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    let config = try folder.read("work/experiments/demo.yaml")
    #expect(config.contains("llm_backbone: ../sample/model\n"))
    #expect(config.contains("train_dataframe: ../sample/data/train.csv\n"))
    #expect(config.contains("kiseki run experiments/demo.yaml"))
    for copy in ["experiments/demo.yaml", "templates/demo.yaml"] {
      #expect(try folder.read("work/" + copy).contains("kiseki run \(copy)\n"))
      try folder.kiseki("run", copy, "--dry-run")
    }
    try folder.write(folder.read("work/templates/demo.yaml"), to: "work/experiments/mine.yaml")
    try folder.kiseki("run", "experiments/mine.yaml", "--dry-run")
    #expect(try folder.git("for-each-ref") == "")
  }

  @Test func `a second init keeps what was changed and says so`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    try folder.write("mine", to: "work/experiments/demo.yaml")
    try FileManager.default.removeItem(atPath: folder.workspace + "/sample/data/train.csv")
    let report = try folder.kiseki("init", "--json").json()
    #expect(report["written"] == ["sample/data/train.csv"])
    #expect(report["kept"]?.arrayValue?.contains("experiments/demo.yaml") == true)
    #expect(try folder.read("work/experiments/demo.yaml") == "mine")
    #expect(try folder.kiseki("init").errors.contains("kept  experiments/demo.yaml"))
  }

  @Test func `init in a repository leaves its branch, index and configuration alone`() throws {
    let folder = try TestFolder()
    try folder.write("text", to: "work/theirs.txt")
    try folder.git("init", "-q")
    try folder.git("add", ".")
    try folder.git("commit", "-qm", "theirs")
    let before = try folder.git("rev-parse", "HEAD") + folder.git("config", "--local", "--list")
    try folder.kiseki("init")
    #expect(try folder.git("rev-parse", "HEAD") + folder.git("config", "--local", "--list") == before)
    #expect(
      try folder.git("status", "--porcelain").split(separator: "\n") == [
        "?? experiments/", "?? sample/", "?? templates/",
      ])
  }

  @Test func `a sample without weights is an error that leaves nothing behind`() throws {
    let folder = try TestFolder()
    try FileManager.default.removeItem(atPath: folder.templates + "/sample/model/model.safetensors")
    let outcome = try folder.kiseki("init", "work", expecting: 1)
    #expect(outcome.errors.contains("model/model.safetensors"))
    #expect(!folder.exists("work"))
  }

  @Test func `templates that are not where the environment says are an error naming the place`() throws {
    let folder = try TestFolder()
    let outcome = try Program.run(
      ["init"], in: folder.path, environment: ["KISEKI_TEMPLATES": folder.path + "/nowhere"])
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains(folder.path + "/nowhere"))
    #expect(!folder.exists(".git"))
  }

  @Test func `an installed program finds its templates beside itself`() throws {
    let folder = try TestFolder()
    for path in ["bin", "share/kiseki"] {
      try FileManager.default.createDirectory(
        atPath: folder.path + "/usr/" + path, withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(atPath: Program.path, toPath: folder.path + "/usr/bin/kiseki")
    try FileManager.default.moveItem(atPath: folder.templates, toPath: folder.path + "/usr/share/kiseki/templates")
    let outcome = try Program.run(
      ["init", "work"], in: folder.path, program: folder.path + "/usr/bin/kiseki")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(folder.exists("work/sample/model/model.safetensors"))
  }
}

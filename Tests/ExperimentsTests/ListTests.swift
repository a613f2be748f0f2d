import Experiments
import Foundation
import GitStore
import Hashing
import Tables
import TestSupport
import Testing

struct ListTests {
  @Test func `a clone with nothing but references lists and shows everything`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.record("base", bleu: 10)
    try temporary.record("base", bleu: 12)
    try temporary.record("日本語", bleu: 30)
    let clone = try TemporaryWorkspace()
    try clone.git("fetch", "-q", temporary.path, "refs/experiments/*:refs/experiments/*")
    let listed = try clone.open().experiments()
    #expect(listed.map(\.name.text) == ["base", "日本語"])
    #expect(listed.map(\.version) == [2, 1])
    #expect(listed.map { $0.result?.outcome.best?["validation/bleu"] } == [12, 30])
    #expect(
      listed.map { $0.result?.outcome.settings } == [
        [JSONMember("training.lora_r", 4)], [JSONMember("training.lora_r", 4)],
      ])
    let version = try clone.open().version(ExperimentReference(parsing: "base@1"))
    #expect(try version.files().map(\.path).contains("adapter/adapter_model.safetensors"))
    #expect(try version.data("config.yaml") == Data("format: 1\ntraining:\n  lora_r: 4\n".utf8))
    #expect(try version.lines(of: .metrics).count == 2)
    #expect(version.isNewest == false)
    #expect(try clone.open().allVersions(of: ExperimentName("base")).map(\.number) == [2, 1])
    let hashes = try version.result().files
    #expect(try hashes.allSatisfy { try SHA256.hash(version.data($0.path)) == $0.sha256 })
  }

  @Test func `an unknown name gets the nearest one, an unknown version the range`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.record("baseline")
    let workspace = try temporary.open()
    let typo = #expect(throws: ExperimentsError.self) {
      try workspace.version(ExperimentReference(parsing: "basline"))
    }
    #expect(typo?.kind == .noSuchExperiment)
    #expect(typo?.description.contains("Did you mean 'baseline'?") == true)
    let far = #expect(throws: ExperimentsError.self) {
      try workspace.version(ExperimentReference(parsing: "zzz"))
    }
    #expect(far?.description.contains("Did you mean") == false)
    let number = #expect(throws: ExperimentsError.self) {
      try workspace.version(ExperimentReference(parsing: "baseline@7"))
    }
    #expect(number?.description.contains("only version 1") == true)
    let file = #expect(throws: ExperimentsError.self) {
      try workspace.version(ExperimentReference(parsing: "baseline")).data("model/none")
    }
    #expect(file?.description.contains("'model/none' of baseline@1") == true)
  }

  @Test func `one unreadable experiment does not hide the others`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.record("good")
    let repository = try temporary.open().repository
    for (name, text) in [("newer", "{\"format\": 2}"), ("torn", "{\"form")] {
      let blob = try repository.writeBlob(Data(text.utf8))
      let tree = try repository.writeTree([TreeEntry(name: "result.json", kind: .file, id: blob)])
      let commit = try repository.writeCommit(
        tree: tree, parents: [], message: "m", author: .fallback, time: Date())
      try repository.updateReference("refs/experiments/" + name, to: commit, expecting: nil)
    }
    for (file, text) in [("torn", "{\"experi"), ("lying", "{\"experiment\": \"../x\"}")] {
      try temporary.write(text, to: ".git/kiseki/leases/" + file)
    }
    try repository.updateReference(
      "refs/experiments/not@ours", to: #require(try repository.reference("refs/experiments/good")),
      expecting: nil
    )
    let listed = try temporary.open().experiments()
    #expect(listed.map(\.status) == [.completed, .unreadable, .unreadable])
    #expect(listed[1].problem?.contains("newer kiseki") == true)
  }

  @Test func `a sweep's plan is no experiment`() throws {
    let temporary = try TemporaryWorkspace()
    let record = try temporary.record("sweep/a=1")
    try temporary.open().repository.updateReference(
      RefLayout.plan(ofSweep: "sweep"), to: record.commit, expecting: nil)
    #expect(try temporary.open().experiments().map(\.name.text) == ["sweep/a=1"])
  }
}

struct DocumentTests {
  @Test func `every document reads back as it was written`() throws {
    let digest = SHA256.hash(Data("x".utf8))
    let dataset = DatasetRecord(
      files: [
        DatasetRecord.File(
          role: "train", path: "data/train.csv", bytes: 12, sha256: digest, rows: 3,
          columns: ["指示", "output"],
          contentSHA256: digest, storedAs: "data/\(digest.hex).csv")
      ], trainIndices: [2, 0], validationIndices: [1], truncation: [JSONMember("prompt_rows", 1)])
    #expect(try DatasetRecord(json: JSONValue(parsing: dataset.json.document())) == dataset)
    let backbone = BackboneRecord(
      id: "org/model", revision: "main", files: [.init(path: "config.json", bytes: 3, sha256: digest)])
    #expect(try BackboneRecord(json: JSONValue(parsing: backbone.json.document())) == backbone)
    let temporary = try TemporaryWorkspace()
    try temporary.write("", to: "untracked.txt")
    let environment = try EnvironmentRecord.current(program, workspace: temporary.open())
    #expect(environment.untracked == ["experiments/", "untracked.txt"])
    #expect(environment.memoryBytes > 1 << 20)
    #expect(try EnvironmentRecord(json: JSONValue(parsing: environment.json.document())) == environment)
    #expect(throws: ExperimentsError.self) { try DatasetRecord(json: ["format": 1]) }
    #expect(throws: ExperimentsError.self) { try BackboneRecord(json: ["format": 2]) }
    #expect(throws: ExperimentsError.self) { try EnvironmentRecord(json: []) }
  }

  @Test func `a backbone is described by the hashes of its files`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.write("{}", to: "model/config.json")
    try temporary.write("weights", to: "model/model.safetensors")
    try temporary.write("ignored", to: "model/notes.md")
    let record = try BackboneRecord(id: "model", revision: nil, directory: temporary.path + "/model")
    #expect(record.files.map(\.path) == ["config.json", "model.safetensors"])
    #expect(record.files.map(\.bytes) == [2, 7])
    #expect(record.files[0].sha256 == SHA256.hash(Data("{}".utf8)))
  }

  @Test func `the hash of a table's rows knows their content and not their order`() {
    func hash(_ rows: [[String]], columns: [String] = ["a", "b"]) -> SHA256Digest {
      var hash = RowSetHash(columns: columns)
      for row in rows { hash.add(row: row) }
      return hash.digest()
    }
    let rows = [["1", "2"], ["3", "4"], ["1", "2"]]
    #expect(hash(rows) == hash([rows[1], rows[0], rows[2]]))
    #expect(hash(rows) != hash([rows[0], rows[1]]), "a row less")
    #expect(hash([["12", ""]]) != hash([["1", "2"]]), "text moved to the next field")
    #expect(hash(rows) != hash(rows, columns: ["a", "c"]))
  }

  @Test func `a damaged line in the middle of a log is named`() throws {
    #expect(try MetricLog.lines(Data("{\"a\":1}\n{\"b\":".utf8)).count == 1)
    #expect(try MetricLog.lines(Data()).isEmpty)
    let error = #expect(throws: ExperimentsError.self) {
      try MetricLog.lines(Data("{\"a\":1}\nnot json\n{\"b\":2}\n".utf8))
    }
    #expect(error?.description.contains("line 2") == true)
  }
}

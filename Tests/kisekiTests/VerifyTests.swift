import Foundation
import Tables
import TensorFiles
import Testing

/// Judging whether a run comes out the same.
@Suite struct VerifyTests {
  private func verdicts(_ workspace: RunWorkspace, _ name: String = "tiny") throws -> [JSONValue] {
    let text = try workspace.git("show", "refs/kiseki/notes/\(name):notes.json")
    return try #require(try JSONValue(parsing: Data(text.utf8))["verdicts"]?.arrayValue)
  }

  @Test func `a run comes out the same, aside, whatever the number of threads`() throws {
    let workspace = try RunWorkspace()
    try workspace.run(
      "lora_dropout=0.3", "test_dataframe=../train.csv", environment: ["KISEKI_INSTRUCTION_SET": "baseline"])
    // Not even the directory and the data are needed.
    try FileManager.default.removeItem(atPath: workspace.path + "/experiments/tiny")
    try FileManager.default.removeItem(atPath: workspace.path + "/train.csv")
    let references = try workspace.git("for-each-ref")
    let ended = try workspace.kiseki("verify", "tiny", "--no-record", environment: ["KISEKI_THREADS": "3"])
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.output == "tiny@1: identical: 6 lines of metrics, 9 files, on baseline\n")
    #expect(try workspace.git("for-each-ref") == references)
    #expect(!workspace.exists("experiments/tiny"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path + "/.git/kiseki/aside").isEmpty)

    #expect(try workspace.kiseki("verify", "tiny").code == 0)
    let verdict = try #require(try verdicts(workspace).first)
    #expect(verdict["verdict"] == "identical" && verdict["version"] == 1)
    #expect(verdict["build"]?.stringValue?.count == 16)
    let other = try workspace.kiseki("verify", "tiny", environment: ["KISEKI_INSTRUCTION_SET": "x86-64-v9"])
    #expect(other.code == 1)
    #expect(
      other.output
        == "tiny@1: not comparable: other instruction set: the run computed with baseline, and here it is x86-64-v9\n")
  }

  @Test func `one line of metrics is one line`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run("epochs=0").code == 0)
    let ended = try workspace.kiseki("verify", "tiny")
    #expect(ended.output.hasPrefix("tiny@1: identical: 1 line of metrics, "), "\(ended)")
  }

  @Test func `the first step and value that differ are named, with how much`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("epochs=3")
    let lines = try workspace.text("experiments/tiny/metrics.jsonl").split(separator: "\n").map(String.init)
    let fourth = try #require(lines.firstIndex { $0.contains("\"step\":4,") })
    let line = try JSONValue(parsing: Data(lines[fourth].utf8))
    let loss = try #require(line["train/loss"]?.doubleValue)
    let changed = JSONValue.object(
      (line.objectMembers ?? []).map {
        $0.key == "train/loss" ? JSONMember($0.key, .number(loss.nextUp.nextUp)) : $0
      })
    var tampered = lines
    tampered[fourth] = changed.line()
    tampered[fourth + 1] = tampered[fourth + 1].replacing("\"epoch\":", with: "\"age\":")
    try workspace.tamper("tiny", "metrics.jsonl", to: Data((tampered.joined(separator: "\n") + "\n").utf8))
    let ended = try workspace.kiseki("verify", "tiny")
    #expect(ended.code == 2)
    #expect(
      ended.output.hasPrefix(
        "tiny@2: first difference at step 4: train/loss, 2 ulp (\(loss.nextUp.nextUp) vs \(loss), relative "),
      "\(ended.output)")
    #expect(ended.output.contains("metrics.jsonl was changed after the run: its SHA-256 is "))
    // Stopped there: the training of 6 steps was not finished.
    #expect(!ended.errors.contains("training 100%"))
    #expect(try verdicts(workspace).last?["verdict"] == "different")
    let json = try JSONValue(
      parsing: Data(try workspace.kiseki("verify", "tiny", "--full", "--json", "-q").output.utf8))
    let difference = try #require(json["differences"]?.arrayValue?.first)
    #expect(json["verdict"] == "different" && json["differences"]?.arrayValue?.count == 1)
    #expect(difference["step"] == 4 && difference["ulp"] == 2 && difference["value"] == "train/loss")
    #expect(try workspace.kiseki("verify", "tiny@1").code == 0)
    #expect(try workspace.kiseki("verify", "tiny", "--full").sentence == "next: kiseki show tiny@2")
    let files = try workspace.kiseki("verify", "tiny", "--files")
    #expect(files.code == 2 && files.output.contains("metrics.jsonl was changed after the run"))
  }

  @Test func `a row, a score and a tensor that differ are named`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    let predictions = try workspace.lines("experiments/tiny/evaluations/4/predictions.jsonl")
    let rows = predictions.enumerated().map { index, row in
      index != 1
        ? row
        : JSONValue.object(
          (row.objectMembers ?? []).map { $0.key == "prediction" ? JSONMember($0.key, "mine") : $0 })
    }
    try workspace.tamper(
      "tiny", "evaluations/4/predictions.jsonl", to: Data(rows.map { $0.line() + "\n" }.joined().utf8))
    #expect(
      try workspace.kiseki("verify", "tiny").output.hasPrefix(
        "tiny@2: first difference in evaluations/4/predictions.jsonl, line 2: prediction ('mine' vs "))

    try workspace.kiseki("checkout", "tiny@1")
    try workspace.run("-n", "weights")
    let path = workspace.path + "/experiments/weights/adapter/adapter_model.safetensors"
    var content = try Data(contentsOf: URL(filePath: path))
    let file = try SafetensorsFile(path: path)
    let last = try #require(file.names.last)
    let entry = try #require(file.entry(named: last))
    let place = entry.byteRange.lowerBound + 12
    content[place] ^= 1
    try workspace.tamper("weights", "adapter/adapter_model.safetensors", to: content)
    let ended = try workspace.kiseki("verify", "weights", "--full")
    #expect(ended.code == 2)
    #expect(
      ended.output.contains("in adapter/adapter_model.safetensors: tensor \(entry.name), element 3, 1 ulp ("),
      "\(ended.output)")
    #expect(ended.output.contains("; 1 of \(file.names.count) tensors differ"))
  }

  @Test func `changed settings or data cannot be compared`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    let config = try workspace.text("experiments/tiny/config.yaml").replacing("lora_r: 4", with: "lora_r: 8")
    try workspace.tamper("tiny", "config.yaml", to: Data(config.utf8))
    let ended = try workspace.kiseki("verify", "tiny")
    #expect(ended.code == 1 && ended.output.hasPrefix("tiny@2: not comparable: config.yaml was changed after the run"))
    #expect(try workspace.kiseki("rerun", "tiny").sentence.contains("config.yaml was changed after the run"))
    #expect(try workspace.kiseki("checkout", "tiny@2", "out").code == 1)
  }

  @Test func `a failed run is identical when it fails again in the same way`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("learning_rate=1", "lora_alpha=1000000", "epochs=30")
    let ended = try workspace.kiseki("verify", "tiny")
    #expect(ended.code == 0 && ended.output.hasPrefix("tiny@1: identical: "), "\(ended.output)\(ended.errors)")
    var result = try workspace.text("experiments/tiny/result.json")
    result = result.replacing("\"reason\": \"training", with: "\"reason\": \"perhaps training")
    try workspace.tamper("tiny", "result.json", to: Data(result.utf8))
    let other = try workspace.kiseki("verify", "tiny")
    #expect(
      other.code == 2 && other.output.contains("in result.json: the repetition failed: training stopped"),
      "\(other.output)")
  }

  @Test func `Ctrl-C judges nothing and leaves nothing`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("epochs=400", "evaluation_epochs=1000")
    for signal in [SIGINT, SIGKILL] {
      let running = try workspace.start(["verify", "tiny"])
      let aside = workspace.path + "/.git/kiseki/aside"
      try running.wait {
        try FileManager.default.fileExists(atPath: aside)
          && !FileManager.default.contentsOfDirectory(atPath: aside).isEmpty
      }
      usleep(30_000)
      running.send(signal)
      let ended = try running.wait()
      if ended.code == 0 { continue }
      #expect(ended.code == (signal == SIGINT ? 130 : 128 + SIGKILL))
      #expect(try workspace.git("for-each-ref", "refs/kiseki") == "")
      if signal == SIGINT { #expect(try FileManager.default.contentsOfDirectory(atPath: aside).isEmpty) }
    }
    #expect(try workspace.kiseki("verify", "tiny", "-q").code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path + "/.git/kiseki/aside").isEmpty)
  }
}

import Foundation
import Tables
import TensorFiles
import Testing

/// What must be equal to the last byte, and what must be equal up to rounding.
@Suite struct RunRepeatTests {
  private static let dropouts = ["lora_dropout=0.3", "intermediate_dropout=0.1"]

  /// The files that must not depend on anything but settings and data.
  private func results(_ workspace: RunWorkspace, _ name: String) throws -> [String: Data] {
    let files = try workspace.files(below: "experiments/" + name).filter {
      $0.hasPrefix("adapter/") || $0.hasPrefix("evaluations/") || $0 == "metrics.jsonl"
    }
    #expect(files.count >= 5)
    return try Dictionary(uniqueKeysWithValues: files.map { ($0, try workspace.data("experiments/\(name)/\($0)")) })
  }

  private func run(_ workspace: RunWorkspace, _ name: String, threads: Int = 1, _ overrides: [String]) throws
    -> [String: Data]
  {
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml", "-n", name] + overrides, environment: ["KISEKI_THREADS": "\(threads)"]
    ).wait()
    #expect(ended.code == 0, "\(ended.errors)")
    return try results(workspace, name)
  }

  @Test func `the same seed gives the same bytes again, and with 1, 2 and 3 threads`() throws {
    let workspace = try RunWorkspace()
    let first = try run(workspace, "first", Self.dropouts)
    for threads in 1...3 {
      let again = try run(workspace, "threads-\(threads)", threads: threads, Self.dropouts)
      for (name, content) in first { #expect(again[name] == content, "\(name) with \(threads) threads") }
    }
    let other = try run(workspace, "other", Self.dropouts + ["seed=2"])
    #expect(other["metrics.jsonl"] != first["metrics.jsonl"])
  }

  @Test func `the number of rows decoded at once changes neither predictions nor scores`() throws {
    let workspace = try RunWorkspace()
    let one = try run(workspace, "one", ["batch_size_inference=1", "validation_size=0.5"])
    for size in [2, 5] {
      let more = try run(workspace, "rows-\(size)", ["batch_size_inference=\(size)", "validation_size=0.5"])
      for (name, content) in one { #expect(more[name] == content, "\(name) with \(size) rows at once") }
    }
  }

  @Test func `two accumulated batches of two equal one batch of four`() throws {
    let workspace = try RunWorkspace()
    for (name, batch) in [("four", 4), ("two", 2)] {
      _ = try run(
        workspace, name, ["lora_dropout=0", "batch_size=\(batch)", "grad_accumulation=\(4 / batch)"])
    }
    let adapters = try ["four", "two"].map { name in
      try SafetensorsFile(path: workspace.path + "/experiments/\(name)/adapter/adapter_model.safetensors")
    }
    for name in adapters[0].names {
      let values = try adapters.map { file in
        let entry = try #require(file.entry(named: name))
        return file.withBytes(of: entry) { bytes in
          (0..<entry.shape.reduce(1, *)).map { Double(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)) }
        }
      }
      let norm = values[0].reduce(0) { $0 + $1 * $1 }.squareRoot()
      let difference = zip(values[0], values[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      #expect(norm > 0 && difference < 1e-5 * norm, "\(name): \(difference) of \(norm)")
    }
  }

  @Test func `predictions are UTF-8 even when the model answers with single bytes`() throws {
    let workspace = try RunWorkspace()
    // Every answer is made of pieces that stand for one byte above 127 each.
    try RunModel().answering(200).write(to: workspace.path + "/model")
    let ended = try workspace.run("epochs=0")
    #expect(ended.code == 0, "\(ended.errors)")
    let content = try workspace.data("experiments/tiny/evaluations/0/predictions.jsonl")
    #expect(String(data: content, encoding: .utf8) != nil)
    let predictions = try workspace.lines("experiments/tiny/evaluations/0/predictions.jsonl")
    #expect(
      predictions.map { $0["prediction"] }
        == Array(repeating: "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}", count: 3))
  }

  @Test func `an answer ends at the model's own end of sequence as well, and a difference is told`() throws {
    let workspace = try RunWorkspace()
    try RunModel().answering(60).write(to: workspace.path + "/model")
    func counts() throws -> [Int?] {
      try workspace.lines("experiments/tiny/evaluations/0/predictions.jsonl").map {
        $0["statistics"]?["new_tokens"]?.integerValue
      }
    }
    let plain = try workspace.run("epochs=0")
    #expect(plain.code == 0 && !plain.errors.contains("end of sequence"), "\(plain.errors)")
    #expect(try counts() == [6, 6, 6])
    try workspace.write("{\"eos_token_id\": [60, 61]}", to: "model/generation_config.json")
    let ended = try workspace.run("epochs=0", "min_length_inference=0")
    #expect(
      ended.errors.contains("warning: the model's end of sequence (eos_token_id 60, 61) is not the tokenizer's (1): "))
    #expect(try counts() == [1, 1, 1])
    #expect(
      try workspace.lines("experiments/tiny/evaluations/0/predictions.jsonl").allSatisfy { $0["prediction"] == "" })
  }

  @Test func `entries of the model that the tokenizer has no piece for are no text`() throws {
    let workspace = try RunWorkspace()
    try RunModel(vocabulary: 500).answering(490).write(to: workspace.path + "/model")
    let ended = try workspace.run("epochs=0")
    #expect(ended.code == 0, "\(ended.errors)")
    let predictions = try workspace.lines("experiments/tiny/evaluations/0/predictions.jsonl")
    #expect(predictions.map { $0["prediction"] } == ["", "", ""])
  }
}

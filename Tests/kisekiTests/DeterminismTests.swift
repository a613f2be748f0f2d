import Foundation
import Testing

/// Nothing that is only about speed or safety changes a byte of a result.
@Suite struct RunDeterminismTests {
  private static let settings = [
    "epochs=6", "evaluation_epochs=0.5", "lora_dropout=0.2", "intermediate_dropout=0.1", "grad_accumulation=2",
    "batch_size=3", "lora_target_modules=all-linear", "evaluate_before_training=true",
  ]

  private func hashes(_ workspace: RunWorkspace, _ name: String, _ arguments: [String], threads: Int) throws
    -> [String: String]
  {
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml", "-n", name] + Self.settings + arguments,
      environment: ["KISEKI_THREADS": "\(threads)"]
    ).wait()
    try #require(ended.code == 0, "\(ended.errors)")
    return try workspace.resultHashes(name)
  }

  @Test func `threads, workers, checkpoints and inference batches change no byte`() throws {
    let workspace = try RunWorkspace()
    let expected = try hashes(workspace, "one", ["number_of_workers=1"], threads: 1)
    #expect(expected.count > 20 && expected["metrics.jsonl"] != nil)
    let others: [(String, [String], Int)] = [
      ("two", ["number_of_workers=2"], 2), ("four", ["number_of_workers=4"], 4), ("none", ["number_of_workers=0"], 3),
      ("steps", ["checkpoint_steps=1", "checkpoint_seconds=0"], 2), ("seconds", ["checkpoint_seconds=1"], 1),
      ("batches", ["batch_size_inference=1"], 2),
    ]
    for (name, arguments, threads) in others {
      #expect(try hashes(workspace, name, arguments, threads: threads) == expected, "\(name)")
    }
    // What does change something, to show that the comparison could fail.
    #expect(try hashes(workspace, "seed", ["seed=2"], threads: 1) != expected)
  }

  @Test func `full fine-tuning has the same bytes on one, two and four threads`() throws {
    let workspace = try RunWorkspace()
    let expected = try hashes(workspace, "one", ["lora=false", "epochs=2"], threads: 1)
    #expect(expected["model/model.safetensors"] != nil)
    for threads in [2, 4] {
      #expect(try hashes(workspace, "on-\(threads)", ["lora=false", "epochs=2"], threads: threads) == expected)
    }
  }
}

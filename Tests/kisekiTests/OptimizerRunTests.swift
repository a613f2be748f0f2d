import Foundation
import Tables
import Testing

/// Settings of optimizer, loss and rates, from the configuration to the adapter.
@Suite struct OptimizerRunTests {
  private func adapter(_ workspace: RunWorkspace, _ name: String, threads: Int = 1, _ overrides: [String]) throws
    -> Data
  {
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml", "-n", name, "metric=Perplexity"] + overrides,
      environment: ["KISEKI_THREADS": "\(threads)"]
    ).wait()
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(!ended.errors.contains("warning"), "\(ended.errors)")
    return try workspace.data("experiments/\(name)/adapter/adapter_model.safetensors")
  }

  private func losses(_ workspace: RunWorkspace, _ name: String) throws -> [Double] {
    try workspace.lines("experiments/\(name)/metrics.jsonl").compactMap { $0["train/loss"]?.doubleValue }
  }

  @Test func `each optimizer trains its own adapter, the same with 1 and 3 threads`() throws {
    let workspace = try RunWorkspace()
    let rates = [
      ("AdamW", 0.01), ("Adam", 0.01), ("AdamW8bit", 0.01), ("SGD", 0.05), ("RMSprop", 0.001), ("Adadelta", 3),
    ]
    var adapters: [Data] = []
    for (optimizer, rate) in rates {
      // All layers, with a rank that makes matrices of more than 4096 elements.
      let settings = [
        "optimizer=\(optimizer)", "learning_rate=\(rate)", "weight_decay=0.1", "epochs=8", "evaluation_epochs=8",
        "lora_target_modules=all-linear", "lora_r=48", "lora_alpha=48",
      ]
      let one = try adapter(workspace, optimizer, settings)
      #expect(try adapter(workspace, optimizer + "-threads", threads: 3, settings) == one, "\(optimizer)")
      let losses = try losses(workspace, optimizer)
      #expect(losses.count == 16 && losses[14] + losses[15] < losses[0] + losses[1], "\(optimizer): \(losses)")
      adapters.append(one)
    }
    #expect(Set(adapters).count == rates.count)
  }

  @Test func `the loss function and a rate for some parameters change what is learned`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(
      (0..<12).reduce("instruction,output\n") { $0 + "open \($1),\(String(repeating: "保存", count: 1 + $1 % 4))\n" },
      to: "train.csv")
    let plain = try adapter(workspace, "plain", [])
    let samples = try adapter(workspace, "samples", ["loss_function=SampleAveragedCrossEntropy"])
    #expect(try losses(workspace, "plain")[0] != losses(workspace, "samples")[0])
    let alias = try adapter(workspace, "alias", ["loss_function=CrossEntropy"])
    let other = try adapter(
      workspace, "other", ["differential_learning_rate=0.1", "differential_learning_rate_layers=[lora_B]"])
    #expect(alias == plain && samples != plain && other != plain)
  }
}

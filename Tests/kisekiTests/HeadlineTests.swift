import Foundation
import Tables
import Testing

/// The sentence of a comparison beside its table.
@Suite struct HeadlineTests {
  /// Gives a run the loss per token of every row that a test needs, in its statistics and in its result.
  private func setLoss(_ workspace: RunWorkspace, _ name: String, _ loss: (Int) -> Double) throws {
    let result = try workspace.json("experiments/\(name)/result.json")
    let step = try #require(result["last"]?["step"]?.integerValue)
    let path = "evaluations/\(step)/predictions.jsonl"
    var (sum, count) = (0.0, 0)
    let lines = try workspace.lines("experiments/\(name)/\(path)").enumerated().map { index, line in
      let tokens = try #require(line["statistics"]?["tokens"]?.integerValue)
      sum += loss(index) * Double(tokens)
      count += tokens
      return line.setting("negative_log_likelihood", to: .number(loss(index) * Double(tokens))).line()
    }
    try workspace.tamper(name, path, to: Data((lines.joined(separator: "\n") + "\n").utf8))
    let changed = result.setting("validation/loss", to: .number(sum / Double(count)))
    try workspace.tamper(name, "result.json", to: changed.document())
  }

  @Test func `a lead that may be luck does not hide that others are worse`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(RunWorkspace.data(rows: 80), to: "train.csv")
    for (name, rate) in [("a", "0.01"), ("b", "0.02"), ("c", "0.03")] {
      #expect(try workspace.run("-n", name, "learning_rate=\(rate)", "validation_size=0.5", "epochs=1").code == 0)
    }
    try setLoss(workspace, "a") { $0.isMultiple(of: 2) ? 1 : 2 }
    try setLoss(workspace, "b") { $0.isMultiple(of: 2) ? 2.01 : 1.01 }
    try setLoss(workspace, "c") { _ in 5 }
    let alone = try workspace.kiseki("compare", "a", "b", "--metric", "loss")
    #expect(alone.output.contains("No difference that is more than luck: a is "), "\(alone.output)\(alone.errors)")
    let ended = try workspace.kiseki("compare", "a", "b", "c", "--metric", "loss")
    #expect(ended.output.contains("  worse") && !ended.output.contains("No difference"), "\(ended.output)")
    #expect(ended.output.contains("Whether a is better than b may be luck: "))
    #expect(ended.output.contains("; 1 other is worse than a by more than luck."))
  }
}

extension JSONValue {
  /// The value with every member of that name replaced.
  fileprivate func setting(_ key: String, to value: JSONValue) -> JSONValue {
    switch self {
    case .object(let members):
      .object(members.map { JSONMember($0.key, $0.key == key ? value : $0.value.setting(key, to: value)) })
    case .array(let values): .array(values.map { $0.setting(key, to: value) })
    default: self
    }
  }
}

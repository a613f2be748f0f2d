import Foundation
import Tables
import Testing

/// The tutorial's situation: 11 rows, validation 0.01, 50 epochs, batches of 4, the last one dropped, cosine from 0.00015.
@Suite struct TutorialScheduleTests {
  @Test func `eleven rows train a hundred updates by one validation row, the rate falling along a cosine`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(RunWorkspace.data(rows: 11), to: "train.csv")
    let ended = try workspace.run(
      "validation_size=0.01", "epochs=50", "batch_size=4", "drop_last_batch=true", "learning_rate=0.00015",
      "schedule=Cosine", "warmup_epochs=0", "evaluation_epochs=50")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.errors.contains("data: 10 training rows, 1 validation row"), "\(ended.errors)")
    let rates = try workspace.lines("experiments/tiny/metrics.jsonl").compactMap { $0["learning_rate"]?.doubleValue }
    #expect(rates.count == 100)
    #expect(rates[0] == 1.5e-4)
    #expect(abs(rates[50] - 7.5e-5) < 1e-18)
    #expect(abs(rates[99] - 3.7e-8) < 0.05e-8)
    #expect(try workspace.lines("experiments/tiny/evaluations/100/predictions.jsonl").count == 1)
  }
}

import FineTuning
import Foundation
import TensorFiles
import Testing

@Suite struct `Hidden tokens` {
  private let options = SampleEncodingOptions(
    addEOSToPrompt: false, maxLengthPrompt: 9, maxLengthAnswer: 9, maxLength: 18)

  private func array<Element>(_ start: UnsafePointer<Element>, _ count: Int) -> [Element] {
    Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// `make_option_fixtures.py` draws them from the definition of the random stream.
  @Test func `are those that another program draws`() throws {
    let file = try SafetensorsFile(
      path: testFixtures.appending(path: "LanguageModels/options/draws.safetensors").path)
    let entry = try #require(file.entry(named: "hidden"))
    let hidden = file.withBytes(of: entry) { Array($0.bindMemory(to: Int32.self)) }
    let mask = TokenMask(probability: 0.3, replacement: 2, seed: 5 << 32 | 77, step: 7)
    #expect(hidden.indices.map { mask.hides(16 + $0) ? 1 : 0 } == hidden)
  }

  @Test(arguments: [0.0, 0.1, 0.5, 0.9]) func `are as many as asked for`(probability: Double) {
    let mask = TokenMask(probability: probability, replacement: 0, seed: 3, step: 1)
    let share = Double((0..<20_000).count { mask.hides($0) }) / 20_000
    #expect(abs(share - probability) <= 5 * (probability * (1 - probability) / 20_000).squareRoot())
    let other = TokenMask(probability: probability, replacement: 0, seed: 3, step: 2)
    if probability > 0 { #expect((0..<200).map(mask.hides) != (0..<200).map(other.hides)) }
  }

  @Test(arguments: 0..<40)
  func `lose their id, their place as keys and their label, whatever the batches`(step: Int) throws {
    let encoded = try dataset((0..<7).map { ("pq", String(repeating: "x", count: $0 % 3 + 1)) }, options)
    let mask = TokenMask(probability: 0.5, replacement: 77, seed: 9, step: UInt32(step))
    let samples = [4, 0, 6, 2, 1, 3, 5]
    let whole = PackedBatch(capacity: .init(anyRows: 7, of: encoded))
    whole.fill(samples[...], of: encoded, weighting: .perToken(targetsInStep: 1))
    whole.hide(mask, firstToken: 0, weighting: .perToken(targetsInStep: 1))
    let labelled = (0..<7).count { whole.targetOffsets[$0] < whole.targetOffsets[$0 + 1] }
    let remaining = (targetCount: whole.targetCount, rowCount: labelled)
    for weighting in [
      LossWeighting.perToken(targetsInStep: remaining.targetCount), .perSample(samplesInStep: remaining.rowCount),
    ] {
      for size in [7, 3, 1] {
        let batch = PackedBatch(capacity: .init(anyRows: size, of: encoded))
        var (token, weight, rowsWithTargets) = (0, Float(0), 0)
        for start in stride(from: 0, to: samples.count, by: size) {
          let part = samples[start..<min(start + size, samples.count)]
          batch.fill(part, of: encoded, weighting: weighting)
          #expect(batch.hiddenKeys == nil)
          let before = (array(batch.tokens, batch.tokenCount), batch.targetCount)
          let places = array(batch.targetSources, batch.targetCount).map { Int($0) + 1 }
          batch.hide(mask, firstToken: token, weighting: weighting)
          let hidden = (0..<batch.tokenCount).map { mask.hides(token + $0) }
          #expect(array(try #require(batch.hiddenKeys), batch.tokenCount) == hidden.map { $0 ? 1 : 0 })
          #expect(array(batch.tokens, batch.tokenCount) == before.0.indices.map { hidden[$0] ? 77 : before.0[$0] })
          let kept = places.filter { !hidden[$0] }
          #expect(array(batch.targetSources, batch.targetCount).map { Int($0) + 1 } == kept)
          #expect(array(batch.targets, batch.targetCount) == kept.map { before.0[$0] })
          let offsets = array(batch.targetOffsets, batch.rowCount + 1)
          #expect(Int(offsets[batch.rowCount]) == kept.count)
          for row in 0..<batch.rowCount where offsets[row] < offsets[row + 1] { rowsWithTargets += 1 }
          for target in 0..<batch.targetCount { weight += batch.targetWeights[target] }
          token += batch.tokenCount
        }
        #expect(rowsWithTargets == remaining.rowCount)
        if remaining.targetCount > 0 { #expect(abs(weight - 1) < 1e-5) }
      }
    }
  }
}

@Suite struct `Augmented training` {
  private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    TrainerSubject.options {
      $0.epochs = 3
      $0.embeddingNoise = 10
      $0.tokenMaskProbability = 0.2
      $0.maskTokenID = 3
      $0.evaluatesBeforeTraining = true
      change(&$0)
    }
  }

  @Test func `is the same in one batch or two, with one thread or three, and another with another seed`() throws {
    let subject = try TrainerSubject()
    let first = try subject.train(try subject.model(), options())
    let threads = try subject.train(try subject.model(threads: 3), options())
    #expect(first.values == threads.values && first.reports.map(\.loss) == threads.reports.map(\.loss))
    let two = try subject.train(
      try subject.model(),
      options {
        $0.batchSize = 2
        $0.gradientAccumulation = 2
      })
    for (one, other) in zip(first.reports, two.reports) {
      #expect(abs(one.loss - other.loss) < 1e-4 * one.loss && one.tokens == other.tokens)
    }
    #expect(try subject.train(try subject.model(), options { $0.seed = 6 }).values != first.values)
    for change: (inout TrainingOptions) -> Void in [{ $0.embeddingNoise = 0 }, { $0.tokenMaskProbability = 0 }] {
      #expect(try subject.train(try subject.model(), options(change)).values != first.values)
    }
  }

  @Test func `leaves evaluations alone`() throws {
    let subject = try TrainerSubject()
    let first = try subject.train(try subject.model(), options())
    let plain = try subject.train(
      try subject.model(), TrainerSubject.options { $0.evaluatesBeforeTraining = true })
    #expect(try #require(first.evaluations[0]).loss == (try #require(plain.evaluations[0])).loss)
    #expect(first.reports[0].loss != plain.reports[0].loss)
  }

  @Test func `goes on where every label of a row or of a whole step is hidden`() throws {
    let subject = try TrainerSubject()
    let trace = try subject.train(
      try subject.model(),
      options {
        $0.tokenMaskProbability = 0.97
        $0.batchSize = 1
        $0.epochs = 10
      })
    #expect(trace.reports.count == 80 && trace.reports.allSatisfy { $0.loss.isFinite && $0.gradientNorm.isFinite })
    #expect(trace.reports.contains { $0.loss == 0 && $0.gradientNorm == 0 } && trace.reports.contains { $0.loss > 0 })
  }
}

import FineTuning
import Foundation
import Tables
import Testing

@Suite struct TrainingSamplesTests {
  /// Conversations of one to four turns; the letters of a turn say which row it is of.
  private func conversations(rows count: Int = 60, maxLength: Int = 99) throws -> EncodedDataset {
    var selection = TextColumns(prompt: ["p"], promptSeparator: "", answer: "a")
    selection.parentID = "parent"
    selection.id = "id"
    selection.system = "s"
    let text = try TextRows(
      source: "x", columns: ["id", "parent", "s", "p", "a"], rowCount: count, selection: selection
    ) {
      [
        "\($0)", $0 % 4 == 0 ? nil : "\($0 - 1)", $0 < count / 2 ? "S" : nil, String(Character(letter($0))),
        String(Character(letter($0))) + "!",
      ][$1]
    }
    return try EncodedDataset(
      text.rows, of: text.conversations, source: "x", tokenizer: ScalarEncoder(),
      options: options(maxLength))
  }

  private func letter(_ row: Int) -> UnicodeScalar { UnicodeScalar(UInt32(0x3041 + row)) ?? "?" }

  private func options(_ maxLength: Int) -> SampleEncodingOptions {
    var options = SampleEncodingOptions(
      addEOSToPrompt: false, addEOSToAnswer: false, maxLengthPrompt: 9, maxLengthAnswer: 9, maxLength: maxLength)
    options.addEOSToSystem = false
    return options
  }

  private func rows(
    _ encoded: EncodedDataset, _ samples: [Int], epoch: Int = 0, seed: UInt64 = 1,
    _ change: (inout SampleVariation) -> Void
  ) -> [String] {
    var variation = SampleVariation()
    change(&variation)
    let training = TrainingSamples(encoded, variation: variation, seed: seed)
    let batch = PackedBatch(capacity: training.capacity(rowCount: samples.count))
    let targets = training.targetCount(of: samples[...], epoch: epoch)
    training.fill(batch, samples[...], epoch: epoch, weighting: .perToken(targetsInStep: targets))
    #expect(batch.targetCount == targets)
    #expect(batch.tokenCount <= batch.capacity.tokenCount && batch.targetCount <= batch.capacity.targetCount)
    // Every target follows its source, and answers alone are learned here.
    for target in 0..<batch.targetCount {
      #expect(batch.targets[target] == batch.tokens[Int(batch.targetSources[target]) + 1])
    }
    return (0..<batch.rowCount).map { row in
      let range = Int(batch.rowOffsets[row])..<Int(batch.rowOffsets[row + 1])
      #expect(range.enumerated().allSatisfy { batch.positions[$1] == Int32($0) })
      return String(String.UnicodeScalarView(range.map { UnicodeScalar(UInt32(batch.tokens[$0])) ?? "?" }))
    }
  }

  private func turn(_ row: Int) -> String { "\(letter(row))\(letter(row))!" }

  @Test func `without variation the samples are those of the dataset`() throws {
    let encoded = try conversations()
    #expect(rows(encoded, [3, 41]) { _ in } == ["S" + turn(0) + turn(1) + turn(2) + turn(3), turn(40) + turn(41)])
  }

  @Test func `with probability 1 every parent is left out, and with 0 none`() throws {
    let encoded = try conversations()
    #expect(rows(encoded, [3, 42, 5]) { $0.skipParentProbability = 1 } == ["S" + turn(3), turn(42), "S" + turn(5)])
  }

  @Test func `each parent is left out by itself, as often as the probability says`() throws {
    let encoded = try conversations()
    let whole = Array(0..<60).filter { $0 % 4 == 3 }
    var kept = [0, 0, 0]
    var patterns: Set<String> = []
    for epoch in 0..<200 {
      for (sample, text) in zip(whole, rows(encoded, whole, epoch: epoch) { $0.skipParentProbability = 0.3 }) {
        let present = (0..<3).map { text.contains(turn(sample - 3 + $0)) }
        for place in 0..<3 where present[place] { kept[place] += 1 }
        patterns.insert("\(present)")
        #expect(text.hasSuffix(turn(sample)))
      }
    }
    // 3,000 draws each: 0.7 within five standard deviations.
    for count in kept { #expect(abs(Double(count) / 3000 - 0.7) < 5 * 0.0084, "\(kept)") }
    #expect(patterns.count == 8)
  }

  @Test func `a turn of another row replaces the oldest parent or stands in front alone`() throws {
    let encoded = try conversations()
    var others: Set<String> = []
    for epoch in 0..<50 {
      let texts = rows(encoded, [2, 40], epoch: epoch) { $0.randomParentProbability = 1 }
      #expect(texts[0].hasPrefix("S") && texts[0].hasSuffix(turn(1) + turn(2)) && texts[0].count == 10)
      #expect(texts[1].hasSuffix(turn(40)) && texts[1].count == 6)
      others.insert(String(texts[1].prefix(3)))
      #expect(!texts[1].hasPrefix(turn(40)))
    }
    #expect(others.count > 20 && others.isSubset(of: Set((0..<60).map(turn))))
    let drawn = (0..<500).count { epoch in
      rows(encoded, [40], epoch: epoch) { $0.randomParentProbability = 0.2 }[0].count == 6
    }
    #expect(abs(drawn - 100) < 45, "\(drawn)")
  }

  @Test func `a sample is the same in any batch and differs by epoch and seed`() throws {
    let encoded = try conversations()
    func vary(_ variation: inout SampleVariation) {
      variation.skipParentProbability = 0.5
      variation.randomParentProbability = 0.5
    }
    let all = Array(0..<60)
    let together = rows(encoded, all, epoch: 3, vary)
    #expect(together == all.map { rows(encoded, [$0], epoch: 3, vary)[0] })
    #expect(together == Array(rows(encoded, all.reversed(), epoch: 3, vary).reversed()))
    #expect(together != rows(encoded, all, epoch: 4, vary))
    #expect(together != rows(encoded, all, epoch: 3, seed: 2, vary))
  }

  @Test func `what is put in keeps to the whole length, and the system text stays in front`() throws {
    let encoded = try conversations(maxLength: 8)
    for epoch in 0..<20 {
      let texts = rows(encoded, [0, 3, 40], epoch: epoch) { $0.randomParentProbability = 1 }
      #expect(texts[0].count == 7 && texts[0].hasPrefix("S"))
      #expect(texts[1].count == 8 && texts[1].hasPrefix("S") && texts[1].hasSuffix(turn(2) + turn(3)))
    }
  }

  @Test func `rows lose what the padded computation of numpy and torch cuts off`() throws {
    let cases = try #require(
      try JSONValue(parsing: Data(contentsOf: testFixtures.appending(path: "Samples/quantile.json"))).arrayValue)
    #expect(cases.count == 154)
    for value in cases {
      let lengths = try #require(value["lengths"]?.arrayValue).compactMap(\.integerValue)
      let first = try #require(value["first_kept"]?.arrayValue).compactMap(\.integerValue)
      // Tokens that say their place in the row.
      let text = lengths.enumerated().map { row, length in
        let scalars = (0..<length).map { UnicodeScalar(UInt32(0x4E00 + $0)) ?? "?" }
        return TextRow(
          row: row, prompt: String(String.UnicodeScalarView(scalars.dropLast())),
          answer: String(String.UnicodeScalarView(scalars.suffix(1))))
      }
      let encoded = try EncodedDataset(
        text, source: "x", tokenizer: ScalarEncoder(),
        options: SampleEncodingOptions(
          addEOSToPrompt: false, addEOSToAnswer: false, maskPromptLabels: false, maxLengthPrompt: 300,
          maxLengthAnswer: 300, maxLength: try #require(value["length"]?.integerValue)))
      let kept = rows(encoded, Array(lengths.indices)) { $0.paddingQuantile = value["q"]?.doubleValue ?? -1 }
      #expect(kept.map { Int($0.unicodeScalars.first?.value ?? 0) - 0x4E00 } == first, "\(value)")
      #expect(kept.map(\.unicodeScalars.count) == zip(lengths, first).map(-))
    }
  }

  @Test func `a step counts the targets its batches have, but for hidden ones`() throws {
    let encoded = try conversations()
    var variation = SampleVariation()
    (variation.skipParentProbability, variation.paddingQuantile) = (0.5, 0.5)
    let training = TrainingSamples(encoded, variation: variation, seed: 1)
    let order = BatchOrder(sampleCount: 60, batchSize: 7, gradAccumulation: 3, dropLastBatch: false, seed: 1)
    let epoch = order.epoch(2)
    let batch = PackedBatch(capacity: training.capacity(rowCount: 7))
    for step in 0..<order.stepsPerEpoch {
      var (tokens, targets, hidden, rows) = (0, 0, 0, 0)
      for number in epoch.batches(ofStep: step) {
        training.fill(batch, epoch.samples(ofBatch: number), epoch: 2, weighting: .perSample(samplesInStep: 1))
        hidden += (0..<batch.targetCount).count { (tokens + Int(batch.targetSources[$0]) + 1) % 3 == 0 }
        rows += (0..<batch.rowCount).count { row in
          (Int(batch.targetOffsets[row])..<Int(batch.targetOffsets[row + 1])).contains {
            (tokens + Int(batch.targetSources[$0]) + 1) % 3 != 0
          }
        }
        targets += batch.targetCount
        tokens += batch.tokenCount
      }
      #expect(training.totals(ofStep: step, of: epoch).targetCount == targets)
      let seen = training.totals(ofStep: step, of: epoch) { $0 % 3 == 0 }
      #expect(seen == (targets - hidden, rows) && hidden > 0)
    }
  }

  @Test func `the samples of two files can be learned from together`() throws {
    var joined = try conversations(rows: 8)
    let single = try dataset([("p", "xy"), ("", "zzz")], options(99))
    joined.append(single)
    #expect(joined.count == 10 && joined[9].tokens.map { UInt32($0) } == "zzz".unicodeScalars.map(\.value))
    #expect(joined[9].targetIndices == [1, 2] && joined[8].targetIndices == [1, 2])
    #expect(rows(joined, [7, 8]) { _ in } == [turn(4) + turn(5) + turn(6) + turn(7), "pxy"])
    #expect(rows(joined, [7, 8]) { $0.skipParentProbability = 1 } == [turn(7), "pxy"])
    var other = single
    other.append(try conversations(rows: 8))
    #expect(
      rows(other, [9, 0, 4]) { _ in } == [
        turn(4) + turn(5) + turn(6) + turn(7), "pxy", "S" + turn(0) + turn(1) + turn(2),
      ])
    #expect(rows(other, [9]) { $0.skipParentProbability = 1 } == [turn(7)])
    #expect(other.lengths.joined.count == 10)
  }
}

import Tensors
import Testing

@Suite struct `Every operation against its formula` {
  /// Odd sizes throughout, so that no vector width divides them.
  static let operations: [Operation] =
    [
      .layerNorm(rows: 1, width: 1), .layerNorm(rows: 5, width: 7), .layerNorm(rows: 3, width: 130),
      .embedding(rows: 9, width: 5, tokens: 4, positions: 7),
      .embedding(rows: 3, width: 71, tokens: 5, positions: 3),
      .crossEntropy(rows: 1, vocabulary: 2, scale: 1), .crossEntropy(rows: 7, vocabulary: 53, scale: 5),
      .crossEntropy(rows: 3, vocabulary: 101, scale: 90),
      .dropout(count: 203, first: 0, addsResidual: false),
      .dropout(count: 65, first: 4096, addsResidual: true),
      .dropout(count: 3, first: 8, addsResidual: false),
      .attention(lengths: [1], heads: 1, headWidth: 1),
      .attention(lengths: [1, 3, 9, 1, 2], heads: 3, headWidth: 5),
      .attention(lengths: [1, 3, 9], heads: 3, headWidth: 7, dropout: 0.4),
      .attention(lengths: [65, 1, 130], heads: 2, headWidth: 5),
      .attention(lengths: [64, 66], heads: 1, headWidth: 7),
      .attention(lengths: [130, 1, 65], heads: 2, headWidth: 7, dropout: 0.2),
      // Scores of several hundred: a softmax that is almost one-hot.
      .attention(lengths: [70], heads: 1, headWidth: 8, scale: 20),
      .attention(lengths: [1], heads: 1, headWidth: 3, hiddenKeys: [0]),
      .attention(lengths: [3, 7, 1, 2], heads: 3, headWidth: 5, hiddenKeys: [0, 1, 4, 6, 7, 11, 12]),
      .attention(lengths: [131, 5], heads: 2, headWidth: 7, hiddenKeys: Array(0..<70) + [90, 130, 133]),
      .attention(lengths: [67, 3], heads: 2, headWidth: 5, dropout: 0.3, hiddenKeys: [2, 3, 64, 65, 66, 67]),
      .scaledColumns(rows: 1, width: 1), .scaledColumns(rows: 5, width: 67),
    ]
    + Operation.activations.flatMap { kind in
      [1, 37, 203].map { .activation(kind.0, kind.1, kind.2, count: $0) }
    }

  @Test(arguments: InstructionSet.available, operations)
  func `the value agrees with double precision`(instructionSet: InstructionSet, operation: Operation) throws {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    let difference = operation.valueDifference(engine)
    #expect(difference < operation.tolerance, "\(operation), \(instructionSet): \(difference)")
  }

  @Test(arguments: InstructionSet.available, operations)
  func `the gradient agrees with central differences`(instructionSet: InstructionSet, operation: Operation)
    throws
  {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    for (input, difference) in operation.gradientDifferences(engine).enumerated() {
      #expect(
        difference < 5 * operation.tolerance, "\(operation), input \(input), \(instructionSet): \(difference)"
      )
    }
  }

  @Test(
    .enabled(
      if: InstructionSet.available.count == InstructionSet.allCases.count,
      """
      THIS MACHINE'S PROCESSOR LACKS \(InstructionSet.allCases.filter { !InstructionSet.available.contains($0) }): \
      their kernels were not tested
      """))
  func `no instruction set was left out`() {
    #expect(InstructionSet.available == [.baseline, .v3, .v4])
  }
}

import FineTuning
import Foundation
import Tokenization

let testFixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Fixtures")

/// One token per scalar, its id the scalar's value: lengths can be read off the text. End of sequence is 1.
struct ScalarEncoder: TextEncoder {
  var endOfSequenceID: Int32? = 1

  func encode(_ text: String) throws(TokenizationError) -> [Int32] {
    text.unicodeScalars.map { Int32($0.value) }
  }
}

func ids(_ text: String) -> [Int32] { text.unicodeScalars.map { Int32($0.value) } }

func dataset(_ pairs: [(String, String)], _ options: SampleEncodingOptions) throws -> EncodedDataset {
  try EncodedDataset(
    pairs.enumerated().map { TextRow(row: $0.offset, prompt: $0.element.0, answer: $0.element.1) },
    source: "train.csv", tokenizer: ScalarEncoder(), options: options)
}

extension EncodedSample {
  /// The targets' indices, counted from the start of the sequence.
  var targetIndices: [Int] {
    zip(isTarget, 0...).filter(\.0).map(\.1)
  }
}

import Configuration
import FineTuning
import Scores

/// How BLEU cuts the texts of a run into words.
struct BLEUWords {
  let tokenizer: BLEUTokenizer
  let bleu: BLEU
  private(set) var warnings: [String] = []

  /// - Parameter references: what answers are compared with.
  /// - Throws: `ScoreError` when that needs MeCab and it is not installed.
  init(_ prediction: ExperimentConfiguration.Prediction, references: [String]) throws {
    tokenizer = Self.tokenizer(prediction, references: references)
    bleu = try BLEU(tokenizer: tokenizer)
    let takesWholeSentences: [BLEUTokenizer] = [.thirteenA, .international, .chinese, .none]
    if BLEUTokenizer.resolveAutomatic(references: references) == .japanese, takesWholeSentences.contains(tokenizer) {
      warnings.append(
        "prediction.bleu_tokenize is \(tokenizer.rawValue), which does not know where Japanese words end: most of a "
          + "sentence is one word, and a row scores 0 unless that matches whole; use ja-mecab or char")
    }
  }
  /// The tokenizer that is configured, or the one that suits the references.
  static func tokenizer(
    _ prediction: ExperimentConfiguration.Prediction, references: [String]
  ) -> BLEUTokenizer {
    BLEUTokenizer(rawValue: prediction.bleuTokenize.rawValue)
      ?? BLEUTokenizer.resolveAutomatic(references: references)
  }

  /// Rows by which all that is common of a dictionary has been looked up.
  private static let rowsForAll = 2000

  /// Different characters of the answers, where MeCab cuts them into words: how much of its dictionary is read follows
  /// from them.
  static func dictionaryCharacters(_ tokenizer: BLEUTokenizer, _ rows: [TextRow]) -> Int {
    guard tokenizer == .japanese else { return 0 }
    var characters: Set<UnicodeScalar> = []
    for row in rows.prefix(rowsForAll) { characters.formUnion(row.answer.unicodeScalars) }
    return characters.count
  }
}

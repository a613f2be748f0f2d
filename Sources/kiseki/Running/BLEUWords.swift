import Configuration
import Scores

/// How BLEU cuts the texts of a run into words.
struct BLEUWords {
  let tokenizer: BLEUTokenizer
  let bleu: BLEU
  private(set) var warnings: [String] = []

  /// - Parameter references: what answers are compared with.
  /// - Throws: `ScoreError` when that needs MeCab and it is not installed.
  init(_ prediction: ExperimentConfiguration.Prediction, references: [String]) throws {
    let suitable = BLEUTokenizer.resolveAutomatic(references: references)
    tokenizer = BLEUTokenizer(rawValue: prediction.bleuTokenize.rawValue) ?? suitable
    bleu = try BLEU(tokenizer: tokenizer)
    let takesWholeSentences: [BLEUTokenizer] = [.thirteenA, .international, .chinese, .none]
    if suitable == .japanese, takesWholeSentences.contains(tokenizer) {
      warnings.append(
        "prediction.bleu_tokenize is \(tokenizer.rawValue), which does not know where Japanese words end: most of a "
          + "sentence is one word, and a row scores 0 unless that matches whole; use ja-mecab or char")
    }
  }
}

import LanguageModels
import Tokenization

/// What ends an answer: what the model's files say, as in Transformers, and the piece that training puts behind answers.
struct EndOfSequence {
  let ids: [Int32]
  /// What to tell the user when the two differ.
  let warning: String?

  init(_ architecture: Architecture, _ tokenizer: SentencePieceTokenizer) {
    let model = architecture.endOfSequenceIDs
    guard let own = tokenizer.endOfSequenceID, !model.contains(own) else {
      ids = model
      warning = nil
      return
    }
    ids = model + [own]
    let names = model.map(String.init).joined(separator: ", ")
    warning =
      model.isEmpty
      ? nil
      : "the model's end of sequence (eos_token_id \(names)) is not the tokenizer's (\(own)): training puts the "
        + "tokenizer's behind answers, and generated answers end at either"
  }
}

/// Text that is equal to itself alone.
///
/// `String` takes canonically equivalent texts for equal; tokenizers and BLEU do not.
struct ExactText: Hashable {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }
}

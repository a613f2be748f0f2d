extension ExperimentConfiguration {
  /// The texts at which a generated answer ends: those of `prediction.stop_tokens`, trimmed and with their escapes decoded,
  /// then the markers; none empty, none twice.
  public var stopWords: [String] {
    let given = prediction.stopTokens.split(separator: ",").map { part in
      decodingEscapes(trimmed(part))
    }
    let markers = [dataset.textSystemStart, dataset.textPromptStart, dataset.textAnswerSeparator]
    return (given + markers).reduce(into: []) { words, word in
      // Compared as bytes: equal characters may be spelled differently.
      if !word.isEmpty, !words.contains(where: { $0.utf8.elementsEqual(word.utf8) }) { words.append(word) }
    }
  }

  private func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
  }
}

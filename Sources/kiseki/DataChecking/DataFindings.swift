import CommandLine
import FineTuning

extension DataInspection {
  /// What deserves a look before training, one sentence each.
  var findings: [String] {
    var findings = refusal.map { ["training would be refused: \($0)"] } ?? []
    for source in subject.rows.sources {
      let rows = source.text.rowsWithoutAnswer
      if !rows.isEmpty { findings.append("\(source.name): \(Self.rows(rows)) without an answer, left out") }
      let unknown = source.text.conversations.rowsWithUnknownParent
      if !unknown.isEmpty { findings.append("\(source.name): \(Self.rows(unknown)) with a parent that is not there") }
    }
    for (part, duplicates) in zip(parts, duplicates) {
      let empty = part.rowsWithoutPrompt
      if !empty.isEmpty { findings.append("\(part.role): \(Self.rows(empty)) with an empty prompt") }
      findings += Self.duplicateFindings(duplicates, part.role)
    }
    for shared in shared {
      let kinds = [
        ("are rows to train on, word for word", shared.exact),
        ("are rows to train on but for letter case, width or white space", shared.normalised),
        ("have a prompt that is trained on with another answer", shared.prompt),
      ]
      for (text, pairs) in kinds where !pairs.isEmpty {
        let first = pairs[0]
        findings.append(
          "\(shared.role): \(Self.count(pairs.count, "row")) of those to measure on \(text); row \(first.row + 1) is "
            + "training row \(first.trainingRow + 1), for example")
      }
    }
    for part in tokens { findings += tokenFindings(part) }
    return findings
  }

  private static func duplicateFindings(_ duplicates: DuplicateRows, _ role: String) -> [String] {
    let kinds = [
      ("repeat", "an earlier row", duplicates.exact),
      ("repeat", "an earlier row but for letter case, width or white space", duplicates.normalised),
      ("give", "an earlier prompt another answer", duplicates.samePrompt),
    ]
    return kinds.compactMap { verb, object, groups in
      guard let example = groups.examples.first else { return nil }
      let text = (groups.extraRowCount == 1 ? verb + "s " : verb + " ") + object
      return "\(role): \(count(groups.extraRowCount, "row")) \(text); rows "
        + example.prefix(4).map { String($0 + 1) }.joined(separator: ", ") + (example.count > 4 ? ", ..." : "")
        + " belong together, for example"
    }
  }

  private func tokenFindings(_ part: Tokens) -> [String] {
    var findings: [String] = []
    let cuts =
      [("max_length_prompt", "system texts", part.encoded.truncation.system)]
      + Self.lengths(part, subject.configuration).map { ($0.key, $0.label, $0.cut) }
    for (key, label, cut) in cuts where cut.rows > 0 {
      findings.append(
        "\(part.role): tokenizer.\(key) cuts \(Self.count(cut.tokens, "token")) off \(Self.count(cut.rows, "row")) "
          + "(\(label))")
    }
    let fates: [(InexpressibleCharacters.Fate, String)] = [
      (.unknown, "the tokenizer does not know and reads as one and the same unknown token"),
      (.changed, "the tokenizer reads as others"),
    ]
    for (fate, text) in fates where part.characters.count(fate) > 0 {
      findings.append("\(part.role): \(Self.count(part.characters.count(fate), "character")) that \(text)")
    }
    return findings
  }

  static func count(_ count: Int, _ noun: String) -> String { "\(Format.count(count)) \(noun)\(count == 1 ? "" : "s")" }

  /// `3 rows (2, 5, 9)`
  private static func rows(_ rows: [Int]) -> String {
    let shown = rows.prefix(5).map { String($0 + 1) }.joined(separator: ", ")
    return "\(count(rows.count, "row")) (\(shown)\(rows.count > 5 ? ", ..." : ""))"
  }
}

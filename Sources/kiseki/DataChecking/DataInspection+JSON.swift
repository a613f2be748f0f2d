import FineTuning
import Tables

extension DataInspection {
  /// Everything that was found.
  var json: JSONValue {
    .object(
      statistics + [
        JSONMember("duplicates", .object(zip(parts, duplicates).map { JSONMember($0.role, Self.json($1)) })),
        JSONMember("shared_with_training", .object(shared.map { JSONMember($0.role, Self.json($0)) })),
        JSONMember("refusal", refusal.map { .string($0) } ?? .null),
        JSONMember("findings", .array(findings.map { .string($0) })),
      ])
  }

  /// Rows, columns and token lengths.
  var statistics: [JSONMember] {
    [
      JSONMember("files", .array(columns.map { Self.json($0.source, $0.summaries) })),
      JSONMember(
        "rows",
        .object(
          parts.map { part in
            JSONMember(
              part.role,
              ["count": .integer(part.rows.count), "without_prompt": Self.numbers(part.rowsWithoutPrompt)])
          })),
      JSONMember("tokens", tokens.isEmpty ? .null : .object(tokens.map { JSONMember($0.role, json($0)) })),
    ]
  }

  private static func json(_ source: DataSource, _ summaries: [ColumnSummary]) -> JSONValue {
    [
      "role": .string(source.role), "file": .string(source.name), "bytes": .integer(source.byteCount),
      "rows": .integer(source.table.rowCount), "without_answer": numbers(source.text.rowsWithoutAnswer),
      "unknown_parent": numbers(source.text.conversations.rowsWithUnknownParent),
      "columns": .array(
        summaries.map { column in
          [
            "name": .string(column.name), "filled": .integer(column.filledCount),
            "different": .integer(column.distinctCount), "characters": column.lengths.map(json) ?? .null,
          ]
        }),
    ]
  }

  /// Rows, counted from 0 as in every file of a record.
  private static func numbers(_ rows: [Int]) -> JSONValue { .array(rows.map { .integer($0) }) }

  private static func json(_ lengths: TokenLengthSummary) -> JSONValue {
    [
      "minimum": .integer(lengths.minimum), "median": .integer(lengths.median), "p90": .integer(lengths.percentile90),
      "p95": .integer(lengths.percentile95), "p99": .integer(lengths.percentile99),
      "maximum": .integer(lengths.maximum), "total": .integer(lengths.total),
    ]
  }

  private func json(_ part: Tokens) -> JSONValue {
    var members = Self.lengths(part, subject.configuration).map { label, lengths, limit, _, cut in
      JSONMember(
        label,
        [
          "lengths": TokenLengthSummary(lengths).map(Self.json) ?? .null, "limit": .integer(limit),
          "rows_cut": .integer(cut.rows), "tokens_cut": .integer(cut.tokens),
        ])
    }
    members.append(
      JSONMember(
        "inexpressible",
        .array(
          part.characters.characters.map { found in
            [
              "character": .string(String(found.character)), "fate": .string(found.fate.rawValue),
              "count": .integer(found.count), "first_row": .integer(found.firstRow),
            ]
          })))
    return .object(members)
  }

  private static func json(_ duplicates: DuplicateRows) -> JSONValue {
    func groups(_ groups: DuplicateRows.Groups) -> JSONValue {
      [
        "groups": .integer(groups.groupCount), "extra_rows": .integer(groups.extraRowCount),
        "examples": .array(groups.examples.map(numbers)),
      ]
    }
    return [
      "exact": groups(duplicates.exact), "normalised": groups(duplicates.normalised),
      "same_prompt": groups(duplicates.samePrompt),
    ]
  }

  private static func json(_ shared: SharedRows) -> JSONValue {
    func pairs(_ pairs: [SharedRows.Pair]) -> JSONValue {
      .array(pairs.map { ["row": .integer($0.row), "training_row": .integer($0.trainingRow)] })
    }
    return ["exact": pairs(shared.exact), "normalised": pairs(shared.normalised), "prompt": pairs(shared.prompt)]
  }
}

import Experiments
import Tables

extension VersionDiff {
  /// Everything, whatever the limit.
  var json: JSONValue {
    let compared = difference.comparison.json
    return .object([
      JSONMember("format", 1), JSONMember("first", .string(labels[0])), JSONMember("second", .string(labels[1])),
      JSONMember("differences", compared["differences"] ?? .null),
      JSONMember(
        "scores",
        .object(
          difference.scores.map { score in
            JSONMember(
              score.name,
              [
                "first": Self.number(score.first), "second": Self.number(score.second),
                "difference": Self.number(score.difference),
              ])
          })),
      JSONMember("data", .object(data.map { JSONMember($0.role, $0.json) })),
      JSONMember("predictions", .object(predictions.map { JSONMember($0.part.rawValue, $0.difference.json) })),
      JSONMember("adapter", adapter?.json ?? .null), JSONMember("verdict", compared["verdict"] ?? .null),
      JSONMember("problems", .array(problems.map { .string($0) })),
    ])
  }

  fileprivate static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}

extension AdapterDifference {
  fileprivate var json: JSONValue {
    .array(
      lines.map { layer in
        [
          "layer": .string(layer.name), "first_norm": .number(layer.first), "second_norm": .number(layer.second),
          "distance": .number(layer.distance), "cosine": .number(layer.cosine),
        ]
      })
  }
}

extension DataDifference {
  fileprivate var json: JSONValue {
    func list(_ rows: [[String]]) -> JSONValue { .array(rows.map { .array($0.map { .string($0) }) }) }
    switch finding {
    case .sameBytes: return ["finding": "same bytes"]
    case .sameRows: return ["finding": "same rows"]
    case .onlyOne(let label): return ["finding": "only one", "label": .string(label)]
    case .unknown(let reason): return ["finding": "different", "reason": .string(reason)]
    case .rows(let rows):
      if let others = rows.otherColumns {
        return [
          "finding": "other columns", "columns": .array(rows.columns.map { .string($0) }),
          "other_columns": .array(others.map { .string($0) }),
        ]
      }
      return [
        "finding": "different rows", "columns": .array(rows.columns.map { .string($0) }),
        "kept": .integer(rows.kept), "added": list(rows.added), "removed": list(rows.removed),
        "changed": .array(
          rows.changed.map { change in
            [
              "column": .string(rows.columns[change.column]), "before": list([change.before]).arrayValue?[0] ?? .null,
              "after": list([change.after]).arrayValue?[0] ?? .null,
            ]
          }),
      ]
    }
  }
}

extension PredictionDifference {
  fileprivate var json: JSONValue {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    return [
      "shared": .integer(sharedCount), "only_first": .integer(onlyFirst), "only_second": .integer(onlySecond),
      "differing": .array(
        differing.map { row in
          [
            "row": .integer(row.row), "prompt": .string(row.prompt), "reference": .string(row.reference),
            "first": text(row.first), "second": text(row.second), "first_bleu": VersionDiff.number(row.firstScore),
            "second_bleu": VersionDiff.number(row.secondScore),
          ]
        }),
    ]
  }
}

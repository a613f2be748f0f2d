import CommandLine
import Experiments
import Tables

extension VersionDiff {
  /// Columns of a text; the whole is in `--json`.
  private static let textWidth = 300

  func lines(_ console: Console) -> [String] {
    let palette = console.palette
    var lines = [palette(.bold, labels.joined(separator: " -> "))]
    func section(_ title: String, _ content: [String]) {
      if !content.isEmpty { lines += ["", palette(.bold, title)] + content.map { "  " + $0 } }
    }
    let records = difference.records
    for (title, list) in [
      ("Settings that differ", records.settings), ("Data that differ", records.data),
      ("Backbones that differ", records.backbone), ("Environments that differ", records.environment),
    ] {
      section(
        title,
        Self.table(
          [""] + labels, list.map { [$0.key] + $0.values.map { $0?.settingText ?? "" } }, numbersFrom: nil, console))
    }
    for part in differingData { section("Rows of the \(part.role) data", dataLines(part, console)) }
    section("Scores", scoreLines(console))
    section("Adapters: norm of each layer's update, and of what is between them", adapterLines(console))
    for (part, found) in predictions {
      section("Predictions on \(part.rawValue) rows", predictionLines(found, console))
    }
    lines += ["", palette(.bold, withoutControls(ComparisonText.verdict(difference.comparison)))]
    return lines
  }

  /// - Parameter first: the column from which on numbers stand.
  private static func table(
    _ titles: [String], _ rows: [[String]], numbersFrom first: Int?, _ console: Console
  ) -> [String] {
    guard !rows.isEmpty else { return [] }
    var table = TextTable(
      columns: titles.enumerated().map { .init($1, $0 >= first ?? .max ? .right : .left) })
    rows.forEach { table.add($0) }
    return table.lines(width: console.width.map { $0 - 2 }, palette: console.palette)
  }

  private func scoreLines(_ console: Console) -> [String] {
    Self.table(
      [""] + labels + ["difference"],
      difference.scores.map { score in
        func text(_ value: Double?, of run: ComparedRun? = nil) -> String {
          let coverage = run.flatMap { ScoreCoverage(of: score.name, in: $0.scores) }
          return value.map { MainScores.text($0, of: score.name, over: coverage) } ?? ""
        }
        let sign = (score.difference ?? 0) > 0 ? "+" : ""
        return [
          score.name, text(score.first, of: difference.first), text(score.second, of: difference.second),
          score.difference.map { sign + text($0) } ?? "",
        ]
      }, numbersFrom: 1, console)
  }

  private func adapterLines(_ console: Console) -> [String] {
    guard let adapter else { return [] }
    return Self.table(
      ["layer"] + labels + ["between", "cosine"],
      adapter.lines.map { layer in
        let norms = [layer.first, layer.second, layer.distance].map(Self.norm)
        return [layer.name] + norms + [layer.cosine.isNaN ? "" : Format.decimal(layer.cosine, 4)]
      }, numbersFrom: 1, console)
  }

  /// Figures that line up, unless they are too small for it.
  private static func norm(_ value: Double) -> String {
    value == 0 || value >= 0.01 ? Format.decimal(value, 3) : Format.significant(value)
  }

  // MARK: Rows

  private func dataLines(_ part: DataDifference, _ console: Console) -> [String] {
    switch part.finding {
    case .sameBytes: return []
    case .sameRows: return ["the same rows, in another order or written differently"]
    case .onlyOne(let label): return ["only \(label) has any"]
    case .unknown(let reason): return ["they differ, as their hashes say; \(reason)"]
    case .rows(let rows):
      if let others = rows.otherColumns {
        return ["other columns: \(rows.columns.joined(separator: ", ")) against \(others.joined(separator: ", "))"]
      }
      var lines = [
        "\(Format.count(rows.kept)) kept, \(Format.count(rows.added.count)) added, "
          + "\(Format.count(rows.removed.count)) removed, \(Format.count(rows.changed.count)) changed in one column"
      ]
      lines += shown(rows.removed.map { [console.palette(.red, "- \(Self.text($0))")] })
      lines += shown(rows.added.map { [console.palette(.green, "+ \(Self.text($0))")] })
      lines += shown(
        rows.changed.map { change in
          [
            console.palette(.red, "- \(Self.text(change.before))"),
            console.palette(.green, "+ \(Self.text(change.after))"),
          ]
        })
      return lines
    }
  }

  private func predictionLines(_ found: PredictionDifference, _ console: Console) -> [String] {
    var summary =
      "\(Format.count(found.differing.count)) of \(Format.count(found.sharedCount, "row")) "
      + "\(found.differing.count == 1 ? "is" : "are") answered differently"
    if found.onlyFirst + found.onlySecond > 0 {
      summary +=
        "; \(Format.count(found.onlyFirst, "row")) \(found.onlyFirst == 1 ? "is" : "are") only in \(labels[0]), "
      summary += "\(Format.count(found.onlySecond)) only in \(labels[1])"
    }
    return [summary]
      + shown(
        found.differing.map { row in
          func score(_ value: Double?) -> String { value.map { " (BLEU \(Format.decimal($0, 1)))" } ?? "" }
          let facts = [
            ("prompt", row.prompt), ("reference", row.reference),
            (labels[0], (row.first ?? "nothing") + score(row.firstScore)),
            (labels[1], (row.second ?? "nothing") + score(row.secondScore)),
          ]
          let width = facts.map { displayWidth(of: $0.0) }.max() ?? 0
          return [console.palette(.dim, "row \(Format.count(row.row + 1))")]
            + facts.map { label, text in
              "  " + console.palette(.dim, padded(label, to: width)) + "  "
                + truncated(withoutControls(text), to: Self.textWidth)
            }
        })
  }

  /// The first of many, and how many more there are.
  private func shown(_ blocks: [[String]]) -> [String] {
    let count = min(blocks.count, limit ?? .max)
    let rest = blocks.count - count
    return blocks.prefix(count).flatMap { $0 }
      + (rest > 0 ? ["… and \(Format.count(rest)) more; --all shows them"] : [])
  }

  private static func text(_ row: [String]) -> String {
    truncated(withoutControls(row.joined(separator: " | ")), to: textWidth)
  }
}

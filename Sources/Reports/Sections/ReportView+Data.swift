internal import Experiments
internal import Tables

extension ReportView {
  /// The files the runs learned from and were judged by, once for all runs that share them.
  public func dataSection() throws(ReportError) -> Section? {
    let groups = grouped { $0.dataset }
    guard !groups.isEmpty else { return nil }
    var body = HTML.empty
    for (dataset, runs) in groups {
      var table = TableView(
        [
          .init(words[.file]), .init(words[.role]), .init(words[.rows], isNumber: true),
          .init(words[.size], isNumber: true), .init("SHA-256"), .init(words[.columns]), .init(words[.stored]),
        ], style: "data")
      for file in dataset.files {
        table.add([
          .init(words.shortened(file.path)), .init(HTML(escaping: role(file.role))),
          .init(HTML(escaping: Figures.count(file.rows))), .init(HTML(escaping: Figures.bytes(file.bytes))),
          .init(hash(file.sha256.hex)), .init(words.shortened(file.columns.joined(separator: ", "))),
          .init(HTML(escaping: words[file.storedAs == nil ? .storedNo : .storedYes]), style: "quiet"),
        ])
      }
      let trained = dataset.trainsOnValidation ? words[.trainsOnValidation] : nil
      let facts = [split(dataset), trained, truncation(dataset)].compactMap { $0 }
      body =
        body
        + (try templates.render(
          "group",
          [
            "used_by": .text(usedBy(runs)), "content_html": .markup(try table.html(templates)),
            "facts": .list(facts.map { .text($0) }),
          ]))
    }
    return Section(id: "data", heading: words[.dataHeading], body: body)
  }

  /// Runs by an equal part of their record, in the order of the first.
  func grouped<Record: Hashable>(_ record: (ReportedRun) -> Record?) -> [(Record, [Int])] {
    var groups: [(Record, [Int])] = []
    var places: [Record: Int] = [:]
    for (index, run) in content.runs.enumerated() {
      guard let value = record(run) else { continue }
      if let place = places[value] {
        groups[place].1.append(index)
      } else {
        places[value] = groups.count
        groups.append((value, [index]))
      }
    }
    return groups
  }

  /// Which runs a part of the record belongs to.
  func usedBy(_ runs: [Int]) -> String {
    let total = content.runs.count
    guard runs.count < total else {
      return total == 1 ? content.runs[0].origin.label : words.text(.usedByAll, ["count": Figures.count(total)])
    }
    let shown = runs.prefix(8).map { content.runs[$0].origin.label } + (runs.count > 8 ? ["…"] : [])
    return words.text(
      .usedBy,
      [
        "count": Figures.count(runs.count), "total": Figures.count(total),
        "labels": words.shortened(shown.joined(separator: ", "), to: 400),
      ])
  }

  /// The start of a hash, in full when pointed at.
  func hash(_ hexadecimal: String) -> HTML {
    var code = Element("code", ["title": hexadecimal])
    code.add(text: hexadecimal.prefix(12) + "…")
    return code.html
  }

  private func role(_ role: String) -> String {
    switch role {
    case "train": words[.roleTrain]
    case "validation": words[.roleValidation]
    case "test": words[.roleTest]
    default: role
    }
  }

  private func split(_ dataset: DatasetRecord) -> String? {
    guard !dataset.trainIndices.isEmpty || !dataset.validationIndices.isEmpty else { return nil }
    return words.text(
      .split,
      [
        "train": Figures.count(dataset.trainIndices.count),
        "validation": Figures.count(dataset.validationIndices.count),
      ])
  }

  private func truncation(_ dataset: DatasetRecord) -> String {
    let parts = dataset.truncation.flatMap { part in
      (part.value.objectMembers ?? []).compactMap { column -> String? in
        guard let rows = column.value["rows"]?.integerValue, rows > 0 else { return nil }
        return words.text(
          .truncationPart,
          [
            "part": role(part.key), "column": words.shortened(column.key, to: 60), "rows": Figures.count(rows),
            "tokens": Figures.count(column.value["tokens"]?.integerValue ?? 0),
          ])
      }
    }
    return parts.isEmpty
      ? words[.truncationNone] : words.text(.truncation, ["parts": parts.joined(separator: "; ")])
  }
}

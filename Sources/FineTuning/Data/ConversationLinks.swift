/// Rows and the rows they continue, found by name and checked.
struct ConversationLinks {
  /// By row, the row it continues.
  private(set) var parents: [Int?]
  /// All rows, each behind the row it continues.
  private(set) var order: [Int] = []
  private(set) var rowsWithUnknownParent: [Int] = []

  /// - Throws: `FineTuningError` naming rows for equal ids, a row that continues itself, and a cycle.
  init(ids: [String?], parents names: [String?], source: String) throws(FineTuningError) {
    precondition(ids.count == names.count, "\(ids.count) ids for \(names.count) rows")
    var rows: [ExactBytes: Int] = [:]
    for (row, id) in ids.enumerated() {
      guard let id else { continue }
      if let other = rows.updateValue(row, forKey: ExactBytes(id)) {
        throw FineTuningError(
          "cannot read \(source): rows \(other + 1) and \(row + 1) have the same id \"\(id)\"; give every row its own "
            + "in the column that dataset.id_column names")
      }
    }
    parents = []
    parents.reserveCapacity(names.count)
    for (row, name) in names.enumerated() {
      let parent = name.flatMap { rows[ExactBytes($0)] }
      if let name, parent == row {
        throw FineTuningError(
          "cannot read \(source): row \(row + 1) (id \"\(name)\") names itself as its parent; leave the parent of a "
            + "first turn empty")
      }
      if name != nil, parent == nil { rowsWithUnknownParent.append(row) }
      parents.append(parent)
    }
    try sort(source: source)
  }

  /// Puts every row behind the one it continues.
  private mutating func sort(source: String) throws(FineTuningError) {
    enum Mark { case new, onPath, done }
    var marks = [Mark](repeating: .new, count: parents.count)
    order.reserveCapacity(parents.count)
    for start in parents.indices {
      var path: [Int] = []
      var next: Int? = start
      while let row = next, marks[row] == .new {
        marks[row] = .onPath
        path.append(row)
        next = parents[row]
      }
      if let row = next, marks[row] == .onPath {
        throw Self.cycle(Array(path[(path.firstIndex(of: row) ?? 0)...]), source: source)
      }
      for row in path.reversed() {
        marks[row] = .done
        order.append(row)
      }
    }
  }

  private static func cycle(_ rows: [Int], source: String) -> FineTuningError {
    let shown = rows.prefix(10).map { String($0 + 1) }.joined(separator: ", ")
    let more = rows.count > 10 ? " and \(rows.count - 10) more" : ""
    return FineTuningError(
      "cannot read \(source): rows \(shown)\(more) continue each other in a circle, so none is the first turn; correct "
        + "the column that dataset.parent_id_column names")
  }
}

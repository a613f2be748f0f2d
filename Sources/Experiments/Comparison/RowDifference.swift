public import Tables

/// The rows in which two tables differ, wherever in the tables they stand.
public struct RowDifference: Hashable, Sendable {
  public struct Change: Hashable, Sendable {
    public let before: [String]
    public let after: [String]
    /// The only column in which they differ.
    public let column: Int
  }

  /// Of the first table.
  public let columns: [String]
  /// Of the second, when they are others; rows are not looked at then.
  public let otherColumns: [String]?
  public private(set) var kept = 0
  /// Only in the second table.
  public private(set) var added: [[String]] = []
  /// Only in the first table.
  public private(set) var removed: [[String]] = []
  /// Rows that are the same but for one column.
  public private(set) var changed: [Change] = []

  public init(_ first: Table, _ second: Table) {
    columns = first.columns
    guard first.columns == second.columns else {
      otherColumns = second.columns
      return
    }
    otherColumns = nil
    var left: [[ExactText]: Int] = [:]
    for row in 0..<second.rowCount { left[second.cells(row).map(ExactText.init), default: 0] += 1 }
    for row in 0..<first.rowCount {
      let cells = first.cells(row)
      if let count = left[cells.map(ExactText.init)], count > 0 {
        left[cells.map(ExactText.init)] = count - 1
        kept += 1
      } else {
        removed.append(cells)
      }
    }
    for row in (0..<second.rowCount).reversed() {
      let cells = second.cells(row)
      if let count = left[cells.map(ExactText.init)], count > 0 {
        left[cells.map(ExactText.init)] = count - 1
        added.append(cells)
      }
    }
    added.reverse()
    // Alone, a column has no other by which a row could be known again.
    if columns.count > 1 { for column in columns.indices.reversed() { pair(differingIn: column) } }
  }

  /// Takes rows that were both removed and added, but for one column, for changed ones.
  private mutating func pair(differingIn column: Int) {
    func key(_ row: [String]) -> [ExactText] { (row[..<column] + row[(column + 1)...]).map(ExactText.init) }
    var candidates: [[ExactText]: [Int]] = [:]
    for index in added.indices.reversed() { candidates[key(added[index]), default: []].append(index) }
    var paired: Set<Int> = []
    removed = removed.filter { row in
      guard let index = candidates[key(row)]?.popLast() else { return true }
      changed.append(Change(before: row, after: added[index], column: column))
      paired.insert(index)
      return false
    }
    added = added.indices.filter { !paired.contains($0) }.map { added[$0] }
  }
}

extension Table {
  fileprivate func cells(_ row: Int) -> [String] { columns.indices.map { self[row, $0] ?? "" } }
}

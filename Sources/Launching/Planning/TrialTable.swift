public import Configuration
internal import Tables

/// A list of trials from a CSV file: a column for each key, a row for each trial; a blank cell keeps the base's value.
public struct TrialTable: Sendable {
  public let path: String
  /// Full keys, in the order of the columns.
  public let keys: [String]
  /// What each trial sets.
  public let rows: [[SettingOverride]]

  /// - Throws: `TableError` for a file that is no table; `LaunchingError` naming row and column for what is refused.
  public init(path: String) throws {
    let table = try Table.read(path: path)
    var keys: [String] = []
    for column in table.columns {
      let place = "\(path), column '\(column)'"
      let key = try SweepAxis.parameter(named: column, of: place).key
      guard !keys.contains(key) else {
        throw LaunchingError.usage("cannot plan \(place): another column sets \(key) too; remove one of them")
      }
      keys.append(key)
    }
    self.path = path
    self.keys = keys
    rows = try (0..<table.rowCount).map { row in
      try keys.indices.compactMap { (column) -> SettingOverride? in
        guard let cell = table[row, column], cell.contains(where: { !$0.isWhitespace }) else { return nil }
        do throws(ConfigurationError) {
          return try SettingOverride(parsing: "\(keys[column])=\(cell)")
        } catch {
          throw LaunchingError.usage("cannot plan row \(row + 1) of \(path): \(error.problem)")
        }
      }
    }
  }
}

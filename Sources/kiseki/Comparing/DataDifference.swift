import Experiments
import Foundation
import Hashing
import Tables

/// One data file of two versions.
struct DataDifference {
  enum Finding {
    case sameBytes
    /// The same rows, in another order or written differently.
    case sameRows
    case rows(RowDifference)
    /// The hashes differ, and the files are not both at hand.
    case unknown(String)
    /// Only one of the versions has a file for this.
    case onlyOne(String)
  }

  let role: String
  let finding: Finding

  static func all(_ first: ExperimentVersion, _ second: ExperimentVersion) throws -> [DataDifference] {
    guard try first.hasFile("dataset.json"), try second.hasFile("dataset.json") else { return [] }
    let files = (try first.dataset().files, try second.dataset().files)
    var roles = files.0.map(\.role)
    roles += files.1.map(\.role).filter { !roles.contains($0) }
    return try roles.map { role in
      let pair = (files.0.first { $0.role == role }, files.1.first { $0.role == role })
      guard let one = pair.0, let other = pair.1 else {
        let label = pair.0 == nil ? second : first
        return DataDifference(role: role, finding: .onlyOne("\(label.name)@\(label.number)"))
      }
      return DataDifference(role: role, finding: try finding((one, first), (other, second)))
    }
  }

  private static func finding(
    _ one: (file: DatasetRecord.File, version: ExperimentVersion),
    _ other: (file: DatasetRecord.File, version: ExperimentVersion)
  ) throws -> Finding {
    if one.file.sha256 == other.file.sha256 { return .sameBytes }
    if one.file.contentSHA256 == other.file.contentSHA256 { return .sameRows }
    for side in [one, other] {
      guard let stored = side.file.storedAs, try side.version.hasFile(stored) else {
        return .unknown("\(side.version.name)@\(side.version.number) does not hold the file itself")
      }
    }
    return .rows(RowDifference(try table(one.file, one.version), try table(other.file, other.version)))
  }

  private static func table(_ file: DatasetRecord.File, _ version: ExperimentVersion) throws -> Table {
    try TemporaryFolder.with { folder in
      let stored = file.storedAs ?? ""
      // The ending says the format; the name itself is none of the record's business.
      let path = "\(folder)/data.\(stored.split(separator: ".").last ?? "csv")"
      try version.data(stored).write(to: URL(fileURLWithPath: path))
      return try Table.read(path: path)
    }
  }
}

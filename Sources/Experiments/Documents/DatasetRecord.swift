internal import Foundation
public import Hashing
public import Tables

/// `dataset.json`: which rows a run learned from and was judged by.
public struct DatasetRecord: Hashable, Sendable {
  public struct File: Hashable, Sendable {
    /// `train`, `validation` or `test`.
    public var role: String
    /// Relative to the workspace, or the last component of a path outside it.
    public var path: String
    public var bytes: Int
    public var sha256: SHA256Digest
    public var rows: Int
    public var columns: [String]
    /// The same for the same rows in any order; see `RowSetHash`.
    public var contentSHA256: SHA256Digest
    /// `data/<sha256>.<ext>` when the file is kept with the experiment, `nil` when it is too large for that.
    public var storedAs: String?

    public init(
      role: String, path: String, bytes: Int, sha256: SHA256Digest, rows: Int, columns: [String],
      contentSHA256: SHA256Digest, storedAs: String?
    ) {
      self.role = role
      self.path = path
      self.bytes = bytes
      self.sha256 = sha256
      self.rows = rows
      self.columns = columns
      self.contentSHA256 = contentSHA256
      self.storedAs = storedAs
    }
  }

  public var files: [File]
  /// Indices into the rows of the training file, as split.
  public var trainIndices: [Int]
  public var validationIndices: [Int]
  /// The validation rows were learned from too, so scores on them say nothing about unseen text.
  public var trainsOnValidation = false
  /// Counts by name: rows and tokens cut, per column.
  public var truncation: [JSONMember]

  public init(
    files: [File], trainIndices: [Int], validationIndices: [Int], truncation: [JSONMember] = []
  ) {
    self.files = files
    self.trainIndices = trainIndices
    self.validationIndices = validationIndices
    self.truncation = truncation
  }

  public var json: JSONValue {
    document([
      ("format", .integer(documentFormat)),
      ("files", .array(files.map(\.json))),
      (
        "split",
        document([
          ("train", .array(trainIndices.map { .integer($0) })),
          ("validation", .array(validationIndices.map { .integer($0) })),
        ])
      ),
      ("trains_on_validation", trainsOnValidation ? true : nil),
      ("truncation", .object(truncation)),
    ])
  }

  /// - Throws: `ExperimentsError` naming the key that is missing or wrong.
  public init(json: JSONValue) throws {
    let reader = try DocumentReader(json, name: "dataset.json")
    let split = DocumentReader(part: json["split"] ?? .null, of: "dataset.json, split")
    self.init(
      files: try reader.parts("files").map(File.init(reader:)), trainIndices: try split.integers("train"),
      validationIndices: try split.integers("validation"), truncation: json["truncation"]?.objectMembers ?? []
    )
    trainsOnValidation = json["trains_on_validation"]?.boolValue ?? false
  }
}

extension DatasetRecord.File {
  var json: JSONValue {
    document([
      ("role", .string(role)), ("path", .string(path)), ("bytes", .integer(bytes)),
      ("sha256", .string(sha256.hex)),
      ("rows", .integer(rows)), ("columns", .array(columns.map { .string($0) })),
      ("content_sha256", .string(contentSHA256.hex)), ("stored_as", storedAs.map { .string($0) }),
    ])
  }

  init(reader: DocumentReader) throws {
    self.init(
      role: try reader.string("role"), path: try reader.string("path"), bytes: try reader.integer("bytes"),
      sha256: try reader.sha256("sha256"), rows: try reader.integer("rows"),
      columns: try reader.strings("columns"),
      contentSHA256: try reader.sha256("content_sha256"), storedAs: reader.json["stored_as"]?.stringValue)
  }
}

/// A hash of a table's rows that does not depend on their order.
///
/// SHA-256 over the column names and the sorted SHA-256 digests of the rows, every field led by its length, so that
/// moving text from one field to the next changes it.
public struct RowSetHash: Sendable {
  private let columns: [String]
  private var rows: [[UInt8]] = []

  public init(columns: [String]) { self.columns = columns }

  public mutating func add(row: [String]) { rows.append(Self.digest(row)) }

  public func digest() -> SHA256Digest {
    var hasher = SHA256()
    Self.digest(columns).withUnsafeBytes { hasher.update($0) }
    for row in rows.sorted(by: { $0.lexicographicallyPrecedes($1) }) { row.withUnsafeBytes { hasher.update($0) } }
    return hasher.finalize()
  }

  private static func digest(_ fields: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
      bytes += String(field.utf8.count).utf8
      bytes.append(UInt8(ascii: ":"))
      bytes += field.utf8
    }
    return bytes.withUnsafeBytes { SHA256.hash($0) }.bytes
  }
}

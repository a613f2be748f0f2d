import Foundation
import Tables

func fixture(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/Tables/\(name)").standardizedFileURL.path
}

/// Calls `body` with the path of a file that holds `bytes` and is removed afterwards.
func withFile<Result>(
  _ bytes: some Sequence<UInt8>, named name: String = "train.csv", _ body: (String) throws -> Result
) throws -> Result {
  let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  let file = directory.appending(path: name)
  try Data(bytes).write(to: file)
  return try body(file.path)
}

func table(_ text: String, named name: String = "train.csv") throws -> Table {
  try withFile(text.utf8, named: name) { try Table.read(path: $0) }
}

/// What reading a file with these bytes fails with, `nil` when it can be read.
func refusal(of bytes: some Sequence<UInt8>, named name: String = "train.csv") throws -> String? {
  try withFile(bytes, named: name) { path in
    do throws(TableError) {
      _ = try Table.read(path: path)
      return nil
    } catch {
      return error.description
    }
  }
}

extension Table {
  var rows: [[String?]] {
    (0..<rowCount).map { row in columns.indices.map { self[row, $0] } }
  }
}

/// Deterministic numbers for tests that try many inputs.
struct TestNumbers {
  var state: UInt64 = 0x2545_F491_4F6C_DD1D

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}

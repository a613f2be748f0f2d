import Foundation
import TensorFiles

/// The path of a file that the fixture script made with the reference library.
func fixture(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/TensorFiles/\(name)").standardizedFileURL.path
}

/// A directory that is removed when `body` has returned.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  return try body(directory.path)
}

/// A file of `header`, behind its length, and `byteCount` bytes of data.
func safetensors(header: String, byteCount: Int) -> Data {
  var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
  data.append(Data(header.utf8))
  data.append(Data((0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }))
  return data
}

/// What opening a file with these bytes fails with, `nil` when it opens.
func refusal(of data: Data, named name: String = "model.safetensors") throws -> String? {
  try withTemporaryDirectory { directory in
    let path = "\(directory)/\(name)"
    try data.write(to: URL(filePath: path))
    do throws(TensorFileError) {
      _ = try SafetensorsFile(path: path)
      return nil
    } catch {
      return error.description
    }
  }
}

extension SafetensorsFile {
  func values<Value: BitwiseCopyable>(_ name: String, as type: Value.Type) throws -> [Value] {
    guard let entry = entry(named: name) else { throw TensorFileError("no tensor \(name)") }
    return withBytes(of: entry) { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Value>.size)
        .map { bytes.loadUnaligned(fromByteOffset: $0, as: type) }
    }
  }
}

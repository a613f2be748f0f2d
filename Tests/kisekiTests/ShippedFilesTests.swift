import Foundation
import Hashing
import Testing

/// What lies in the repository beside the program.
@Suite struct ShippedFilesTests {
  private static let root = TinyModel.repository

  /// `rebuild_inputs.py` compares what it makes with this list; here what is committed is.
  @Test func `the sample is what the base model's list of hashes says`() throws {
    let list = try String(contentsOfFile: Self.root + "/experiments/base-model/SHA256SUMS", encoding: .utf8)
    let entries = list.split(separator: "\n").map { $0.components(separatedBy: "  ") }
    let committed = entries.filter { $0.last?.hasPrefix("templates/sample/") == true }
    #expect(committed.count == 7)
    for entry in committed {
      #expect(try SHA256.hash(fileAt: Self.root + "/" + entry[1]).hex == entry[0], "\(entry[1])")
    }
  }

  @Test func `a script that names its interpreter can be started`() throws {
    for folder in ["experiments", "benchmarks", ".ci"] {
      for name in try FileManager.default.subpathsOfDirectory(atPath: "\(Self.root)/\(folder)") {
        let path = "\(Self.root)/\(folder)/\(name)"
        guard let file = FileHandle(forReadingAtPath: path), let start = try? file.read(upToCount: 2) else { continue }
        guard start == Data("#!".utf8) else { continue }
        #expect(FileManager.default.isExecutableFile(atPath: path), "\(folder)/\(name)")
      }
    }
  }
}

import Foundation
import TensorFiles
import Testing

@Suite struct SafetensorsWriterTests {
  /// Writes one tensor of `count` zero bytes.
  private func writeZeros(_ count: Int, to path: String) throws {
    try [UInt8](repeating: 0, count: count).withUnsafeBytes { bytes in
      try SafetensorsWriter.write(
        to: path, tensors: [TensorToWrite(name: "x", elementType: .uint8, shape: [count], bytes: bytes)])
    }
  }

  @Test func `the bytes are those of the reference library`() throws {
    let expected = try Data(contentsOf: URL(filePath: fixture("every-type.safetensors")))
    let file = try SafetensorsFile(path: fixture("every-type.safetensors"))
    let tensors = file.names.reversed().compactMap { file.entry(named: $0) }.map {
      TensorToWrite(name: $0.name, elementType: $0.elementType, shape: $0.shape, bytes: file.bytes(of: $0))
    }
    try withTemporaryDirectory { directory in
      let path = "\(directory)/copy.safetensors"
      try SafetensorsWriter.write(to: path, tensors: tensors, metadata: ["format": "pt"])
      #expect(try Data(contentsOf: URL(filePath: path)) == expected)
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["copy.safetensors"])
    }
  }

  @Test func `a file without tensors has the reference library's bytes`() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/none.safetensors"
      try SafetensorsWriter.write(to: path, tensors: [])
      let expected = try Data(contentsOf: URL(filePath: fixture("no-tensors.safetensors")))
      #expect(try Data(contentsOf: URL(filePath: path)) == expected)
    }
  }

  @Test func `metadata and control characters survive and are sorted`() throws {
    let metadata = ["b": "\u{1}\u{8}\u{C}\n\r\t\"\\", "a": "日本\u{1F389}", "": ""]
    try withTemporaryDirectory { directory in
      let paths = ["\(directory)/1", "\(directory)/2"]
      for path in paths { try SafetensorsWriter.write(to: path, tensors: [], metadata: metadata) }
      #expect(try SafetensorsFile(path: paths[0]).metadata == metadata)
      #expect(try Data(contentsOf: URL(filePath: paths[0])) == Data(contentsOf: URL(filePath: paths[1])))
    }
  }

  @Test func `tensors that do not fit their shape are refused before anything is written`() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/x.safetensors"
      [UInt8](repeating: 0, count: 8).withUnsafeBytes { bytes in
        let good = TensorToWrite(name: "x", elementType: .float32, shape: [2], bytes: bytes)
        let bad = [
          TensorToWrite(name: "x", elementType: .float32, shape: [3], bytes: bytes),
          TensorToWrite(name: "x", elementType: .float32, shape: [-2, -1], bytes: bytes),
          TensorToWrite(name: "x", elementType: .float32, shape: [Int.max, 4], bytes: bytes),
          TensorToWrite(name: "__metadata__", elementType: .float32, shape: [2], bytes: bytes),
        ]
        for tensor in bad {
          #expect(throws: TensorFileError.self) { try SafetensorsWriter.write(to: path, tensors: [tensor]) }
        }
        let twice = #expect(throws: TensorFileError.self) {
          try SafetensorsWriter.write(to: path, tensors: [good, good])
        }
        #expect(twice?.description.contains("\"x\" is used twice") == true)
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(left.isEmpty)
    }
  }

  @Test func `a failed write leaves the old file and no temporary file`() throws {
    try withTemporaryDirectory { directory in
      // A directory at the path lets every step but the last one succeed.
      let path = "\(directory)/x.safetensors"
      try FileManager.default.createDirectory(atPath: "\(path)/inside", withIntermediateDirectories: true)
      #expect(throws: TensorFileError.self) { try writeZeros(1, to: path) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["x.safetensors"])
    }
  }

  @Test func `a missing directory is named`() throws {
    let error = #expect(throws: TensorFileError.self) {
      try writeZeros(1, to: "/no/such/place/x.safetensors")
    }
    #expect(error?.description.contains("/no/such/place/x.safetensors") == true)
    #expect(error?.description.contains("No such file or directory") == true)
  }

  @Test func `a long file name and an existing file are no obstacle`() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/" + String(repeating: "長", count: 80) + ".safetensors"
      try writeZeros(3, to: path)
      try writeZeros(5, to: path)
      #expect(try SafetensorsFile(path: path).entry(named: "x")?.shape == [5])
    }
  }
}

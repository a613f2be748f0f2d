import Foundation
import TensorFiles
import Testing

@Suite struct SafetensorsFileTests {
  @Test func `a file of the reference library is read with every element type`() throws {
    let file = try SafetensorsFile(path: fixture("every-type.safetensors"))
    #expect(file.names.count == 12)
    #expect(file.names.first == "steps")
    #expect(file.metadata == ["format": "pt"])
    #expect(try file.values("transformer.h.0.attn.weight", as: Float.self) == [0, 0.25, 0.5, 0.75, 1, 1.25])
    #expect(file.entry(named: "transformer.h.0.attn.weight")?.shape == [2, 3])
    #expect(try file.values("alpha", as: Double.self) == [1.5, -2.25])
    #expect(try file.values("steps", as: Int64.self) == [-1, 1 << 40])
    #expect(try file.values("rank", as: Int32.self) == [7])
    #expect(file.entry(named: "rank")?.shape == [])
    #expect(try file.values("brain", as: UInt16.self) == [0x3F80, 0xBF00, 0x4040])
    #expect(try file.values("half", as: UInt16.self) == [0x3800])
    #expect(try file.values("short", as: Int16.self) == [-3])
    #expect(try file.values("bytes", as: Int8.self) == [-128, 127, 0])
    #expect(try file.values("codes", as: UInt8.self) == [0, 255])
    #expect(try file.values("flags", as: UInt8.self) == [1, 0, 1])
    #expect(try file.values("名前 \"q\"\\\n\u{2028}\u{7F}", as: Float.self) == [2])
    #expect(file.entry(named: "half")?.elementType == .float16)
  }

  @Test func `an empty tensor has a shape and no bytes`() throws {
    let file = try SafetensorsFile(path: fixture("every-type.safetensors"))
    let entry = try #require(file.entry(named: "empty"))
    #expect(entry.shape == [0, 5])
    #expect(entry.count == 0)
    #expect(file.bytes(of: entry).isEmpty)
  }

  @Test func `a file without tensors is read`() throws {
    let file = try SafetensorsFile(path: fixture("no-tensors.safetensors"))
    #expect(file.names == [])
    #expect(file.entry(named: "x") == nil)
  }

  @Test func `names come in the order of the bytes`() throws {
    let header = """
      {"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}
      """
    try withTemporaryDirectory { directory in
      let path = "\(directory)/x.safetensors"
      try safetensors(header: header, byteCount: 3).write(to: URL(filePath: path))
      let file = try SafetensorsFile(path: path)
      #expect(file.names == ["b", "a"])
      #expect(try file.values("a", as: UInt8.self) == [2])
      let entry = try #require(file.entry(named: "a"))
      #expect(entry.byteRange.upperBound == file.byteCount)
    }
  }

  @Test func `every cut of a file is refused with its name`() throws {
    let whole = try Data(contentsOf: URL(filePath: fixture("every-type.safetensors")))
    for count in 0..<whole.count {
      let message = try #require(try refusal(of: whole.prefix(count)), "\(count) bytes were accepted")
      #expect(message.contains("model.safetensors"))
      #expect(message.contains("download or copy it again"))
    }
  }

  @Test(arguments: [
    // header, bytes of data, what the message must hold
    ("[]", 0, "does not begin with '{'"),
    ("{", 0, "the end of the text"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},}", 1, "expected '\"'"),
    ("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "F8_E4M3"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}", 1, "-1"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}", 1, "1.0"),
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0,
      "impossible shape"
    ),
    (
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,1]}}", 1,
      "99999999999999999999"
    ),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,1]}}", 1, "needs 2 bytes"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,0]}}", 1, "[1, 0]"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", 1, "data_offsets"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}", 1, "more than 2"),
    (
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[9223372036854775806,9223372036854775807]}}",
      1, "impossible"
    ),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "lacks"),
    ("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "dtype twice"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2, "should begin at byte"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 2, "the file has"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}", 2, "should end at byte"),
    ("{\"__metadata__\":{\"n\":1}}", 0, "expected '\"'"),
    ("{\"__metadata__\":{\"n\":\"1\",\"n\":\"2\"}}", 0, "twice"),
  ])
  func `a header that breaks a rule is refused`(header: String, byteCount: Int, expected: String) throws {
    let message = try #require(try refusal(of: safetensors(header: header, byteCount: byteCount)))
    #expect(message.contains(expected), "\(message)")
    #expect(message.contains("model.safetensors"))
  }

  @Test func `duplicate and overlapping tensors are refused by name`() throws {
    let entry = "{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}"
    let duplicate = try #require(
      try refusal(of: safetensors(header: "{\"a\":\(entry),\"a\":\(entry)}", byteCount: 2)))
    #expect(duplicate.contains("\"a\" appears twice"))
    let overlap = try #require(
      try refusal(of: safetensors(header: "{\"a\":\(entry),\"b\":\(entry)}", byteCount: 2)))
    #expect(overlap.contains("\"b\" should begin at byte"))
  }

  @Test func `a lying header length is refused without reading on`() throws {
    for length: UInt64 in [.max, 1 << 63, 100_000_001, 100_000_000, 17] {
      let data = withUnsafeBytes(of: length.littleEndian) { Data($0) } + Data("{}".utf8)
      #expect(try refusal(of: data) != nil, "length \(length)")
    }
  }

  @Test func `what is no regular file is refused`() throws {
    let missing = #expect(throws: TensorFileError.self) { try SafetensorsFile(path: "/no/such/file") }
    #expect(missing?.description == "cannot open /no/such/file: No such file or directory")
    let directory = #expect(throws: TensorFileError.self) { try SafetensorsFile(path: "/tmp") }
    #expect(directory?.description.contains("not a regular file") == true)
    #expect(throws: TensorFileError.self) { try SafetensorsFile(path: "/dev/zero") }
  }

  @Test func `no damaged byte of a header can crash the reader`() throws {
    let whole = try Data(contentsOf: URL(filePath: fixture("every-type.safetensors")))
    let headerEnd = 8 + Int(whole[0]) + Int(whole[1]) << 8
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let likely = Array("{}[]\",:0123456789-eE.\\u \u{0}".utf8)
    try withTemporaryDirectory { directory in
      let path = "\(directory)/x.safetensors"
      var accepted = 0
      for round in 0..<4000 {
        var data = whole
        for _ in 0...next(3) {
          // Each byte of the header once, then at random.
          let place = round < headerEnd ? round : next(headerEnd)
          data[place] = next(2) == 0 ? likely[next(likely.count)] : UInt8(next(256))
        }
        try data.write(to: URL(filePath: path))
        do throws(TensorFileError) {
          let file = try SafetensorsFile(path: path)
          accepted += 1
          // What was accepted must be readable to its last byte.
          for entry in file.names.compactMap({ file.entry(named: $0) }) {
            _ = file.bytes(of: entry).reduce(UInt8(0), ^)
          }
        } catch {
          #expect(error.description.contains(path))
        }
      }
      #expect(accepted < 3000)
    }
  }
}

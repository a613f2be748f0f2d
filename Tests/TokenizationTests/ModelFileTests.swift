import Foundation
import Testing
import Tokenization

@Suite struct ModelFileTests {
  @Test func `a missing file, a directory and an empty file are refused with the path`() throws {
    #expect {
      try SentencePieceTokenizer(modelPath: "/nowhere/tokenizer.model")
    } throws: {
      "\($0)" == "cannot open the tokenizer model /nowhere/tokenizer.model: No such file or directory"
    }
    #expect {
      try SentencePieceTokenizer(modelPath: fixtures.path)
    } throws: {
      "\($0)".contains("not a regular file")
    }
    #expect(try loadingFault([])?.contains("the file is empty") == true)
  }

  @Test func `a file far larger than any model is refused unread`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).model")
    #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: 1 << 40)
    try handle.close()
    #expect {
      try SentencePieceTokenizer(modelPath: file.path)
    } throws: {
      "\($0)".contains("1099511627776 bytes")
    }
  }

  @Test func `text that is no model is refused`() throws {
    #expect(try loadingFault(Array("instruction,output\n".utf8))?.contains("no SentencePiece model") == true)
    #expect(try loadingFault([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])?.contains("do not add up") == true)
  }

  @Test func `a model cut anywhere is refused or still a sound model, never a crash`() throws {
    let bytes = try modelBytes("folding")
    for count in stride(from: 1, to: bytes.count, by: 61) {
      try withModelFile(Array(bytes.prefix(count))) { path in
        guard let tokenizer = try? SentencePieceTokenizer(modelPath: path) else { return }
        _ = try? tokenizer.encode("設定を保存 a</s>")
      }
    }
  }

  @Test(arguments: ["plain", "folding"])
  func `a model with flipped bytes is refused or still usable, never a crash`(_ name: String) throws {
    let bytes = try modelBytes(name)
    var state: UInt64 = 1
    for _ in 0..<500 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var damaged = bytes
      // Half of the hits go to the last quarter, where the settings and the normalization table are.
      let range = state >> 63 == 0 ? bytes.count : bytes.count / 4
      damaged[bytes.count - 1 - Int(state >> 33) % range] ^= UInt8(truncatingIfNeeded: state >> 20) | 1
      try withModelFile(damaged) { path in
        guard let tokenizer = try? SentencePieceTokenizer(modelPath: path) else { return }
        for text in ["設定を保存しますか。", "ａｂｃ　ｶﾞｶ① <sep><sep>", "\0\u{10FFFF}"] {
          guard let ids = try? tokenizer.encode(text) else { continue }
          _ = try? tokenizer.decode(ids)
        }
      }
    }
  }

  @Test func `a normalization table that points outside itself is refused`() throws {
    let bytes = try modelBytes("folding")
    // The table sits in the normalizer's second field; its first word is the size of the trie in bytes.
    let table = try #require(tableRange(in: bytes))
    #expect(try loadingFault(bytes) == nil)

    for (offset, replacement) in [(0, [0xFF, 0xFF, 0, 0]), (4, [0x00, 0xFC, 0xFF, 0x7F])] as [(Int, [UInt8])] {
      var damaged = bytes
      damaged.replaceSubrange(table.lowerBound + offset..<table.lowerBound + offset + 4, with: replacement)
      #expect(try loadingFault(damaged)?.contains("normalization table points outside itself") == true)
    }
    var unterminated = bytes
    unterminated[table.upperBound - 1] = 0x41
    #expect(try loadingFault(unterminated)?.contains("normalization table") == true)
  }

  @Test func `pieces without text and scores that are no number are refused`() throws {
    func model(_ piece: [UInt8]) -> [UInt8] { [0x0A, UInt8(piece.count)] + piece }
    #expect(try loadingFault(model([0x0A, 0x00]))?.contains("piece 0 has no usable text") == true)
    #expect(try loadingFault(model([0x0A, 0x01, 0x00]))?.contains("piece 0 has no usable text") == true)
    #expect(
      try loadingFault(model([0x0A, 0x01, 0x61, 0x15, 0, 0, 0xC0, 0x7F]))?.contains("not a finite number")
        == true)
    #expect(try loadingFault([0x12, 0x00])?.contains("holds no pieces") == true)
  }

  private func tableRange(in bytes: [UInt8]) -> Range<Int>? {
    var position = 0
    func number() -> Int {
      var result = 0
      var shift = 0
      while true {
        let byte = bytes[position]
        position += 1
        result |= Int(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { return result }
      }
    }
    while position < bytes.count {
      let tag = number()
      let count = number()
      if tag >> 3 != 3 {
        position += count
        continue
      }
      let end = position + count
      while position < end {
        let inner = number()
        let value = number()
        if inner >> 3 == 2 { return position..<position + value }
        if inner & 7 == 2 { position += value }
      }
    }
    return nil
  }
}

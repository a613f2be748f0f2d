import Experiments
import Foundation
import TestSupport
import Testing

@Suite struct `Files of a record that are written together` {
  private struct Stop: Error {}

  private func names(_ directory: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: directory).sorted()
  }

  @Test func `are there with their content when all are written, and not before`() throws {
    let temporary = try TemporaryWorkspace()
    let recording = try RunRecording.begin(ExperimentName("base"), in: temporary.open())
    let source = temporary.path + "/rows.csv"
    try Data("a,b\n1,2\n".utf8).write(to: URL(fileURLWithPath: source))
    let kept = try recording.writeTogether {
      try recording.write("config.yaml", Data("epochs: 1\n".utf8))
      try recording.write("evaluations/1/scores.json", Data("{}\n".utf8))
      try recording.writeTogether { try recording.write("config.yaml", Data("epochs: 2\n".utf8)) }
      let first = try recording.keepDataFile(at: source)
      #expect(try recording.keepDataFile(at: source) == first)
      let present = try names(recording.directory).filter { !$0.contains(".kiseki-tmp-") }
      #expect(present.allSatisfy { ["data", "evaluations", "evaluations/1"].contains($0) }, "\(present)")
      return try #require(first)
    }
    #expect(
      try names(recording.directory) == [
        "config.yaml", "data", kept, "evaluations", "evaluations/1", "evaluations/1/scores.json",
      ])
    func text(_ path: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: recording.directory + "/" + path)), as: UTF8.self)
    }
    // The later of two files of one name.
    #expect(try text("config.yaml") == "epochs: 2\n")
    #expect(try text(kept) == "a,b\n1,2\n" && text("evaluations/1/scores.json") == "{}\n")
    // Alone again.
    try recording.write("note.txt", Data("x".utf8))
    #expect(try text("note.txt") == "x")
    try recording.discard()
  }

  @Test func `are not there, nor anything of them, when one cannot be written`() throws {
    let temporary = try TemporaryWorkspace()
    let recording = try RunRecording.begin(ExperimentName("base"), in: temporary.open())
    #expect(throws: Stop.self) {
      try recording.writeTogether {
        try recording.write("config.yaml", Data("epochs: 1\n".utf8))
        throw Stop()
      }
    }
    #expect(throws: (any Error).self) {
      try recording.writeTogether {
        try recording.write("dataset.json", Data("{}\n".utf8))
        try recording.write("../beside", Data())
      }
    }
    #expect(try names(recording.directory).isEmpty)
    try recording.write("config.yaml", Data("epochs: 3\n".utf8))
    #expect(try names(recording.directory) == ["config.yaml"])
    try recording.discard()
  }
}

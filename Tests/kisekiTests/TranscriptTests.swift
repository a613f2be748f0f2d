import Foundation
import Testing

/// What the documentation shows, typed as it stands.
@Suite struct TranscriptTests {
  @Test(arguments: ["circle"]) func `a session goes as it is written down`(name: String) throws {
    let transcript = try Transcript(path: "\(TinyModel.repository)/Tests/Fixtures/Transcripts/\(name).txt")
    #expect(transcript.steps.count > 5)
    let folder = try TestFolder()
    try FileManager.default.createDirectory(atPath: folder.workspace, withIntermediateDirectories: true)
    _ = try Program.git(["init", "-q"], in: folder.workspace)
    for part in ["report", "site"] {
      try FileManager.default.copyItem(
        atPath: "\(TinyModel.repository)/templates/\(part)", toPath: "\(folder.templates)/\(part)")
    }
    for step in transcript.steps {
      let outcome = try Program.shell(
        step.command, in: folder.workspace, environment: ["KISEKI_TEMPLATES": folder.templates])
      let place = "\(name).txt:\(step.line): $ \(step.command)"
      try #require(outcome.exitCode == step.exitCode, "\(place)\nexit \(outcome.exitCode):\n\(outcome.output)")
      let objection = step.objection(to: outcome.output)
      #expect(objection == nil, "\(place)\n\(objection ?? ""); printed was:\n\(outcome.output)")
    }
  }

  @Test func `a line that is not as written is noticed`() {
    var step = Transcript.Step(line: 1, command: "")
    step.expected = ["one …", "…", "last 3"]
    #expect(step.objection(to: "one two\nany\nthing\nlast 3\n") == nil)
    #expect(step.objection(to: "one two\nlast 3\n") == nil)
    #expect(step.objection(to: "one two\nlast 4\n") != nil)
    #expect(step.objection(to: "two\nlast 3\n") != nil)
    #expect(step.objection(to: "one two\nlast 3\nmore\n") != nil)
    step.expected = []
    #expect(step.objection(to: "anything\n") != nil)
  }
}

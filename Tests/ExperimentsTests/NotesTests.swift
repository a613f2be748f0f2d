import Experiments
import Foundation
import Tables
import Testing

@Suite struct NotesTests {
  private let name: ExperimentName

  init() throws { name = try ExperimentName("demo") }

  @Test func `notes are a chain of commits that plain git reads, and the versions stay as they were`() throws {
    let workspace = try TemporaryWorkspace()
    try workspace.record("demo")
    let version = try workspace.git("rev-parse", "refs/experiments/demo")
    let store = try workspace.open()
    #expect(try store.notes(of: name).isEmpty)
    try store.updateNotes(of: name) { $0.add(tag: "基準", version: 1) }
    try store.updateNotes(of: name) { $0.notes.append(.init(version: 1, text: "線 \"q\"\n<b>")) }
    try store.updateNotes(of: name) { $0.verdicts.append(.init(version: 1, verdict: "identical", build: "abc")) }
    // Nothing new, no commit.
    try store.updateNotes(of: name) { $0.add(tag: "基準", version: 1) }

    #expect(try workspace.git("rev-list", "--count", "refs/kiseki/notes/demo") == "3\n")
    let text = try workspace.git("show", "refs/kiseki/notes/demo:notes.json")
    let json = try JSONValue(parsing: Data(text.utf8))
    #expect(json["format"] == 1 && json["tags"] == [["tag": "基準", "version": 1]])
    #expect(json["notes"]?.arrayValue?.first?["text"] == "線 \"q\"\n<b>")
    let read = try store.notes(of: name)
    #expect(read.tags(of: 1) == ["基準"] && read.tags(of: nil) == [] && read.verdict(of: 1)?.build == "abc")
    #expect(try store.allNotes() == [name: read])
    #expect(try workspace.git("rev-parse", "refs/experiments/demo") == version)
    try workspace.git("fsck", "--full", "--strict")
  }

  @Test func `members that a newer program wrote survive a change`() throws {
    let json: JSONValue = [
      "format": 1, "tags": ["plain", ["tag": "kept", "by": "someone"]], "notes": [], "verdicts": [],
      "evaluations": [["data": "other.csv"]],
    ]
    var notes = try ExperimentNotes(json: json)
    notes.add(tag: "new")
    #expect(notes.json["evaluations"] == json["evaluations"])
    #expect(notes.json["tags"] == [["tag": "plain"], ["tag": "kept", "by": "someone"], ["tag": "new"]])
  }

  @Test(arguments: [
    ("{\"format\": 2}", "newer kiseki"), ("{\"format\": 1, \"tags\": 3}", "'tags'"),
    ("{\"format\": 1, \"notes\": [{\"time\": \"yesterday\", \"text\": \"x\"}]}", "'time'"), ("[", "JSON"),
  ])
  func `a document that cannot be understood is refused and left alone`(text: String, reason: String) throws {
    let workspace = try TemporaryWorkspace()
    try workspace.write(text, to: "notes.json")
    let blob = try workspace.git("hash-object", "-w", workspace.path + "/notes.json").trimmed
    try workspace.git("update-index", "--add", "--cacheinfo", "100644,\(blob),notes.json")
    let tree = try workspace.git("write-tree").trimmed
    let identity = ["-C", workspace.path, "-c", "user.name=A", "-c", "user.email=a@b.c"]
    let commit = try runGit(identity + ["commit-tree", tree, "-m", "x"]).trimmed
    try workspace.git("update-ref", "refs/kiseki/notes/demo", commit)
    let store = try workspace.open()
    let error = #expect(throws: ExperimentsError.self) { try store.updateNotes(of: name) { $0.add(tag: "x") } }
    #expect(error?.description.contains(reason) == true && error?.description.contains("'demo'") == true)
    #expect(try store.allNotes().isEmpty)
    #expect(try workspace.git("rev-parse", "refs/kiseki/notes/demo").trimmed == commit)
  }

  @Test func `writers at the same time lose no tag`() async throws {
    let workspace = try TemporaryWorkspace()
    let name = name
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<6 {
        group.addTask {
          let store = try workspace.open()
          for tag in 0..<10 { try store.updateNotes(of: name) { $0.add(tag: "t\(writer)-\(tag)") } }
        }
      }
      try await group.waitForAll()
    }
    let tags = try workspace.open().notes(of: name).tags(of: nil)
    #expect(Set(tags).count == 60)
    #expect(try workspace.git("rev-list", "--count", "refs/kiseki/notes/demo") == "60\n")
  }

  @Test func `a tag is one visible word`() throws {
    #expect(try ExperimentNotes.checkedTag("か\u{3099}") == "が")
    for text in ["", "two words", "a,b", "-x", "a\u{202E}b", "tab\t", String(repeating: "x", count: 101)] {
      let error = #expect(throws: ExperimentsError.self) { try ExperimentNotes.checkedTag(text) }
      #expect(error?.description.unicodeScalars.contains("\u{202E}") == false)
    }
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

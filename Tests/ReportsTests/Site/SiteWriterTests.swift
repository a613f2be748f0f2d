import Foundation
import Hashing
import Reports
import Testing

@Suite struct SiteWriterTests {
  private let first = ["index.html": "1", "data/a.json": "{}", "experiments/x/index.html": "x"]

  @Test func `a site appears in a new directory, and publishing it again changes nothing`() throws {
    let site = SiteDirectory()
    #expect(try site.publish(first).written == first.keys.sorted())
    #expect(try site.contents() == first)
    let names = first.keys.sorted() + [".kiseki-site.json"]
    let before = try names.map(site.identity)
    let again = try site.publish(first)
    #expect(again.written == [] && again.unchanged == 3 && again.removed == [])
    #expect(try names.map(site.identity) == before)
  }

  @Test func `only what differs is written, what is no longer wanted goes with its empty folders`() throws {
    let site = SiteDirectory()
    try site.publish(first)
    let kept = try site.identity("data/a.json")
    let next = ["index.html": "2", "data/a.json": "{}", "experiments/y/index.html": "y"]
    let changes = try site.publish(next)
    #expect(changes.written == ["experiments/y/index.html", "index.html"])
    #expect(changes.removed == ["experiments/x/index.html"] && changes.unchanged == 1)
    #expect(try site.contents() == next)
    #expect(try site.identity("data/a.json") == kept)
  }

  @Test func `a file changed by hand is put right`() throws {
    let site = SiteDirectory()
    try site.publish(first)
    try site.write("9", to: "index.html")
    #expect(try site.publish(first).written == ["index.html"])
    #expect(try site.contents() == first)
  }

  @Test func `files of others stay, in folders of ours too`() throws {
    let site = SiteDirectory()
    try site.publish(first)
    try site.write("theirs", to: "CNAME")
    try site.write("theirs", to: "experiments/x/notes.txt")
    try site.publish(["index.html": "2"])
    #expect(try site.contents() == ["index.html": "2", "CNAME": "theirs", "experiments/x/notes.txt": "theirs"])
  }

  @Test func `a file of others in the way is refused before anything is written`() throws {
    let site = SiteDirectory()
    try site.publish(["index.html": "1"])
    try site.write("theirs", to: "data/a.json")
    #expect(site.refusal(first).hasPrefix("cannot publish into \(site.path): 'data/a.json' is there and belongs"))
    try site.write("theirs", to: "experiments")
    #expect(site.refusal(["experiments/x/index.html": "x"]).contains("'experiments' is there and belongs"))
    #expect(try site.contents() == ["index.html": "1", "data/a.json": "theirs", "experiments": "theirs"])
  }

  @Test func `a directory with files of others and no site is refused, an empty one is not`() throws {
    let site = SiteDirectory()
    try site.write("theirs", to: "thesis.tex")
    #expect(
      site.refusal(first) == "cannot publish into \(site.path): it holds 'thesis.tex' and is no site of kiseki. "
        + "Name a new or empty directory.")
    try FileManager.default.removeItem(atPath: site.path + "/thesis.tex")
    try site.publish(first)
    #expect(try site.contents() == first)
  }

  @Test func `a file where the directory should be is refused`() throws {
    let site = SiteDirectory()
    try Data().write(to: URL(filePath: site.path))
    #expect(site.refusal(first).contains("it is a file, not a directory"))
  }

  @Test func `links lead nowhere`() throws {
    let site = SiteDirectory()
    let outside = SiteDirectory()
    try outside.write("precious", to: "x/index.html")
    try site.publish(first)
    try FileManager.default.removeItem(atPath: site.path + "/experiments")
    try FileManager.default.createSymbolicLink(atPath: site.path + "/experiments", withDestinationPath: outside.path)
    #expect(site.refusal(first).contains("'experiments' is there and belongs to someone else"))
    try site.publish(["index.html": "1"])
    #expect(try outside.contents() == ["x/index.html": "precious"])
  }

  @Test(arguments: [
    "{\"format\":1,\"files\":[\"../precious\"]}", "{\"format\":1,\"files\":[\"/etc/hostname\"]}",
    "{\"format\":1,\"files\":[\".git/config\"]}", "{\"format\":2,\"files\":[]}", "{\"files\":[]}", "[", "",
  ])
  func `a manifest that could not be ours is not believed`(manifest: String) throws {
    let site = SiteDirectory()
    try site.write(manifest, to: ".kiseki-site.json")
    #expect(site.refusal(first).contains("does not say which files belong to the site"))
    #expect(try site.contents() == [:])
  }

  @Test func `a publication broken off at any file is completed by the next`() throws {
    struct Broken: Error {}
    let old = ["index.html": "1", "old/a.html": "a", "same.css": "s"]
    let new = ["index.html": "2", "experiments/x/index.html": "x", "same.css": "s", "z.json": "z"]
    for count in 0...3 {
      let site = SiteDirectory()
      try site.publish(old)
      var left = count
      // The content of the file after `count` others cannot be had, as when the process ends there.
      let files = new.sorted { $0.key < $1.key }.map { path, text in
        SiteFile(path, sha256: SHA256.hash(Data(text.utf8)), bytes: text.utf8.count) {
          left -= 1
          if left < 0 { throw Broken() }
          return Data(text.utf8)
        }
      }
      if count < 3 { #expect(throws: Broken.self) { try SiteWriter(directory: site.path).write(files) } }
      // A process killed while it wrote also leaves these.
      try site.write("half", to: ".kiseki-tmp-1")
      try FileManager.default.createDirectory(atPath: site.path + "/experiments/x", withIntermediateDirectories: true)
      try site.write("half", to: "experiments/x/.kiseki-tmp-2")
      try site.publish(new)
      #expect(try site.contents() == new, "after \(count)")
    }
  }

  @Test func `a first publication broken off is completed by the next`() throws {
    let site = SiteDirectory()
    try site.write("half", to: ".kiseki-tmp-1")
    try site.publish(first)
    #expect(try site.contents() == first)
  }

  @Test func `a large file is not asked for when the one on disk is the same`() throws {
    let site = SiteDirectory()
    let content = Data("weights".utf8)
    var loads = 0
    let file = SiteFile("adapter.bin", sha256: SHA256.hash(content), bytes: content.count) {
      loads += 1
      return content
    }
    let writer = SiteWriter(directory: site.path)
    _ = try writer.write([file])
    _ = try writer.write([file])
    #expect(loads == 1)
  }

  @Test func `checksums are what sha256sum says`() throws {
    let site = SiteDirectory()
    let files = [SiteFile("a/実験,1=2.txt", "1"), SiteFile("a/b.txt", "2"), SiteFile("c.txt", "3")]
    _ = try SiteWriter(directory: site.path).write(files + [files.checksums(), files.checksums(in: "a")])
    for folder in ["", "/a"] {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
      process.currentDirectoryURL = URL(filePath: site.path + folder)
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    #expect(try site.text("a/SHA256SUMS").split(separator: "\n").count == 2)
  }
}

import Foundation
import Glibc
import Tables
import Testing

/// Places a run is asked to work in: repositories of all kinds, directories with something in them, disks.
@Suite struct RunPlaceTests {
  /// Mounting and changing owners need root, and a container may forbid it; then the test says that it was left out.
  private static let isRoot = getuid() == 0

  private func refused(
    _ workspace: RunWorkspace, _ sentence: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ended = try workspace.run()
    #expect(ended.code == 1, "\(ended.errors)", sourceLocation: sourceLocation)
    #expect(ended.output == "", sourceLocation: sourceLocation)
    #expect(ended.sentence.contains(sentence), "\(ended.errors)", sourceLocation: sourceLocation)
    #expect(!workspace.exists("experiments/tiny/config.yaml"), sourceLocation: sourceLocation)
  }

  @Test func `a folder that is no repository is refused`() throws {
    let workspace = try RunWorkspace(hasRepository: false)
    try refused(workspace, "cannot find a git repository at \(workspace.path) or above it. Run 'kiseki init'")
  }

  @Test func `a repository without experiments is refused`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.kiseki("-C", "..", "run", "x.yaml")
    #expect(ended.code == 1 && ended.sentence.contains("Run 'kiseki init'"))
  }

  @Test func `objects named by SHA-256 are refused`() throws {
    let workspace = try RunWorkspace(hasRepository: false)
    try workspace.git("init", "-q", "--object-format=sha256")
    try refused(
      workspace, "it names its objects by SHA-256, which is not supported. Use a repository made by 'git init")
  }

  @Test func `a user git knows nothing of records under a fallback identity`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run().code == 0)
    #expect(
      try workspace.git("log", "-1", "--format=%an <%ae>", "refs/experiments/tiny") == "Kiseki <kiseki@localhost>\n")
    try workspace.setUser("[user]\n\tname = Ada\n\temail = ada@example.org\n")
    #expect(try workspace.run().code == 0)
    #expect(try workspace.git("log", "-1", "--format=%an <%ae>", "refs/experiments/tiny") == "Ada <ada@example.org>\n")
  }

  @Test(.enabled(if: isRoot, "changing owners needs root"))
  func `another owner's repository is refused with the way to trust it`() throws {
    let workspace = try RunWorkspace()
    for path in ["", "/.git"] { #expect(chown(workspace.path + path, 12345, 12345) == 0) }
    try refused(workspace, "it belongs to another user. If you trust it, run 'git config --global --add safe.directory")
  }

  @Test(.enabled(if: isRoot, "changing owners needs root"), arguments: ["*", "="])
  func `another owner's repository is used where git is told to trust it`(trusted: String) throws {
    let workspace = try RunWorkspace()
    for path in ["", "/.git"] { #expect(chown(workspace.path + path, 12345, 12345) == 0) }
    let directory = trusted == "=" ? workspace.path : trusted
    try workspace.setUser("[safe]\n\tdirectory = \(directory)\n\tdirectory =\n")
    try refused(workspace, "it belongs to another user")
    try workspace.setUser("[safe]\n\tdirectory =\n\tdirectory = \(directory)\n\tdirectory = /elsewhere\n")
    let ended = try workspace.run()
    #expect(ended.code == 0, "\(ended.errors)")
  }

  @Test(
    .enabled(if: Stranger.canStart, "needs root, and a build that others may start"),
    arguments: [
      ("model", "cannot read"), ("model/config.json", "cannot load the model: cannot read"),
      ("model/model.safetensors", "cannot open"), ("model/tokenizer.model", "cannot open the tokenizer model"),
      ("train.csv", "cannot read"),
    ])
  func `what may not be read is not called missing`(name: String, beginning: String) throws {
    let workspace = try RunWorkspace()
    try Stranger.take(workspace.path)
    #expect(chmod(workspace.path + "/" + name, 0) == 0)
    let ended = try Stranger.start(["run", "experiments/tiny.yaml", "--dry-run"], in: workspace.path)
    let sentence = ended.errors.split(separator: "\n").last ?? ""
    #expect(ended.exitCode == 1, "\(ended.errors)")
    #expect(sentence.contains(beginning) && sentence.contains("\(name): Permission denied; make it"), "\(ended.errors)")
    #expect(sentence.contains("for you (chmod), or have its owner do so"), "\(ended.errors)")
    #expect(!sentence.contains("Copy") && !sentence.contains("missing"), "\(ended.errors)")
  }

  @Test(.enabled(if: isRoot, "mounting needs root"))
  func `a read-only repository is refused before anything is computed`() throws {
    let workspace = try RunWorkspace()
    let before = try workspace.git("for-each-ref")
    try Mount.bindReadOnly(workspace.path) {
      let ended = try workspace.run()
      #expect(ended.code == 1)
      #expect(
        ended.sentence.contains("it is read-only for you. Make it writable, or work in a clone"), "\(ended.errors)")
    }
    #expect(try workspace.git("for-each-ref") == before)
    #expect(!workspace.exists("experiments/tiny"))
  }

  @Test func `unsaved work and strange files in the directory are kept`() throws {
    let workspace = try RunWorkspace()
    try workspace.write("mine", to: "experiments/tiny/notes.txt")
    try refused(workspace, "experiments/tiny holds files that no version has. Move the folder away")
    // Known before the model is looked at, and to a rehearsal.
    try FileManager.default.removeItem(atPath: workspace.path + "/model/model.safetensors")
    let rehearsal = try workspace.run("--dry-run")
    #expect(rehearsal.code == 1 && rehearsal.sentence.contains("experiments/tiny holds files that no version has"))
    try RunModel().write(to: workspace.path + "/model")
    #expect(try workspace.text("experiments/tiny/notes.txt") == "mine")
    #expect(try workspace.run("-n", "other").code == 0)
    try workspace.write("changed", to: "experiments/other/config.yaml")
    let ended = try workspace.run("-n", "other")
    #expect(ended.code == 1)
    #expect(ended.sentence.contains("experiments/other differs from version 1 in 'config.yaml'. Move the folder away"))
    #expect(try workspace.text("experiments/other/config.yaml") == "changed")
    try workspace.write("a file", to: "experiments/third")
    let third = try workspace.run("-n", "third")
    #expect(third.code == 1 && third.sentence.contains("there is something that is no directory. Move it away first"))
  }

  /// Everything a run writes fills the disk at another place with every size: inputs, metrics, predictions, weights,
  /// objects, commit.
  @Test(.enabled(if: isRoot, "mounting needs root"), arguments: [2, 12, 20, 28, 36, 44, 52, 60, 76, 100, 140])
  func `a full disk loses nothing and leaves nothing half-written in git`(spareKibibytes: Int) throws {
    try Mount.withSmallDisk(kibibytes: 2048) { disk in
      let workspace = try RunWorkspace(parent: disk)
      let first = try workspace.run("-n", "first")
      try #require(first.code == 0, "\(first.errors)")
      try Mount.fill(disk, leaving: spareKibibytes)
      let ended = try workspace.run()
      let refs = try workspace.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/experiments/tiny")
      if ended.code == 0 {
        #expect(refs != "")
      } else {
        #expect(ended.code == 1)
        #expect(ended.errors.lowercased().contains("free some space"), "\(ended.errors)")
        #expect(ended.sentence.hasPrefix("kiseki: cannot "), "\(ended.errors)")
        #expect(refs == "" && ended.output == "")
        #expect(!workspace.exists("experiments/tiny/result.json"))
        // The cause and the way on, whichever write was the one that failed.
        let causes = ["No space left on device", "the disk is full", "has room for"]
        #expect(causes.contains { ended.sentence.contains($0) }, "\(ended.errors)")
        if workspace.exists("experiments/tiny") {
          #expect(ended.sentence.contains("kiseki resume tiny"), "\(ended.errors)")
          #expect(workspace.exists("experiments/tiny/config.yaml"))
          if workspace.exists("experiments/tiny/metrics.jsonl") {
            // A score in the metrics promises the predictions it was made from.
            for line in try workspace.lines("experiments/tiny/metrics.jsonl") where line["validation/loss"] != nil {
              let folder = "experiments/tiny/evaluations/\(line["step"]?.integerValue ?? -1)"
              #expect(try workspace.lines(folder + "/predictions.jsonl").count == 3)
              #expect(try workspace.json(folder + "/scores.json")["scores"]?["loss"] == line["validation/loss"])
            }
          }
        }
      }
      #expect(try workspace.files(below: ".").allSatisfy { !$0.contains(".kiseki-tmp-") && !$0.contains("tmp_obj") })
      let check = try workspace.git("fsck", "--full", "--strict")
      #expect(!check.contains("error") && !check.contains("missing"))
      #expect(try workspace.git("show", "refs/experiments/first:result.json").contains("completed"))
      // With room again the experiment is run without further ado.
      try FileManager.default.removeItem(atPath: disk + "/ballast")
      if ended.code == 1 && workspace.exists("experiments/tiny") {
        try FileManager.default.removeItem(atPath: workspace.path + "/experiments/tiny")
      }
      let again = try workspace.run()
      #expect(again.code == 0, "\(again.errors)")
    }
  }
}

/// The program run by a user without rights.
private enum Stranger {
  private static let id: uid_t = 65_534

  static func start(_ words: [String], in directory: String) throws -> Program.Outcome {
    let switching = ["--reuid=\(id)", "--regid=\(id)", "--clear-groups", Program.path]
    return try Program.run(switching + words, in: directory, program: "/usr/bin/setpriv")
  }

  static let canStart =
    getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
    && (try? start(["--version"], in: "/").exitCode) == 0

  static func take(_ path: String) throws {
    let below = try FileManager.default.subpathsOfDirectory(atPath: path)
    for path in [path] + below.map({ path + "/" + $0 }) { #expect(chown(path, id, id) == 0) }
  }
}

/// File systems that exist for one test.
enum Mount {
  private static func call(_ arguments: String...) throws {
    let folder = NSTemporaryDirectory() + "kiseki-mount-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
    let ended = try Running("/usr/bin/env", arguments, in: "/", environment: environment, notes: folder).wait()
    guard ended.code == 0 else {
      throw CommandFailure(message: "\(arguments.joined(separator: " ")): \(ended.errors)")
    }
  }

  static func withSmallDisk(kibibytes: Int, _ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "kiseki-disk-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try call("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", path)
    defer { try? call("umount", "-l", path) }
    try body(path)
  }

  static func bindReadOnly(_ path: String, _ body: () throws -> Void) throws {
    try call("mount", "--bind", path, path)
    defer { try? call("umount", "-l", path) }
    try call("mount", "-o", "remount,ro,bind", path)
    try body()
  }

  /// Fills a disk but for some room.
  static func fill(_ disk: String, leaving kibibytes: Int) throws {
    var status = statvfs()
    guard statvfs(disk, &status) == 0 else { throw CommandFailure(message: "statvfs \(disk)") }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    try Data(count: max(0, free - kibibytes << 10)).write(to: URL(filePath: disk + "/ballast"))
  }
}

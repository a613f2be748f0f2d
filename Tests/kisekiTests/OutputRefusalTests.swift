import Foundation
import Glibc
import Tables
import Testing

/// Folders that no run is put in, directories that are somebody else's, and disks that are gone.
@Suite struct OutputRefusalTests {
  private static let isRoot = getuid() == 0

  /// Refused at the line of the configuration, before the model is looked at, and with nothing made.
  private func refused(
    _ workspace: RunWorkspace, _ folder: String, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try workspace.write(RunWorkspace.configuration + "output_directory: \(folder)\n", to: "experiments/tiny.yaml")
    let model = workspace.path + "/model/model.safetensors"
    try FileManager.default.moveItem(atPath: model, toPath: model + ".away")
    defer { try? FileManager.default.moveItem(atPath: model + ".away", toPath: model) }
    let line = RunWorkspace.configuration.split(separator: "\n", omittingEmptySubsequences: false).count
    for command in [["run"], ["run", "--dry-run"], ["sweep", "lora_r=2,4", "-n", "tiny"]] {
      let words = [command[0], "experiments/tiny.yaml"] + command.dropFirst()
      let ended = try workspace.start(words).wait()
      #expect(ended.code == 64, "\(ended.errors)", sourceLocation: sourceLocation)
      #expect(
        ended.sentence.contains("experiments/tiny.yaml:\(line):"), "\(ended.errors)", sourceLocation: sourceLocation)
      #expect(ended.sentence.contains(reason), "\(ended.errors)", sourceLocation: sourceLocation)
    }
    #expect(workspace.link("tiny") == nil && !workspace.exists("experiments/tiny"), sourceLocation: sourceLocation)
    #expect(try workspace.git("for-each-ref", "refs/experiments/tiny") == "", sourceLocation: sourceLocation)
  }

  @Test func `a folder that cannot hold runs is refused`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    #expect(try workspace.run("-n", "other").code == 0)
    #expect(try workspace.run("-n", "far", "output_directory=\(output.path)").code == 0)
    try output.write("", to: "file")
    #expect(symlink(output.path + "/nowhere", output.path + "/link") == 0)
    try refused(workspace, output.path + "/file", "/file is a file; move it away, or name a folder")
    try refused(workspace, output.path + "/file/below", "/file is a file; move it away, or name a folder")
    try refused(workspace, "other", "it is inside of experiments/")
    try refused(workspace, "new/runs", "it is inside of experiments/")
    try refused(workspace, "../.git", "it is inside of a git repository's own folder")
    try refused(workspace, "../.git/kiseki/runs", "it is inside of a git repository's own folder")
    try refused(workspace, output.path + "/far/runs", "/far is the directory of a run")
    try refused(workspace, output.path + "/link", "is a link to \(output.path)/nowhere, which is not there")
    #expect(try output.names() == ["far", "file", "link"])
    if Self.isRoot {
      try Mount.bindReadOnly(output.path) {
        try refused(workspace, output.path + "/runs", "Read-only file system; make it writable for you")
      }
    } else {
      #expect(chmod(output.path, 0o555) == 0)
      defer { chmod(output.path, 0o755) }
      try refused(workspace, output.path + "/runs", "Permission denied; make it writable for you")
    }
  }

  @Test func `what is in the place of the directory stays as it is`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    try output.write("mine", to: "tiny/notes.txt")
    try refused(
      workspace, output.path, "\(output.path)/tiny is there already, and nothing that is there is overwritten")
    #expect(try output.text("tiny/notes.txt") == "mine")
    try FileManager.default.removeItem(atPath: output.path + "/tiny")
    try output.write("a file", to: "tiny")
    try refused(workspace, output.path, "\(output.path)/tiny is there already")
    try FileManager.default.removeItem(atPath: output.path + "/tiny")
    try output.write("mine", to: "elsewhere/notes.txt")
    #expect(symlink("elsewhere", output.path + "/tiny") == 0)
    try refused(workspace, output.path, "\(output.path)/tiny is there already")
    #expect(try output.names(in: "elsewhere") == ["notes.txt"])
    // An empty one is no loss.
    try FileManager.default.removeItem(atPath: output.path + "/tiny")
    try FileManager.default.createDirectory(atPath: output.path + "/tiny", withIntermediateDirectories: false)
    #expect(try workspace.run().code == 0)
    // A copy of a version that somebody else made there is not ours to replace either.
    #expect(try workspace.run("-n", "tiny", "output_directory=''").code == 0)
    #expect(try workspace.kiseki("checkout", "tiny@1", output.path + "/tiny").code == 0)
    let ended = try workspace.run()
    #expect(ended.code == 64 && ended.sentence.contains("/tiny is there already"), "\(ended.errors)")
    #expect(try workspace.versions() == ["tiny": 2])
  }

  @Test func `two workspaces that share a folder do not get into each other's directories`() throws {
    let output = try OutputFolder()
    let both = [try RunWorkspace(), try RunWorkspace()]
    for _ in 0..<4 {
      let started = try both.map { try $0.start(["run", "experiments/tiny.yaml", "output_directory=" + output.path]) }
      let ended = try started.map { try $0.wait() }
      let winners = ended.indices.filter { ended[$0].code == 0 }
      #expect(winners.count == 1, "\(ended.map(\.errors))")
      guard let winner = winners.first else { return }
      #expect(
        ended[1 - winner].sentence.contains("\(output.path)/tiny is there already"), "\(ended[1 - winner].errors)")
      #expect(both[1 - winner].link("tiny") == nil && !both[1 - winner].exists("experiments/tiny"))
      #expect(try both[1 - winner].versions() == [:] && output.names() == ["tiny"])
      // A link made by hand makes it no more theirs.
      #expect(symlink(output.path + "/tiny", both[1 - winner].path + "/experiments/tiny") == 0)
      let forged = try both[1 - winner].run()
      #expect(forged.code == 1 && forged.sentence.contains("it is a link to \(output.path)/tiny"), "\(forged.errors)")
      #expect(try both[1 - winner].kiseki("resume", "tiny").code != 0)
      #expect(unlink(both[1 - winner].path + "/experiments/tiny") == 0)
      #expect(try both[winner].kiseki("rm", "tiny", "-y").code == 0)
      #expect(try output.names() == [])
    }
  }

  @Test func `a link that came with a repository leads nowhere`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    #expect(try workspace.run("-n", "one").code == 0)
    try output.write("private", to: "config.yaml")
    try output.write("private", to: "checkpoint/state/1.json")
    try FileManager.default.removeItem(atPath: workspace.path + "/experiments/one")
    #expect(symlink(output.path, workspace.path + "/experiments/one") == 0)
    // Neither does one whose directory holds a mark that no note of this repository names.
    try output.write("abc\n", to: ".kiseki-place")
    for arguments in [
      ["run", "experiments/tiny.yaml", "-n", "one"], ["checkout", "one@1"], ["rerun", "one"],
      ["run", "experiments/tiny.yaml", "-n", "one", "output_directory=../runs"],
    ] {
      let ended = try workspace.start(arguments).wait()
      #expect(
        ended.code == 1 && ended.sentence.contains("it is a link to \(output.path), which is no"), "\(ended.errors)")
    }
    #expect(try workspace.kiseki("resume", "one").errors.contains("nothing to resume"))
    #expect(try !workspace.kiseki("show", "one").output.contains("private"))
    #expect(symlink(output.path, workspace.path + "/experiments/grid") == 0)
    for folder in ["", "../runs"] {
      let trial = try workspace.run("-n", "grid/new", "output_directory=" + folder)
      #expect(
        trial.code == 1 && trial.sentence.contains("cannot use experiments/grid: it is a link"), "\(trial.errors)")
    }
    #expect(try output.names() == [".kiseki-place", "checkpoint", "config.yaml"])
    #expect(try output.text("config.yaml") == "private" && workspace.link("one") == output.path)
  }

  @Test func `a directory that is gone is said so, and nothing is made in its stead`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    let disk = output.path + "/disk"
    #expect(try workspace.run("-n", "done", "output_directory=\(disk)/runs").code == 0)
    let running = try workspace.start([
      "run", "experiments/tiny.yaml", "-n", "half", "output_directory=\(disk)/runs", "epochs=100000",
      "evaluation_epochs=1000000",
    ])
    try running.wait {
      try output.exists("disk/runs/half/metrics.jsonl") && output.text("disk/runs/half/metrics.jsonl").count > 500
    }
    running.send(SIGINT)
    #expect(try running.wait().code == 130)
    func unmount(leaving isMountPoint: Bool) throws {
      try FileManager.default.moveItem(atPath: disk, toPath: output.path + "/away")
      if isMountPoint { try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false) }
    }
    func mount() throws {
      if output.exists("disk") { #expect(rmdir(disk) == 0) }
      try FileManager.default.moveItem(atPath: output.path + "/away", toPath: disk)
    }
    for isMountPoint in [true, false] {
      try unmount(leaving: isMountPoint)
      let hint = "is not there. If it is on a disk that is not mounted, mount that; if you removed it, remove the link"
      for arguments in [
        ["run", "experiments/tiny.yaml", "-n", "done"], ["run", "experiments/tiny.yaml", "-n", "half"],
        ["resume", "half"], ["checkout", "done@1"], ["rename", "done", "finished"],
      ] {
        let ended = try workspace.start(arguments).wait()
        #expect(ended.code == 1 && ended.sentence.contains(hint), "\(arguments): \(ended.errors)")
      }
      for arguments in [["-n", "new"], ["-n", "done"]] {
        let ended = try workspace.start(
          ["run", "experiments/tiny.yaml", "output_directory=\(disk)/runs"] + arguments
        ).wait()
        #expect(
          ended.code == 64 && ended.sentence.contains("no directory that was made there is there any more"),
          "\(ended.errors)")
      }
      #expect(try output.names() == (isMountPoint ? ["away", "disk"] : ["away"]))
      if isMountPoint { #expect(try output.names(in: "disk") == []) }
      #expect(try workspace.status("half") == "interrupted" && workspace.status("done") == "completed")
      #expect(try workspace.kiseki("ls").errors.contains("half: its directory \(disk)/runs/half is not there"))
      #expect(try workspace.kiseki("show", "half").errors.contains("its directory \(disk)/runs/half is not there"))
      // What git has does not need the disk.
      #expect(
        try workspace.kiseki("generate", "done", "open").code == 0 && workspace.kiseki("verify", "done").code == 0)
      #expect(try workspace.kiseki("rm", "half", "-y").code == 0 && workspace.link("half") == nil)
      let early = try workspace.kiseki("restore", "half")
      #expect(early.code == 1 && early.sentence.contains("\(disk)/runs, which its directory was in, is not there"))
      try mount()
      #expect(try workspace.kiseki("restore", "half").code == 0 && workspace.status("half") == "interrupted")
    }
    #expect(try workspace.run("-n", "done", "output_directory=\(disk)/runs").code == 0)
    #expect(try workspace.versions() == ["done": 2])
    // Removed on purpose, the link with it: the name is free again.
    try FileManager.default.removeItem(atPath: disk)
    for name in ["done", "half"] { #expect(unlink(workspace.path + "/experiments/" + name) == 0) }
    let ended = try workspace.run("-n", "half", "output_directory=\(disk)/runs")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try workspace.kiseki("checkout", "done@2").code == 0 && workspace.link("done") == nil)
  }

  @Test func `a workspace that was moved keeps its directories, a copy and a linked work tree have their own`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    #expect(try workspace.run("-n", "one", "output_directory=\(output.path)").code == 0)
    let copy = try RunWorkspace(hasRepository: false)
    try FileManager.default.removeItem(atPath: copy.path)
    #expect(try workspace.shell("cp -a . '\(copy.path)'").code == 0)
    let refused = try copy.run("-n", "one")
    #expect(refused.code == 1 && refused.sentence.contains("it is a link to \(output.path)/one"), "\(refused.errors)")
    try workspace.git("worktree", "add", "-q", "--detach", copy.path + "-tree")
    defer { try? FileManager.default.removeItem(atPath: copy.path + "-tree") }
    let tree = try workspace.kiseki("-C", copy.path + "-tree", "run", "experiments/tiny.yaml", "-n", "one", "epochs=1")
    #expect(tree.code == 0, "\(tree.errors)")
    #expect(FileManager.default.fileExists(atPath: copy.path + "-tree/experiments/one/result.json"))
    #expect(workspace.link("one") == output.path + "/one")

    // The copy takes the place of the workspace, which is gone then.
    try FileManager.default.removeItem(atPath: workspace.path)
    let next = try copy.run("-n", "one", "output_directory=\(output.path)")
    #expect(next.code == 0, "\(next.errors)")
    #expect(try copy.versions() == ["one": 2] && copy.link("one") == output.path + "/one")
  }

  @Test(.enabled(if: isRoot, "mounting needs root"))
  func `a disk of its own holds the directory whatever is done with it`() throws {
    try Mount.withSmallDisk(kibibytes: 4096) { disk in
      let (workspace, output) = (try RunWorkspace(), try OutputFolder())
      let real = URL(fileURLWithPath: disk).resolvingSymlinksInPath().path
      func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: disk).sorted() }
      for rank in [2, 4] {
        #expect(try workspace.run("-n", "one", "lora_r=\(rank)", "output_directory=\(disk)").code == 0)
        #expect(try names() == ["one"])
      }
      #expect(try workspace.kiseki("checkout", "one@1").code == 0)
      #expect(try workspace.text("experiments/one/config.yaml").contains("lora_r: 2\n") && names() == ["one"])
      #expect(try workspace.kiseki("rename", "one", "two").code == 0)
      #expect(try workspace.link("two") == real + "/two" && names() == ["two"])
      #expect(try workspace.kiseki("rm", "two", "-y").code == 0)
      #expect(try names().allSatisfy { $0.hasPrefix(".kiseki-trash-") } && workspace.link("two") == nil)
      #expect(try workspace.kiseki("restore", "two").code == 0)
      #expect(try names() == ["two"] && workspace.exists("experiments/two/result.json"))
      // A run that fails at its beginning brings the one before back.
      try Mount.fill(disk, leaving: 0)
      let full = try workspace.run("-n", "two", "output_directory=\(disk)")
      #expect(full.code == 1 && full.errors.lowercased().contains("free some space"), "\(full.errors)")
      #expect(try names() == ["ballast", "two"] && workspace.kiseki("checkout", "two@1").output.contains("already"))
      #expect(workspace.link("two") == real + "/two")
      try FileManager.default.removeItem(atPath: disk + "/ballast")
      #expect(try workspace.run("-n", "two").code == 0)
      #expect(try names() == [] && workspace.link("two") == nil)
      #expect(try workspace.run("-n", "two", "output_directory=\(disk)").code == 0)
      #expect(try names() == ["two"])
      try workspace.requireClean(output)
    }
  }

  @Test(.enabled(if: isRoot, "mounting needs root"), arguments: [0, 4, 8, 12, 16, 20, 24, 32, 40, 52, 64, 80])
  func `a full disk of its own loses nothing`(spareKibibytes: Int) throws {
    try Mount.withSmallDisk(kibibytes: 1024) { disk in
      let workspace = try RunWorkspace()
      try Mount.fill(disk, leaving: spareKibibytes)
      let ended = try workspace.run("-n", "one", "output_directory=\(disk)")
      let refs = try workspace.git("for-each-ref", "refs/experiments/one")
      if ended.code != 0 {
        #expect(ended.code == 1 && refs == "" && ended.output == "")
        #expect(ended.errors.lowercased().contains("free some space"), "\(ended.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: disk).sorted()
        #expect(names == ["ballast"] || names == ["ballast", "one"], "\(names)")
        try FileManager.default.removeItem(atPath: disk + "/ballast")
        if names.contains("one") {
          #expect(try ended.sentence.contains("kiseki resume one") && workspace.status("one") == "interrupted")
          let resumed = try workspace.kiseki("resume", "one")
          #expect(resumed.code == 0, "\(resumed.errors)")
        } else {
          #expect(workspace.link("one") == nil)
          #expect(try workspace.run("-n", "one", "output_directory=\(disk)").code == 0)
        }
      }
      #expect(try workspace.versions() == ["one": 1] && workspace.status("one") == "completed")
      #expect(workspace.exists("experiments/one/result.json") && workspace.link("one") != nil)
    }
  }
}

import Foundation
import Glibc
import Tables
import Testing

/// Runs whose directories are in an `output_directory`, from their beginning to their removal.
@Suite struct OutputDirectoryTests {
  @Test func `a run is in the folder that is named, and is found and repeated by its name`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    let ended = try workspace.run("-n", "one", "output_directory=\(output.path)/large/runs")
    #expect(ended.code == 0, "\(ended.errors)")
    let place = output.path + "/large/runs/one"
    #expect(ended.errors.contains("directory: \(place), linked as experiments/one\n"))
    #expect(workspace.link("one") == place)
    #expect(output.exists("large/runs/one/adapter/adapter_model.safetensors"))
    #expect(try workspace.text("experiments/one/config.yaml").contains("\noutput_directory: runs\n"))
    #expect(try workspace.text("experiments/one/config.source.yaml").hasSuffix("# override: output_directory=runs\n"))
    #expect(try !workspace.git("ls-tree", "-r", "--name-only", "refs/experiments/one").contains(".kiseki"))
    try workspace.requireClean(output)

    #expect(try workspace.status("one") == "completed")
    #expect(try workspace.kiseki("show", "one").code == 0)
    #expect(try workspace.kiseki("generate", "one", "open the save").code == 0)
    #expect(try workspace.kiseki("report", "-o", "report.html").code == 0)
    #expect(try workspace.kiseki("publish", "site").code == 0)
    try FileManager.default.removeItem(atPath: workspace.path + "/site")
    try FileManager.default.removeItem(atPath: workspace.path + "/report.html")
    let verdict = try workspace.kiseki("verify", "one")
    #expect(verdict.code == 0 && verdict.output.contains("identical"), "\(verdict.errors)")
    #expect(try output.names(in: "large/runs") == ["one"] && workspace.link("one") == place)

    let again = try workspace.kiseki("rerun", "one")
    #expect(again.code == 0 && again.errors.contains("directory: \(place), linked"), "\(again.errors)")
    let other = try workspace.kiseki("rerun", "one@1", "-n", "other")
    #expect(other.code == 0 && workspace.link("other") == output.path + "/large/runs/other", "\(other.errors)")
    #expect(try workspace.versions() == ["one": 2, "other": 1])
    try workspace.requireClean(output)
  }

  @Test func `where a run is changes nothing of what comes out, and two such runs do not differ`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    #expect(try workspace.run("-n", "here").code == 0)
    #expect(try workspace.run("-n", "there", "output_directory=\(output.path)").code == 0)
    #expect(try workspace.resultHashes("here") == workspace.resultHashes("there"))
    let compared = try workspace.kiseki("compare", "here", "there")
    #expect(compared.code == 0 && !compared.output.contains("output_directory"), "\(compared.output)")
    #expect(try !workspace.kiseki("ls").output.contains("output_directory"))
    #expect(try !workspace.kiseki("diff", "here", "there").output.contains("output_directory"))
  }

  @Test func `the next version may be anywhere, and the directory of the one before goes`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    func run(_ folder: String) throws {
      let ended = try workspace.run("-n", "one", "output_directory=" + folder)
      #expect(ended.code == 0, "\(ended.errors)")
    }
    try run(output.path + "/a")
    try run(output.path + "/a")
    #expect(try output.names(in: "a") == ["one"])
    try run(output.path + "/b")
    #expect(try output.names(in: "a") == [] && output.names(in: "b") == ["one"])
    #expect(workspace.link("one") == output.path + "/b/one")
    try run("")
    #expect(try output.names(in: "b") == [] && workspace.link("one") == nil)
    #expect(workspace.exists("experiments/one/result.json"))
    #expect(try !workspace.text(".git/info/exclude").contains("one"))
    #expect(!workspace.exists(".git/kiseki/places/one"))
    try run(output.path + "/a")
    #expect(try workspace.versions() == ["one": 5] && workspace.link("one") == output.path + "/a/one")
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path + "/.git/kiseki/trash") == [])
    try workspace.requireClean(output)
  }

  @Test func `a folder counts from the configuration's, and one in the work tree is no news to git`() throws {
    let workspace = try RunWorkspace()
    let output = try OutputFolder()
    try workspace.write(RunWorkspace.configuration + "output_directory: ../runs*\n", to: "experiments/tiny.yaml")
    try workspace.git("commit", "-qam", "runs")
    #expect(try workspace.run("-n", "one").code == 0)
    #expect(workspace.exists("runs*/one/result.json") && workspace.exists("experiments/one/result.json"))
    #expect(try workspace.text("experiments/one/config.yaml").contains("\noutput_directory: \"runs*\"\n"))
    try workspace.requireClean(output)
    #expect(try workspace.kiseki("rm", "one", "-y").code == 0)
    #expect(try !workspace.text(".git/info/exclude").contains("one"))
    // experiments/ itself is what an empty value says.
    for folder in [".", "../experiments/", workspace.path + "/experiments"] {
      #expect(try workspace.run("-n", "plain", "output_directory=" + folder).code == 0)
      #expect(workspace.link("plain") == nil)
      #expect(try workspace.text("experiments/plain/config.yaml").contains("\noutput_directory: \"\"\n"))
    }
    #expect(try workspace.versions()["plain"] == 3)
  }

  @Test func `a record names no user and nothing above the workspace`() throws {
    let output = try OutputFolder()
    let workspace = try RunWorkspace(parent: output.path)
    let environment = ["USER": "hanako"]
    func run(_ folder: String) throws -> Ended {
      try workspace.run("-n", "one", "output_directory=" + folder, environment: environment)
    }
    #expect(try run(output.path + "/scratch/hanako").code == 0)
    #expect(try workspace.text("experiments/one/config.yaml").contains("\noutput_directory: home\n"))
    #expect(try workspace.kiseki("rerun", "one", environment: environment).code == 0)
    #expect(workspace.link("one") == output.path + "/scratch/hanako/one")
    let search = try workspace.shell("git grep -l hanako refs/experiments/one")
    #expect(search.code == 1 && search.output == "", "\(search.output)")
    #expect(try run(output.path).code == 0)
    #expect(try workspace.text("experiments/one/config.yaml").contains("\noutput_directory: \"..\"\n"))
    #expect(try workspace.kiseki("rerun", "one").code == 0 && workspace.link("one") == output.path + "/one")
    try workspace.requireClean(output)
    // What the user's own file says is kept byte for byte, so that is warned of.
    let file = RunWorkspace.configuration + "output_directory: \(output.path)/runs\n"
    try workspace.write(file, to: "experiments/tiny.yaml")
    #expect(try workspace.run().errors.contains("holds an absolute path (line 14), and so will the record"))
  }

  @Test func `a rehearsal makes nothing, and a drawn name is free in the folder`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    let rehearsal = try workspace.run("--dry-run", "output_directory=\(output.path)/new")
    #expect(rehearsal.code == 0 && rehearsal.errors.contains("directory: \(output.path)/new/tiny, linked"))
    #expect(try output.names() == [] && workspace.link("tiny") == nil)
    #expect(!workspace.exists(".git/kiseki/places"))
    let drawn = try workspace.run("experiment_name=''", "output_directory=\(output.path)", "--json")
    #expect(drawn.code == 0, "\(drawn.errors)")
    let name = try #require(try JSONValue(parsing: Data(drawn.output.utf8))["name"]?.stringValue)
    #expect(try output.names() == [name])
  }

  @Test func `a killed run is interrupted there, and resume completes it`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    let long = ["epochs=60", "evaluation_epochs=60", "checkpoint_steps=20"]
    #expect(try workspace.start(["run", "experiments/tiny.yaml", "-n", "whole"] + long).wait().code == 0)
    let whole = try workspace.resultHashes("whole")
    let running = try workspace.start(
      ["run", "experiments/tiny.yaml", "-n", "one", "output_directory=\(output.path)/runs"] + long)
    try running.wait { output.exists("runs/one/checkpoint/state/1.json") }
    running.send(SIGKILL)
    #expect(try running.wait().code == 128 + SIGKILL)
    #expect(try workspace.status("one") == "interrupted")
    #expect(try workspace.kiseki("show", "one").output.contains("interrupted"))
    let again = try workspace.run("-n", "one", "output_directory=\(output.path)/elsewhere")
    #expect(again.code == 1 && again.sentence.contains("experiments/one is an interrupted run"), "\(again.errors)")
    #expect(!output.exists("elsewhere"))
    #expect(try workspace.kiseki("checkout", "one").code == 1)
    // The link is for people; without it the directory is found all the same.
    try workspace.git("clean", "-fdxq", "experiments")
    #expect(try workspace.link("one") == nil && workspace.status("one") == "interrupted")
    let resumed = try workspace.kiseki("resume", "one")
    #expect(resumed.code == 0 && resumed.errors.contains("resumed from step"), "\(resumed.errors)")
    #expect(workspace.link("one") == output.path + "/runs/one")
    #expect(try workspace.resultHashes("one") == whole)
    #expect(try output.names(in: "runs") == ["one"] && !output.exists("runs/one/checkpoint"))
    #expect(try workspace.text("experiments/one/config.yaml").contains("\noutput_directory: runs\n"))
    try workspace.requireClean(output)
  }

  @Test func `a run killed at any moment leaves a name that can be run or resumed`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    for delay in stride(from: 20, through: 200, by: 12) {
      let folder = output.path + (delay % 24 == 20 ? "/a" : "/b")
      let running = try workspace.start(["run", "experiments/tiny.yaml", "-n", "one", "output_directory=" + folder])
      usleep(UInt32(delay * 1000))
      running.send(SIGKILL)
      _ = try running.wait()
      if try workspace.status("one") == "interrupted" {
        let resumed = try workspace.kiseki("resume", "one")
        #expect(resumed.code == 0 || resumed.sentence.contains("run its configuration again"), "\(resumed.errors)")
      }
      let ended = try workspace.run("-n", "one", "output_directory=" + folder)
      #expect(ended.code == 0, "\(delay) ms: \(ended.errors)")
      #expect(workspace.link("one") == folder + "/one")
    }
    let left = try output.names().map { try output.names(in: $0).filter { !$0.hasPrefix(".kiseki-tmp-") } }
    #expect(left.filter { $0 == ["one"] }.count == 1 && left.allSatisfy { $0.count <= 1 }, "\(left)")
    #expect(try workspace.git("fsck", "--full", "--strict", "--no-dangling") == "")
  }

  @Test func `checkout puts a version where the directory is`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    for rank in [2, 4] {
      #expect(try workspace.run("-n", "one", "lora_r=\(rank)", "output_directory=\(output.path)").code == 0)
    }
    #expect(try workspace.kiseki("checkout", "one@1").code == 0)
    #expect(workspace.link("one") == output.path + "/one")
    #expect(try workspace.text("experiments/one/config.yaml").contains("lora_r: 2\n"))
    #expect(try output.names() == ["one"])
    #expect(try workspace.kiseki("checkout", "one@2", output.path + "/one").code == 0)
    #expect(try workspace.text("experiments/one/config.yaml").contains("lora_r: 4\n"))
    let changed = output.path + "/one/config.yaml"
    try Data("mine".utf8).write(to: URL(filePath: changed))
    for arguments in [["checkout", "one@1"], ["run", "experiments/tiny.yaml", "-n", "one"]] {
      let refused = try workspace.start(arguments).wait()
      #expect(refused.code == 1 && refused.sentence.contains("differs from version 2"), "\(refused.errors)")
    }
    #expect(try output.text("one/config.yaml") == "mine")
    try FileManager.default.removeItem(atPath: changed)
    try Data(workspace.git("show", "refs/experiments/one:config.yaml").utf8).write(to: URL(filePath: changed))
    #expect(try workspace.run("-n", "one").code == 0)
    #expect(try workspace.link("one") == nil && output.names() == [])
  }

  @Test func `rename, rm and restore take the directory along`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    #expect(try workspace.run("-n", "one", "output_directory=\(output.path)").code == 0)
    try output.write("somebody's", to: "taken/file")
    let taken = try workspace.kiseki("rename", "one", "taken")
    #expect(taken.code != 0 && taken.sentence.contains("\(output.path)/taken is there already"), "\(taken.errors)")
    #expect(try workspace.kiseki("rename", "one", "two").code == 0)
    #expect(try output.names() == ["taken", "two"])
    #expect(workspace.link("two") == output.path + "/two" && workspace.link("one") == nil)
    #expect(try workspace.kiseki("rename", "two", "group/two").code == 0)
    #expect(workspace.link("group/two") == output.path + "/group/two")
    #expect(try workspace.kiseki("rename", "group/two", "one").code == 0)
    #expect(try output.names() == ["one", "taken"] && !workspace.exists("experiments/group"))
    try workspace.requireClean(output)

    #expect(try workspace.kiseki("rm", "one", "-y").code == 0)
    #expect(try output.names() == ["taken"] && workspace.link("one") == nil)
    #expect(try workspace.status("one") == nil)
    try output.write("somebody's", to: "one/file")
    let refused = try workspace.kiseki("restore", "one")
    #expect(refused.code == 1 && refused.sentence.contains("\(output.path)/one, where its directory was, is something"))
    try FileManager.default.removeItem(atPath: output.path + "/one")
    #expect(try workspace.kiseki("restore", "one").code == 0)
    #expect(workspace.link("one") == output.path + "/one" && workspace.exists("experiments/one/result.json"))
    #expect(try workspace.run("-n", "one", "output_directory=\(output.path)").code == 0)
    try workspace.requireClean(output)
  }

  @Test func `a clone that does not know the folder reruns into experiments and says so`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    #expect(try workspace.run("-n", "one", "output_directory=\(output.path)").code == 0)
    let clone = try RunWorkspace(hasRepository: false)
    try FileManager.default.removeItem(atPath: clone.path)
    try workspace.git("clone", "-q", workspace.path, clone.path)
    try clone.git("fetch", "-q", "origin", "refs/experiments/*:refs/experiments/*")
    let name = output.path.split(separator: "/").last ?? ""
    let again = try clone.kiseki("rerun", "one")
    #expect(again.code == 0)
    #expect(
      again.errors.contains(
        "warning: the run's directory is made in experiments/: the recorded output_directory is '\(name)', and it is not "
          + "known where that is here"), "\(again.errors)")
    #expect(clone.link("one") == nil && clone.exists("experiments/one/result.json"))
    #expect(try clone.text("experiments/one/config.yaml").contains("\noutput_directory: \"\"\n"))
    #expect(try output.names() == ["one"])
    // Where it was, but cannot be used now.
    try FileManager.default.removeItem(atPath: output.path + "/one")
    #expect(unlink(workspace.path + "/experiments/one") == 0)
    try FileManager.default.removeItem(atPath: output.path)
    try Data().write(to: URL(filePath: output.path))
    let here = try workspace.kiseki("rerun", "one")
    #expect(here.code == 0 && here.errors.contains("\(output.path) is a file"), "\(here.errors)")
    #expect(try !workspace.text("experiments/one/log.txt").contains(output.path))
  }
}

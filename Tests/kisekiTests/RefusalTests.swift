import Foundation
import Testing

@Suite struct RefusalTests {
  private static let reading = [["ls"], ["show", "demo"], ["log", "demo"], ["generate", "demo", "text"]]

  @Test(arguments: reading)
  func `outside of a git repository every reading command says what to do`(command: [String]) throws {
    let folder = try TestFolder()
    let outcome = try Program.run(command, in: folder.path)
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("cannot find a git repository"))
    #expect(outcome.errors.contains("kiseki init"))
    #expect(outcome.output == "")
  }

  @Test(arguments: reading)
  func `in a repository without experiments every reading command says what to do`(command: [String]) throws {
    let folder = try TestFolder()
    try folder.write("", to: "work/empty")
    try folder.git("init", "-q")
    let outcome = try Program.run(command, in: folder.workspace)
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("cannot find a workspace"))
  }

  @Test func `an empty workspace lists nothing and hints at the first run`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    let outcome = try folder.kiseki("ls")
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("kiseki run"))
    #expect(try folder.kiseki("ls", "--json").json() == [])
    #expect(try folder.kiseki("-q", "ls").errors == "")
  }

  @Test(arguments: ["show", "log", "generate"])
  func `an unknown experiment is an error of one sentence`(command: String) throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    let outcome = try folder.kiseki(command, "nothing", expecting: 1)
    #expect(outcome.errors.hasPrefix("kiseki: cannot find 'nothing'"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func `wrong usage ends with 64 and names the nearest word`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    #expect(try folder.kiseki("shwo", "demo", expecting: 64).errors.contains("did you mean 'show'?"))
    #expect(try folder.kiseki("generate", "demo", "--bsae", expecting: 64).errors.contains("did you mean '--base'?"))
    #expect(try folder.kiseki("show", expecting: 64).errors.contains("show needs NAME[@V]"))
    #expect(try folder.kiseki("show", "two words", expecting: 64).errors.contains("Try 'two-words'. See"))
    #expect(try folder.kiseki("show", "demo@0", expecting: 64).errors.contains("1 or more"))
    #expect(try folder.kiseki("log", "demo@1", expecting: 64).errors.contains("give 'demo'"))
    #expect(try folder.kiseki("generate", "demo", "--max-new-tokens=0", expecting: 64).errors.contains("from 1 to"))
    try folder.kiseki(expecting: 64)
  }

  @Test func `every command has help, and the program a version`() throws {
    let folder = try TestFolder()
    #expect(try folder.kiseki("--version").output.hasPrefix("kiseki "))
    for command in ["init", "run", "ls", "show", "log", "generate"] {
      #expect(try folder.kiseki("help", command).output.contains("Usage: kiseki \(command)"))
      #expect(try folder.kiseki(command, "--help").errors == "")
    }
  }
}

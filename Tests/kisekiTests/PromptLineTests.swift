import Foundation
import Testing

/// Prompts on stdin.
@Suite struct PromptLineTests {
  @Test(arguments: [
    (#"open\n\377close\n"#, "line 2 of the standard input: it is no UTF-8 text"),
    (#"open\nsa\000ve\nclose"#, "line 2 of the standard input: it holds a NUL character"),
  ])
  func `a line that is no text is refused, those before it are answered`(input: String, sentence: String) throws {
    let workspace = try RunWorkspace()
    try #require(workspace.run("epochs=1").code == 0)
    let script = "printf '\(input)' | \"$0\" generate tiny"
    let ended = try Program.run(["-c", script, Program.path], in: workspace.path, program: "/bin/sh")
    #expect(ended.exitCode == 1, "\(ended.errors)")
    #expect(ended.errors.contains("cannot answer " + sentence), "\(ended.errors)")
    #expect(ended.output.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
  }

  @Test func `lines may end in any way, and an empty one is a prompt`() throws {
    let workspace = try RunWorkspace()
    try #require(workspace.run("epochs=1").code == 0)
    let ended = try Program.run(["generate", "tiny", "--json"], in: workspace.path, input: "open\r\n\n保存")
    #expect(ended.exitCode == 0, "\(ended.errors)")
    let prompts = ended.output.split(separator: "\n").map { $0.prefix { $0 != "," } }
    #expect(prompts == [#"{"prompt":"open""#, #"{"prompt":"""#, #"{"prompt":"保存""#])
  }
}

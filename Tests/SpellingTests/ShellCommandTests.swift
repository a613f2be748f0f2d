import Foundation
import Spelling
import Testing

struct ShellCommandTests {
  @Test func `ordinary names stay as they are`() {
    for name in ["demo@2", "grid/lora_r=4,learning_rate=1e-3", "実験", "a-b_c.d+e%f"] { #expect(shellWord(name) == name) }
    #expect(shellCommand("compare", "a", "b") == "kiseki compare a b")
  }

  @Test func `a shell reads back every word of a command`() throws {
    let names = [
      "a;touch${IFS}pwn", "<script>", "it's", "", "a\"b", "$(id)", "ev&il", "*", "a\\b", "x y", "’é’", "~x",
      "a\u{3000}b",
    ]
    for name in names {
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "kiseki() { shift; printf '%s|' \"$@\"; }; " + shellCommand("show", name, "end")]
      process.standardOutput = pipe
      try process.run()
      process.waitUntilExit()
      let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      #expect(output == "\(name)|end|")
    }
  }
}

import Foundation
import Glibc
import Synchronization
import Testing

/// Streams that cannot be written to, and what a terminal shows.
@Suite struct OutputTests {
  @Test func `a result that cannot be written is one sentence and code 1`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run("-n", "one").code == 0)
    for command in ["ls", "ls --json", "show one", "compare one --json", "report one -o -", "--help", "log one"] {
      for place in ["/dev/full", "&-"] {
        let ended = try workspace.shell("\"$KISEKI\" \(command) >\(place)")
        #expect(ended.code == 1 && ended.output == "", "\(command) >\(place): \(ended.code)")
        #expect(ended.sentence.hasPrefix("kiseki: cannot write the result to the standard output: "), "\(ended.errors)")
        #expect(!ended.errors.contains("next: "))
      }
    }
  }

  @Test func `a run goes on without anybody to tell, and says what is recorded where it can`() throws {
    let workspace = try RunWorkspace()
    let full = try workspace.shell("\"$KISEKI\" run experiments/tiny.yaml -n full >/dev/full")
    #expect(full.code == 1 && full.sentence.hasSuffix(" The version is recorded: full@1."), "\(full.errors)")
    for (name, place) in [("a", "2>/dev/full"), ("b", "2>&-"), ("c", "2>&1 | head -n 1")] {
      let ended = try workspace.shell("\"$KISEKI\" run experiments/tiny.yaml -n \(name) \(place)")
      #expect(ended.code == 0, "\(place): \(ended.errors)")
    }
    let sweep = try workspace.shell("\"$KISEKI\" sweep experiments/tiny.yaml lora_r=2,4 -n s >/dev/full 2>errors")
    #expect(sweep.code == 1)
    #expect(try workspace.text("errors").contains("What the trials came to is recorded, and 'kiseki show s' shows it."))
    #expect(try workspace.versions() == ["full": 1, "a": 1, "b": 1, "c": 1, "s/lora_r=2": 1, "s/lora_r=4": 1])
    #expect(try workspace.git("fsck", "--full", "--strict") == "")
  }

  @Test func `a reader that goes away ends the program without a word`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run("-n", "one").code == 0)
    let ended = try workspace.shell("{ \"$KISEKI\" show one --json; echo $? >code; } | true; sleep 0.5")
    #expect(ended.errors == "" && ended.code == 0)
    #expect(try ["0\n", "141\n"].contains(workspace.text("code")))
  }

  @Test func `the table of a sweep leaves on the terminal what stands above it`() throws {
    let workspace = try RunWorkspace()
    let terminal = try Terminal()
    let ended = try workspace.shell(
      "\"$KISEKI\" sweep experiments/tiny.yaml lora_r=2,4,8 -n s -j 1 2>\(terminal.path)")
    #expect(ended.code == 0)
    let lines = terminal.screen()
    #expect(lines.first == "sweep: s, 3 trials", "\(lines)")
    for rank in [2, 4, 8] {
      #expect(lines.contains { $0.hasPrefix("completed lora_r=\(rank): ") }, "\(lines)")
    }
    #expect(lines.filter { $0.hasPrefix("sweep s: ") }.isEmpty && lines.last?.hasPrefix("next: ") == true)
  }
}

/// A terminal that remembers what was written to it.
private final class Terminal: Sendable {
  let path: String
  private let master: Int32
  private let written = Mutex<[UInt8]>([])

  init() throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (lock, number): (Int32, UInt32) = (0, 0)
    // TIOCSPTLCK and TIOCGPTN, which are macros with arguments and so not known here.
    try #require(master >= 0 && ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
    path = "/dev/pts/\(number)"
    var size = winsize(ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    Thread.detachNewThread { [self] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(master, &buffer, buffer.count)
        // Nobody has opened the other end yet, or nobody has any more.
        if count <= 0 { usleep(1_000) } else { written.withLock { $0 += buffer[..<count] } }
      }
    }
  }

  /// What a person sees in the end: the lines, as moving up and erasing left them.
  func screen() -> [String] {
    usleep(200_000)
    var lines = [""]
    var row = 0
    var rest = Substring(String(decoding: written.withLock { $0 }, as: UTF8.self))
    while let scalar = rest.unicodeScalars.popFirst() {
      switch scalar {
      case "\r": break
      case "\n":
        row += 1
        if row == lines.count { lines.append("") }
      case "\u{1B}":
        rest.removeFirst()
        let digits = rest.prefix { $0.isNumber || $0 == ";" }
        rest.removeFirst(digits.count)
        switch rest.removeFirst() {
        case "A": row = max(0, row - (Int(digits) ?? 1))
        case "J": lines.replaceSubrange(row..., with: [""])
        default: break
        }
      default: lines[row].unicodeScalars.append(scalar)
      }
    }
    return lines.last == "" ? lines.dropLast() : lines
  }
}

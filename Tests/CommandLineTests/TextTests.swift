import CommandLine
import Testing

@Test(arguments: [
  ("", 0), ("abc", 3), ("軌跡", 4), ("カナ", 4), ("ｶﾅ", 2), ("Ａ", 2), ("é", 1), ("e\u{301}", 1), ("が", 2),
  ("か\u{3099}", 2), ("👍", 2), ("👨‍👩‍👧", 2), ("🇯🇵", 2), ("❤️", 2), ("\u{1B}", 0), ("a\nb", 2), ("…", 1), ("─", 1),
  ("한글", 4), ("、。", 4), ("\u{200B}", 0),
])
func `columns are counted as a terminal shows them`(_ text: String, _ width: Int) {
  #expect(displayWidth(of: text) == width)
}

@Test(arguments: [
  ("軌跡を残す", 10, "軌跡を残す"), ("軌跡を残す", 9, "軌跡を残…"), ("軌跡を残す", 8, "軌跡を…"), ("abc", 2, "a…"),
  ("abc", 1, "…"), ("abc", 0, ""), ("abc", 3, "abc"),
])
func `text is cut at whole characters`(_ text: String, _ width: Int, _ cut: String) {
  #expect(truncated(text, to: width) == cut)
}

@Test func `padding counts columns`() {
  #expect(padded("軌", to: 4) == "軌  ")
  #expect(paddedLeft("軌", to: 4) == "  軌")
  #expect(padded("軌跡", to: 3) == "軌跡")
}

@Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"), (100_000, "100,000")])
func `counts have thousands separators`(_ value: Int, _ text: String) {
  #expect(Format.count(value) == text)
}

@Test func `the extreme counts and sizes can be written`() {
  #expect(Format.count(.min) == "-9,223,372,036,854,775,808")
  #expect(Format.bytes(.max) == "9.2 EB")
}

@Test(arguments: [
  (0.0, "0 ms"), (0.0123, "12 ms"), (0.9996, "1.0 s"), (59.9, "59.9 s"), (59.96, "1m 00s"), (185, "3m 05s"),
  (7_400, "2h 03m"), (435_600, "5d 01h"), (-1, "?"), (.nan, "?"), (.infinity, "?"),
])
func `durations use two units`(_ seconds: Double, _ text: String) {
  #expect(Format.duration(seconds) == text)
}

@Test(arguments: [(0.0, "0:00"), (7.9, "0:07"), (754, "12:34"), (3_723, "1:02:03"), (.infinity, "-:--")])
func `clocks keep their width`(_ seconds: Double, _ text: String) {
  #expect(Format.clock(seconds) == text)
}

@Test(arguments: [
  (0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (999_960, "1.0 MB"), (13_700_000, "13.7 MB"),
])
func `sizes use powers of a thousand`(_ count: Int, _ text: String) {
  #expect(Format.bytes(count) == text)
}

@Test func `numbers have about the digits asked for`() {
  #expect(Format.decimal(3.14159, 3) == "3.142")
  #expect(Format.decimal(.nan, 3) == "nan")
  #expect(Format.decimal(-.infinity, 3) == "-inf")
  #expect(Format.significant(0.00015) == "0.00015")
  #expect(Format.significant(0.000015) == "1.5e-05")
  #expect(Format.significant(12.3456) == "12.35")
}

@Test func `colour follows the mode, the terminal and the environment`() {
  #expect(ColorMode.always.isEnabled(isTerminal: false, environment: ["NO_COLOR": "1"]))
  #expect(!ColorMode.never.isEnabled(isTerminal: true, environment: [:]))
  #expect(ColorMode.automatic.isEnabled(isTerminal: true, environment: ["NO_COLOR": ""]))
  #expect(!ColorMode.automatic.isEnabled(isTerminal: true, environment: ["NO_COLOR": "0"]))
  #expect(!ColorMode.automatic.isEnabled(isTerminal: true, environment: ["TERM": "dumb"]))
  #expect(!ColorMode.automatic.isEnabled(isTerminal: false, environment: [:]))
}

@Test func `a palette colours only when enabled`() {
  #expect(Palette(isEnabled: true)(.red, "x") == "\u{1B}[31mx\u{1B}[0m")
  #expect(Palette(isEnabled: false)(.red, "x") == "x")
  #expect(Palette(isEnabled: true)(.red, "") == "")
}

@Test func `a table lines up whatever the script`() {
  var table = TextTable(columns: [.init("name"), .init("bleu", .right), .init("note")])
  table.add(["軌跡", "35.5", "良い"])
  table.add(["base", "2.2", ""])
  #expect(table.lines() == ["name  bleu  note", "軌跡  35.5  良い", "base   2.2"])
}

@Test func `a table that is too wide cuts its widest columns first`() {
  var table = TextTable(columns: [.init("name"), .init("bleu", .right), .init("note")])
  table.add(["a", "35.5", "日本語の長い長い説明文です"])
  let lines = table.lines(width: 24)
  #expect(lines == ["name  bleu  note", "a     35.5  日本語の長…"])
  #expect(lines.allSatisfy { displayWidth(of: $0) <= 24 })
}

@Test func `columns that matter less leave before any is cut`() {
  var table = TextTable(columns: [
    .init("name"), .init("status"), .init("rank", .right, leavingOrder: 2), .init("time", leavingOrder: 1),
    .init("commit", leavingOrder: 0),
  ])
  table.add(["small", "interrupted", "8", "2026-01-02 03:04", "0123456789"])
  let (whole, none) = table.leavingOut(toFit: nil)
  #expect(whole.lines().count == 2 && none == [])
  let (narrow, left) = table.leavingOut(toFit: 30)
  #expect(narrow.lines(width: 30) == ["name   status       rank", "small  interrupted     8"])
  #expect(left == ["time", "commit"])
  let (narrowest, all) = table.leavingOut(toFit: 10)
  #expect(narrowest.lines(width: 10)[0].hasPrefix("name"))
  #expect(all == ["rank", "time", "commit"])
}

@Test func `a table never lets text of others control the terminal`() {
  var table = TextTable(columns: [.init("note")])
  table.add(["a\u{1B}[2Jb\nc\td"], style: .green)
  #expect(table.lines(palette: Palette(isEnabled: false))[1] == "a\u{FFFD}[2Jb⏎c d")
  #expect(table.lines(palette: Palette(isEnabled: true))[1].hasPrefix("\u{1B}[32ma"))
}

@Test func `an empty table is its titles`() {
  #expect(TextTable(columns: [.init("a"), .init("b")]).lines(width: 1) == ["a  b"])
}

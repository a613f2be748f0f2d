import CommandLine
import Testing

private func state(_ step: Int, of total: Int = 200, label: String = "training", elapsed: Double = 50)
  -> ProgressState
{
  ProgressState(
    label, step: step, total: total, loss: 2.34567, learningRate: 0.00015, tokensPerSecond: 3_412.4,
    elapsedSeconds: elapsed)
}

@Test func `a plain line says everything`() {
  #expect(
    state(100).line()
      == "training  50%  100/200  loss 2.3457  left 0:50  3,412 tokens/s  rate 0.00015  elapsed 0:50")
  #expect(
    ProgressState("evaluating", step: 0, total: 3, elapsedSeconds: 0).line()
      == "evaluating   0%  0/3  elapsed 0:00")
}

@Test func `bytes are shown as bytes, with their speed and the time it leaves`() {
  var fetching = ProgressState("fetching", step: 600_000_000, total: 1_000_000_000, elapsedSeconds: 2)
  fetching.countsBytes = true
  // Nothing is known of the speed yet: what was there before took no time.
  #expect(fetching.line() == "fetching  60%  600.0 MB of 1.0 GB  elapsed 0:02")
  fetching.bytesPerSecond = 40_000_000
  #expect(fetching.line() == "fetching  60%  600.0 MB of 1.0 GB  left 0:10  40.0 MB/s  elapsed 0:02")
}

@Test func `a wide bar shows everything`() {
  let filled = String(repeating: "█", count: 15)
  let empty = String(repeating: "░", count: 15)
  #expect(
    state(100).bar(width: 140)
      == "training  50%  [\(filled)\(empty)]  100/200  loss 2.3457  left 0:50  3,412 tok/s  lr 0.00015  elapsed 0:50"
  )
}

@Test(arguments: 0...160)
func `a bar never exceeds the width`(_ width: Int) {
  for step in [0, 1, 99, 200, 250] {
    #expect(displayWidth(of: state(step).bar(width: width)) <= width)
    #expect(displayWidth(of: state(step, label: "学習中").bar(width: width)) <= width)
  }
}

@Test func `a terminal of 80 columns shows loss, time left, speed and rate beside a bar`() {
  var long = state(1234, of: 12_345, elapsed: 500)
  long.learningRate = 0.000123
  long.tokensPerSecond = 12_345
  // The last column stays free.
  let bar = long.bar(width: 79)
  #expect(displayWidth(of: bar) <= 79)
  for part in ["training   9%", "1234/12345", "loss 2.3457", "left 1:15:02", "12,345 tok/s", "lr 0.000123"] {
    #expect(bar.contains(part), "\(bar)")
  }
  #expect(state(100).bar(width: 79).hasPrefix("training  50%  [██"))
}

@Test func `a narrow bar keeps what matters most`() {
  #expect(state(100).bar(width: 50) == "training  50%  100/200  loss 2.3457  left 0:50")
}

@Test func `odd numbers do no harm`() {
  let empty = ProgressState("x", step: 0, total: 0, loss: .nan, tokensPerSecond: .infinity, elapsedSeconds: 0)
  #expect(empty.line() == "x 100%  0/0  loss nan  0 tokens/s  elapsed 0:00")
  #expect(state(300, of: 200).fraction == 1)
  #expect(state(0).secondsLeft == nil)
}

@Test func `a terminal is redrawn at most ten times a second`() throws {
  var display = ProgressDisplay(style: .bar(width: 60))
  let firstText = display.update(state(1), now: 0)
  let first = try #require(firstText)
  #expect(first.hasPrefix("\r\u{1B}[2Ktraining"))
  #expect(!first.hasSuffix("\n"))
  let text1 = display.update(state(2), now: 0.05)
  #expect(text1 == nil)
  let text2 = display.update(state(3), now: 0.1)
  #expect(text2 != nil)
  let drawn = (0..<1_000).count { display.update(state(4), now: 1 + Double($0) / 1_000) != nil }
  #expect(drawn <= 10)
  let lastText = display.update(state(200), now: 2.0001)
  let last = try #require(lastText)
  #expect(last.hasSuffix("\n"))
  let text3 = display.update(state(200), now: 9)
  #expect(text3 == nil)
}

@Test func `elsewhere there are plain lines, ten seconds apart, with first and last`() {
  var display = ProgressDisplay(style: .lines)
  var lines: [String] = []
  for step in 1...200 {
    if let text = display.update(state(step), now: Double(step) / 8) { lines.append(text) }
  }
  #expect(lines.map { $0.contains("\u{1B}") } == [false, false, false, false])
  #expect(lines.allSatisfy { $0.hasSuffix("\n") })
  #expect(lines.first?.contains("1/200") == true)
  #expect(lines.last?.contains("200/200") == true)
}

@Test func `each piece of work has its own first line, even under the same name`() {
  var display = ProgressDisplay(style: .lines)
  let text4 = display.update(state(1, of: 2, label: "evaluating"), now: 0)
  #expect(text4 != nil)
  let text5 = display.update(state(2, of: 2, label: "evaluating"), now: 0)
  #expect(text5 != nil)
  let text6 = display.update(state(1, of: 2, label: "evaluating"), now: 0)
  #expect(text6 != nil)
  let text7 = display.update(state(1, label: "training"), now: 0)
  #expect(text7 != nil)
}

@Test func `a message moves the bar down`() throws {
  var display = ProgressDisplay(style: .bar(width: 60))
  #expect(display.interleaving("hello") == "hello\n")
  let firstText = display.update(state(1), now: 0)
  let first = try #require(firstText)
  let bar = String(first.dropFirst("\r\u{1B}[2K".count))
  #expect(display.interleaving("hello") == "\r\u{1B}[2Khello\n" + bar)
  let text8 = display.finish()
  #expect(text8 == "\n")
  let text9 = display.finish()
  #expect(text9 == "")
}

@Test func `silence is silent`() {
  var display = ProgressDisplay(style: .silent)
  let text10 = display.update(state(1), now: 0)
  #expect(text10 == nil)
  let text11 = display.update(state(200), now: 99)
  #expect(text11 == nil)
}

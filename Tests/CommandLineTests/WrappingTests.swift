import CommandLine
import Testing

@Suite struct WrappingTests {
  @Test func `words stay whole, and lines within the width`() {
    #expect(wrapped("one two three", to: 7) == ["one two", "three"])
    #expect(wrapped("one two three", to: 5) == ["one", "two", "three"])
    #expect(wrapped("  one   two  ", to: 80) == ["one two"])
    #expect(wrapped("incomprehensibilities a", to: 5) == ["incomprehensibilities", "a"])
    #expect(wrapped("", to: 10) == [""])
  }

  @Test func `Japanese breaks between characters, never before a closing mark or behind an opening one`() {
    #expect(wrapped("学習の進め方", to: 6) == ["学習の", "進め方"])
    #expect(wrapped("学習する。終わり", to: 8) == ["学習す", "る。終わ", "り"])
    #expect(wrapped("これは「鍵」です", to: 8) == ["これは", "「鍵」で", "す"])
    #expect(wrapped("データー", to: 4) == ["デー", "ター"])
    #expect(wrapped("値は lora_r です", to: 9) == ["値は", "lora_r で", "す"])
  }

  @Test(arguments: [12, 20, 33, 60]) func `nothing is lost, whatever the width`(_ width: Int) {
    let text = "LoRA の行列は対象になります。training.lora_r を 4、8、16 と試し（まず小さく）、結果を「比べて」ください。"
    let lines = wrapped(text, to: width)
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    for line in lines {
      #expect(displayWidth(of: line) <= width || !line.contains { displayWidth(of: String($0)) == 2 })
    }
  }
}

import Configuration
import Testing

@Suite struct `Settings of generation` {
  @Test func `every one of them is taken as it is written`() throws {
    let prediction = try parse(
      needed + "prediction: {do_sample: true, temperature: 0.7, top_k: 50, top_p: 0.9, repetition_penalty: 1.2, "
        + "max_time: 2.5, min_length_inference: 3, max_length_inference: 9}\n"
    ).prediction
    #expect(prediction.doSample && prediction.numBeams == 1)
    #expect(prediction.temperature == 0.7 && prediction.topK == 50 && prediction.topP == 0.9)
    #expect(prediction.repetitionPenalty == 1.2 && prediction.maxTime == 2.5)
    #expect(prediction.minLengthInference == 3 && prediction.maxLengthInference == 9)
    #expect(try parse(needed + "prediction.num_beams: 4\n").prediction.numBeams == 4)
  }

  @Test func `very many beams get a sentence about what they cost, and are not refused`() throws {
    func warnings(_ beams: Int) throws -> [String] {
      try parsing(needed + "prediction.num_beams: \(beams)\n").warnings.filter { $0.contains("num_beams") }
    }
    #expect(try warnings(32).isEmpty)
    let many = try warnings(1_000)
    #expect(many.count == 1 && many[0].contains("1000 times over") && many[0].contains("memory for 1000 answers"))
  }

  @Test(arguments: [("num_beams: 2, do_sample: true", "num_beams"), ("do_sample: true, num_beams: 3", "num_beams")])
  func `beams and draws exclude each other`(_ settings: String, _ key: String) throws {
    let error = try refusal(needed + "prediction: {\(settings)}\n")
    #expect(error.key == "prediction." + key)
    #expect(error.description.contains("must be 1 when prediction.do_sample is true"))
    #expect(try refusal(needed + "prediction.num_beams: 2\n", ["do_sample=true"]).key == "prediction.num_beams")
  }

  @Test(arguments: [
    ("", [String]()), ("a", ["a"]), (" User: , Bot:\t,, ,", ["User:", "Bot:"]),
    (#"\n\n,\tx\\n,"\u7d42"#, ["\n\n", "\tx\\n", "\"終"]), (#" \n "#, ["\n"]), ("終わり、,指示：", ["終わり、", "指示："]),
    ("a,a,A", ["a", "A"]),
  ])
  func `stop words are cut at commas, trimmed, and their escapes decoded`(_ text: String, _ words: [String]) throws {
    // As the text of a YAML string in double quotes.
    let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\t", with: "\\t")
    #expect(try parse(needed, ["stop_tokens=\"\(quoted)\""]).stopWords == words)
  }

  @Test func `markers are stop words too, as they are written, when they are not empty`() throws {
    let configuration = try parse(
      needed,
      [
        "text_prompt_start=\"### 指示:\\\\n\"", "text_answer_separator=\" A: \"", "text_system_start=''",
        "stop_tokens=\"x,### 指示:\"",
      ])
    #expect(configuration.stopWords == ["x", "### 指示:", "### 指示:\n", " A: "])
    let twice = try parse(needed, ["text_system_start=<|end|>", "text_prompt_start=<|end|>", "stop_tokens=<|end|>"])
    #expect(twice.stopWords == ["<|end|>"])
  }
}

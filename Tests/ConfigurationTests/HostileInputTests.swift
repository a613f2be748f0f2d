import Configuration
import Foundation
import Testing

@Test(arguments: [
  "[", "{", "- ", "? ", "a: ", "&a ", "*a ", "!t ", "'", "\"", "|\n", "# ", "a: 1\n", "\\", "%", "---\n",
  "\n", "{a: ", "[[],",
])
func `a large file of one mark ends quickly, whatever it means`(_ mark: String) {
  let text = String(repeating: mark, count: 260_000 / mark.utf8.count)
  let clock = ContinuousClock()
  let duration = clock.measure { _ = Result { try parse(text) } }
  #expect(duration < .seconds(10))
}

@Test func `no damage to a good file makes anything but an error of ours`() throws {
  let path = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../templates/configs/demo.yaml")
  let good = try Array(Data(contentsOf: path.standardized))
  let marks = Array("[]{}&*!|>'\"%@`#,?:-\n\t \\".utf8) + [0, 0xFF, 0xE3]
  var generator = SystemRandomNumberGenerator()
  for _ in 0..<1_500 {
    var bytes = good
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: bytes[place] = marks.randomElement(using: &generator) ?? 0
      case 1: bytes.insert(marks.randomElement(using: &generator) ?? 0, at: place)
      default:
        bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
      }
    }
    do {
      let loaded = try ExperimentConfiguration.parse(Data(bytes), name: "x", baseDirectory: "/")
      let again = try parse(loaded.configuration.resolvedYAML())
      #expect(again == loaded.configuration)
    } catch let error as ConfigurationError {
      #expect(!error.description.contains("no reason"), "\(bytes)")
    }
  }
}

@Test func `a file as H2O LLM Studio writes it loads with one warning`() throws {
  let text = """
    architecture:
        backbone_dtype: float32
        force_embedding_gradients: false
        gradient_checkpointing: false
        intermediate_dropout: 0.0
        pretrained: true
        pretrained_weights: ''
    dataset:
        add_eos_token_to_answer: true
        add_eos_token_to_prompt: true
        answer_column: output
        chatbot_author: H2O.ai
        data_sample: 1.0
        data_sample_choice:
        - Train
        - Validation
        mask_prompt_labels: true
        parent_id_column: None
        prompt_column: !!python/tuple
        - instruction
        system_column: None
        text_answer_separator: <|answer|>
        text_prompt_start: \\n<|prompt|>
        train_dataframe: data/train.csv
        validation_dataframe: None
        validation_size: 0.01
        validation_strategy: automatic
    environment:
        gpus:
        - '0'
        mixed_precision: false
        number_of_workers: 8
        seed: -1
    experiment_name: sparkling-otter
    llm_backbone: rinna/small
    prediction:
        metric: BLEU
        num_beams: 1
        stop_tokens: ''
    problem_type: text_causal_language_modeling
    training:
        differential_learning_rate_layers: []
        epochs: 1
        learning_rate: 0.0001
        lora_target_modules: ''
        loss_function: CrossEntropy
        optimizer: AdamW
    """
  let loaded = try parsing(text)
  #expect(loaded.warnings.count == 1)
  #expect(loaded.configuration.dataset.textPromptStart == "\n<|prompt|>")
  #expect(loaded.configuration.dataset.promptColumns == ["instruction"])
  #expect(loaded.configuration.dataset.parentIDColumn == nil)
  #expect(loaded.configuration.dataset.validationDataframe.isEmpty)
}

import Foundation
import LanguageModels
import Tables
import TensorFiles
import Tensors
import Testing

@Suite struct `Model directories that cannot be used are refused with their fault` {
  private func directory() throws -> ModelDirectory { try ModelDirectory(copying: Fixture("untied-relu")) }

  @Test func `the copy itself loads`() throws {
    let model = try directory()
    #expect(try model.refusal() == nil)
  }

  @Test func `a directory that is not there`() throws {
    let engine = try Engine(threadCount: 1)
    #expect {
      try CausalLanguageModel(directory: "/no/such/model", options: ModelOptions(), engine: engine)
    } throws: { error in
      "\(error)"
        == "cannot load the model /no/such/model: there is no such directory. "
        + "Give llm_backbone a folder that holds config.json, model.safetensors and a tokenizer."
    }
  }

  @Test func `config.json missing, no JSON or no file`() throws {
    let model = try directory()
    let faults = [
      ("", "line 1, byte 1"), ("{", "line 1, byte 2"), ("{\n\"a\": no", "line 2, byte 6"), ("\0\0", "line 1, byte 1"),
    ]
    for (garbage, place) in faults {
      try Data(garbage.utf8).write(to: URL(filePath: model.configPath))
      let refusal = try #require(try model.refusal())
      #expect(
        refusal.hasPrefix("cannot load the model: cannot read \(model.configPath): it is not valid JSON at \(place): "),
        "\(refusal)")
    }
    for other in ["[]", "3"] {
      try Data(other.utf8).write(to: URL(filePath: model.configPath))
      #expect(
        try model.refusal()
          == "cannot load \(model.configPath): it is not a JSON object. Copy it again from the model's source.")
    }
    try Data("{}".utf8).write(to: URL(filePath: model.configPath))
    #expect(
      try model.refusal()
        == "cannot load \(model.configPath): model_type is nothing, and this version supports gpt2. "
        + "Choose a model of that family.")
    try FileManager.default.removeItem(atPath: model.configPath)
    #expect(
      try model.refusal()
        == "cannot load the model \(model.path): config.json is missing. Copy it again from the model's source."
    )
    try FileManager.default.createDirectory(atPath: model.configPath, withIntermediateDirectories: true)
    #expect(
      try model.refusal()
        == "cannot load the model: \(model.configPath) is a directory. Put the file of that name there instead.")
  }

  @Test func `ends of sequence are those Transformers stops at`() throws {
    let model = try directory()
    func ends(_ value: JSONValue?, generation: JSONValue? = nil) throws -> [Int32] {
      model.set("eos_token_id", value)
      try model.write()
      let path = model.path + "/generation_config.json"
      if let generation {
        try generation.document().write(to: URL(filePath: path))
      } else if FileManager.default.fileExists(atPath: path) {
        try FileManager.default.removeItem(atPath: path)
      }
      return try Architecture(modelDirectory: model.path).endOfSequenceIDs
    }
    #expect(try ends(7) == [7])
    #expect(try ends([7, 96]) == [7, 96])
    #expect(try ends(.null) == [] && ends(nil) == [])
    #expect(try ends(7, generation: ["eos_token_id": [3, 4]]) == [3, 4])
    #expect(try ends(7, generation: ["do_sample": true]) == [])
    for outside in [97, -1, "7", 1.5, [7, 97]] as [JSONValue] {
      #expect {
        _ = try ends(outside)
      } throws: { error in
        "\(error)".contains("config.json: eos_token_id is \(outside.line()), and must be a token id from 0 to 96")
      }
    }
    #expect {
      _ = try ends(7, generation: ["eos_token_id": 97])
    } throws: { error in
      "\(error)".contains("generation_config.json: eos_token_id is 97, and must be")
    }
  }

  @Test(arguments: [
    ("model_type", JSONValue.string("llama"), "model_type is llama, and this version supports gpt2."),
    ("add_cross_attention", true, "add_cross_attention is true, and only decoder models"),
    (
      "quantization_config", .object([JSONMember("bits", 4)]),
      "quantization_config is set, and stored quantized weights"
    ),
    ("vocab_size", 0, "vocab_size is 0, and must be a whole number from 1 to 4194304."),
    ("vocab_size", "97", "vocab_size is \"97\", and must be a whole number"),
    ("vocab_size", 97.5, "vocab_size is 97.5, and must be a whole number"),
    ("n_embd", -40, "n_embd is -40, and must be a whole number from 1 to 65536."),
    ("n_layer", 9_000_000_000, "n_layer is 9000000000, and must be a whole number from 1 to 1024."),
    ("n_head", 7, "n_embd 40 is not a multiple of n_head 7."),
    ("n_positions", nil, "n_positions is null, and must be"),
    ("n_inner", true, "n_inner is true, and must be"),
    (
      "activation_function", "quick_gelu",
      "activation_function is quick_gelu, and must be one of gelu, gelu_new,"
    ),
    ("layer_norm_epsilon", 0, "layer_norm_epsilon is 0, and must be a number between 0 and 1."),
    ("layer_norm_epsilon", "1e-5", "layer_norm_epsilon is \"1e-5\""),
    ("initializer_range", 7, "initializer_range is 7"),
    ("scale_attn_weights", 1, "scale_attn_weights is 1, and must be true or false."),
    ("tie_word_embeddings", "no", "tie_word_embeddings is \"no\", and must be true or false."),
  ])
  func `a field with a value that would change the mathematics`(
    key: String, value: JSONValue, expected: String
  ) throws {
    let model = try directory()
    model.set(key, value)
    try model.write()
    let refusal = try #require(try model.refusal())
    #expect(refusal.hasPrefix("cannot load \(model.configPath): \(expected)"), "\(refusal)")
  }

  @Test func `a missing field`() throws {
    for key in ["vocab_size", "n_embd", "n_layer", "n_head", "n_positions"] {
      let model = try directory()
      model.set(key, nil)
      try model.write()
      let refusal = try #require(try model.refusal())
      #expect(
        refusal.hasPrefix("cannot load \(model.configPath): \(key) is missing, and must be"), "\(refusal)")
    }
  }

  @Test func `model.safetensors missing, empty, cut short at any length, or lying`() throws {
    let model = try directory()
    let whole = try Data(contentsOf: URL(filePath: model.weightsPath))
    for count in [0, 3, 8, 100, 2000, whole.count / 2, whole.count - 1] {
      try whole.prefix(count).write(to: URL(filePath: model.weightsPath))
      let refusal = try #require(try model.refusal(), "\(count) bytes were accepted")
      #expect(refusal.contains(model.weightsPath), "\(refusal)")
    }
    for announced: UInt64 in [.max, 1 << 62, 99_999_999] {
      var lying = whole
      lying.replaceSubrange(0..<8, with: withUnsafeBytes(of: announced.littleEndian) { Data($0) })
      try lying.write(to: URL(filePath: model.weightsPath))
      #expect(try #require(try model.refusal()).hasPrefix("cannot read \(model.weightsPath): "))
    }
    try FileManager.default.removeItem(atPath: model.weightsPath)
    #expect(
      try #require(try model.refusal()).hasSuffix(
        "it has no model.safetensors. Copy the file there; weights in several files or in pytorch_model.bin are not supported yet."
      ))
  }

  @Test func `a tensor that is missing or not part of the model`() throws {
    var model = try directory()
    model.tensors.removeAll { $0.name == "transformer.h.1.mlp.c_proj.bias" }
    try model.write()
    #expect(
      try model.refusal()
        == "cannot load \(model.weightsPath): the tensor transformer.h.1.mlp.c_proj.bias is missing. "
        + "Download or copy the model again, or check that config.json belongs to it.")
    model = try directory()
    model.tensors.append(("transformer.h.2.ln_1.bias", .float32, [40], Data(count: 160)))
    try model.write()
    #expect(
      try model.refusal()
        == "cannot load \(model.weightsPath): the tensor transformer.h.2.ln_1.bias is not part of a gpt2 model with "
        + "2 layers. Check that config.json belongs to this file.")
    // Causal masks in files of old are no weights.
    model = try directory()
    model.tensors.append(("transformer.h.1.attn.bias", .uint8, [1, 1, 64, 64], Data(count: 4096)))
    model.tensors.append(("transformer.h.0.attn.masked_bias", .float32, [], Data(count: 4)))
    try model.write()
    #expect(try model.refusal() == nil)
  }

  @Test func `a tensor of another shape or type`() throws {
    let name = "transformer.h.0.attn.c_attn.weight"
    var model = try directory()
    // [O, I], as other families store it: as many values, in another order.
    model.change(name) { $0.shape = [120, 40] }
    try model.write()
    #expect(
      try model.refusal()
        == "cannot load \(model.weightsPath): the tensor \(name) has shape [120, 40], and config.json asks for "
        + "[40, 120]. Check that both files belong to the same model.")
    model = try directory()
    model.change(name) { $0.type = .int32 }
    try model.write()
    #expect(
      try model.refusal()
        == "cannot load \(model.weightsPath): the tensor \(name) has type I32, and weights must be F32, F16 or BF16. "
        + "Convert the model first.")
  }

  @Test(arguments: [true, false], [Float.nan, .infinity])
  func `a weight that is not finite, frozen or trained`(isFrozen: Bool, bad: Float) throws {
    let model = try directory()
    model.change("lm_head.weight") { tensor in
      withUnsafeBytes(of: bad.bitPattern) { tensor.bytes.replaceSubrange(400..<404, with: $0) }
    }
    try model.write()
    #expect(
      try model.refusal(ModelOptions(isFrozen: isFrozen))
        == "cannot load \(model.weightsPath): the tensor lm_head.weight holds NaN or infinite values. "
        + "Download or copy the model again.")
  }

  @Test(arguments: [ElementType.float16, .bfloat16], [true, false])
  func `16-bit files load as their values in float32`(type: ElementType, isFrozen: Bool) throws {
    let (narrow, wide) = (try directory(), try directory())
    let engine = try Engine(threadCount: 2)
    let rounded = narrow.narrow(to: type, engine)
    for index in wide.tensors.indices { wide.tensors[index].bytes = rounded[index].withUnsafeBytes { Data($0) } }
    try narrow.write()
    try wide.write()
    let batch = RandomBatch(lengths: [9, 1, 20], vocabulary: 97, seed: 2)
    let logits = try [narrow, wide].map { directory in
      try batch.logits(
        CausalLanguageModel(
          directory: directory.path, options: ModelOptions(isFrozen: isFrozen), engine: engine))
    }
    let isSame = logits[0] == logits[1]
    #expect(isSame && logits[0].allSatisfy { $0.isFinite })
  }
}

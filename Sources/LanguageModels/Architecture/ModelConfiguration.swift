import Foundation
import Tables
import Tensors

extension Architecture {
  /// Reads `config.json` of a Hugging Face model directory.
  ///
  /// Fields that change the mathematics are honoured or refused; others are ignored.
  ///
  /// - Throws: `ModelError` naming the file, the field, what was found and what is supported.
  public init(modelDirectory: String) throws(ModelError) {
    let path = modelDirectory + "/config.json"
    try requireModelFile(path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: modelDirectory, isDirectory: &isDirectory), isDirectory.boolValue
    else {
      throw ModelError(
        "cannot load the model \(modelDirectory): there is no such directory. "
          + "Give llm_backbone a folder that holds config.json, model.safetensors and a tokenizer.")
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw ModelError(
        "cannot load the model \(modelDirectory): config.json is missing. Copy it again from the model's source.")
    }
    let generation = modelDirectory + "/generation_config.json"
    try self.init(
      ConfigurationReader(path: path),
      generation: FileManager.default.fileExists(atPath: generation) ? ConfigurationReader(path: generation) : nil)
  }

  private init(_ reader: ConfigurationReader, generation: ConfigurationReader?) throws(ModelError) {
    guard reader.json["model_type"]?.stringValue == "gpt2" else {
      let found = reader.json["model_type"]?.stringValue ?? "nothing"
      throw ModelError(
        "cannot load \(reader.path): model_type is \(found), and this version supports gpt2. "
          + "Choose a model of that family.")
    }
    family = .gpt2
    vocabularySize = try reader.size("vocab_size", atMost: 1 << 22)
    width = try reader.size("n_embd", atMost: 1 << 16)
    layerCount = try reader.size("n_layer", atMost: 1 << 10)
    headCount = try reader.size("n_head", atMost: 1 << 10)
    maximumPositions = try reader.size("n_positions", or: "n_ctx", atMost: 1 << 20)
    mlpWidth =
      reader.json["n_inner"].map { $0 == .null } ?? true
      ? 4 * width : try reader.size("n_inner", atMost: 1 << 18)
    guard width % headCount == 0 else {
      throw ModelError(
        "cannot load \(reader.path): n_embd \(width) is not a multiple of n_head \(headCount). "
          + "Copy the file again from the model's source.")
    }
    let activations: [String: Activation] = [
      "gelu_new": .geluTanh, "gelu_pytorch_tanh": .geluTanh, "gelu": .geluErf, "relu": .relu, "silu": .silu,
      "swish": .silu, "tanh": .tanh,
    ]
    activation = try reader.choice("activation_function", default: "gelu_new", from: activations)
    layerNormEpsilon = try reader.positive("layer_norm_epsilon", default: 1e-5)
    initializerRange = try reader.positive("initializer_range", default: 0.02)
    scalesAttention = try reader.flag("scale_attn_weights", default: true)
    scalesAttentionByLayer = try reader.flag("scale_attn_by_inverse_layer_idx", default: false)
    hasTiedHead = try reader.flag("tie_word_embeddings", default: true)
    // Scores are always computed and softened in float32, so this changes nothing here.
    _ = try reader.flag("reorder_and_upcast_attn", default: false)
    if try reader.flag("add_cross_attention", default: false) {
      throw ModelError(
        "cannot load \(reader.path): add_cross_attention is true, and only decoder models without an encoder are "
          + "supported. Choose another model.")
    }
    if let pruned = reader.json["pruned_heads"], pruned != .null, pruned.objectMembers?.isEmpty != true {
      throw ModelError(
        "cannot load \(reader.path): pruned_heads is \(pruned.line()), and models without some of their attention heads "
          + "are not supported. Choose another model.")
    }
    if let quantization = reader.json["quantization_config"], quantization != .null {
      throw ModelError(
        "cannot load \(reader.path): quantization_config is set, and stored quantized weights are not supported. "
          + "Use the model's float32 or 16-bit files.")
    }
    // Transformers stops at what generation_config.json says, even if that is nothing. The class of GPT-2's
    // configuration has a default, which a smaller vocabulary cannot reach.
    if let generation {
      endOfSequenceIDs = try generation.tokenIDs("eos_token_id", vocabulary: vocabularySize) ?? []
      _ = try reader.tokenIDs("eos_token_id", vocabulary: vocabularySize)
    } else {
      let standard: [Int32] = vocabularySize > 50256 ? [50256] : []
      endOfSequenceIDs = try reader.tokenIDs("eos_token_id", vocabulary: vocabularySize) ?? standard
    }
  }
}

/// - Throws: `ModelError` for a file that may not be read, and a directory in its place.
private func requireModelFile(_ path: String) throws(ModelError) {
  do {
    try requirePermission(toRead: path)
  } catch {
    throw ModelError("cannot load the model: \(error).")
  }
  var isDirectory: ObjCBool = false
  if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
    throw ModelError("cannot load the model: \(path) is a directory. Put the file of that name there instead.")
  }
}

/// Typed access to the fields of a `config.json`.
private struct ConfigurationReader {
  let json: JSONValue
  let path: String

  init(path: String) throws(ModelError) {
    self.path = path
    try requireModelFile(path)
    do {
      json = try JSONValue(contentsOf: path)
    } catch {
      throw ModelError("cannot load the model: \(error). Copy it again from the model's source.")
    }
    guard json.objectMembers != nil else {
      throw ModelError("cannot load \(path): it is not a JSON object. Copy it again from the model's source.")
    }
  }

  /// One id or a list of them, none for `null`; `nil` when the key is missing.
  func tokenIDs(_ key: String, vocabulary: Int) throws(ModelError) -> [Int32]? {
    guard let value = json[key] else { return nil }
    if value == .null { return [] }
    let values = value.arrayValue ?? [value]
    let ids = values.compactMap { $0.integerValue.flatMap(Int32.init(exactly:)) }
    guard ids.count == values.count, ids.allSatisfy({ $0 >= 0 && $0 < vocabulary }) else {
      throw ModelError(
        "cannot load \(path): \(key) is \(value.line()), and must be a token id from 0 to \(vocabulary - 1), or a list "
          + "of them. Correct it, or copy the file again from the model's source.")
    }
    return ids
  }

  func size(_ key: String, or other: String? = nil, atMost limit: Int) throws(ModelError) -> Int {
    let value = json[key] ?? other.flatMap { json[$0] }
    guard let size = value?.integerValue, size >= 1, size <= limit else {
      throw ModelError(
        "cannot load \(path): \(key) is \(value?.line() ?? "missing"), and must be a whole number from 1 to \(limit). "
          + "Copy the file again from the model's source.")
    }
    return size
  }

  func positive(_ key: String, default fallback: Float) throws(ModelError) -> Float {
    guard let value = json[key] else { return fallback }
    guard let number = value.doubleValue, number > 0, number < 1 else {
      throw ModelError(
        "cannot load \(path): \(key) is \(value.line()), and must be a number between 0 and 1. "
          + "Copy the file again from the model's source.")
    }
    return Float(number)
  }

  func flag(_ key: String, default fallback: Bool) throws(ModelError) -> Bool {
    guard let value = json[key] else { return fallback }
    guard let flag = value.boolValue else {
      throw ModelError(
        "cannot load \(path): \(key) is \(value.line()), and must be true or false. "
          + "Copy the file again from the model's source.")
    }
    return flag
  }

  func choice<Value>(
    _ key: String, default fallback: String, from choices: [String: Value]
  ) throws(ModelError) -> Value {
    let name = json[key].map { $0.stringValue ?? $0.line() } ?? fallback
    guard let value = choices[name] else {
      throw ModelError(
        "cannot load \(path): \(key) is \(name), and must be one of "
          + "\(choices.keys.sorted().joined(separator: ", ")). Choose another model.")
    }
    return value
  }
}

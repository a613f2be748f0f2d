import Foundation
import Tables
import TensorFiles

/// A GPT-2 directory small enough to be trained within a test: random weights, the tokenizer of the fixtures.
enum TinyModel {
  /// As many as the tokenizer has pieces: random weights would choose any other as well.
  private static let vocabulary = 480
  private static let width = 16
  private static let positions = 256

  static func write(to directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let config: JSONValue = [
      "model_type": "gpt2", "vocab_size": .integer(vocabulary), "n_positions": .integer(positions),
      "n_embd": .integer(width), "n_layer": 1, "n_head": 2, "activation_function": "gelu_new",
      "tie_word_embeddings": true, "eos_token_id": 1, "torch_dtype": "float32",
    ]
    try config.document().write(to: URL(fileURLWithPath: directory + "/config.json"))
    try FileManager.default.copyItem(
      atPath: repository + "/Tests/Fixtures/Tokenization/plain.model", toPath: directory + "/tokenizer.model")
    try writeWeights(to: directory + "/model.safetensors")
  }

  /// - Parameter seed: other seeds give other weights.
  static func writeWeights(to path: String, seed: UInt64 = 1) throws {
    var state = seed
    func uniform() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24) - 0.5
    }
    // The buffers must outlive the write.
    let buffers = weights.map { weight in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: weight.shape.reduce(1, *))
      buffer.initialize(repeating: 0)
      for index in buffer.indices { buffer[index] = weight.isGain ? 1 + uniform() / 10 : uniform() / 2 }
      return buffer
    }
    defer { buffers.forEach { $0.deallocate() } }
    try SafetensorsWriter.write(
      to: path,
      tensors: zip(weights, buffers).map { weight, values in
        TensorToWrite(
          name: "transformer." + weight.name, elementType: .float32, shape: weight.shape,
          bytes: UnsafeRawBufferPointer(values))
      }, metadata: ["format": "pt"])
  }

  private static let weights: [(name: String, shape: [Int], isGain: Bool)] = [
    ("wte.weight", [vocabulary, width], false), ("wpe.weight", [positions, width], false),
    ("h.0.ln_1.weight", [width], true), ("h.0.ln_1.bias", [width], false),
    ("h.0.attn.c_attn.weight", [width, 3 * width], false), ("h.0.attn.c_attn.bias", [3 * width], false),
    ("h.0.attn.c_proj.weight", [width, width], false), ("h.0.attn.c_proj.bias", [width], false),
    ("h.0.ln_2.weight", [width], true), ("h.0.ln_2.bias", [width], false),
    ("h.0.mlp.c_fc.weight", [width, 4 * width], false), ("h.0.mlp.c_fc.bias", [4 * width], false),
    ("h.0.mlp.c_proj.weight", [4 * width, width], false), ("h.0.mlp.c_proj.bias", [width], false),
    ("ln_f.weight", [width], true), ("ln_f.bias", [width], false),
  ]

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
}

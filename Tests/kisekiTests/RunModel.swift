import Foundation
import Tables
import TensorFiles

/// A two-layer GPT-2 with weights drawn by a fixed rule and the tokenizer of the tokenization fixtures: small enough
/// that a run takes a fraction of a second.
struct RunModel {
  struct Weight {
    var name: String
    var shape: [Int]
    var values: [Float]
  }

  static let layers = 2
  static let width = 32
  static let positions = 64
  var vocabulary = 480
  var tensors: [Weight] = []
  var configuration: JSONValue

  init(vocabulary: Int = 480) {
    self.vocabulary = vocabulary
    configuration = [
      "model_type": "gpt2", "vocab_size": .integer(vocabulary), "n_embd": .integer(Self.width),
      "n_layer": .integer(Self.layers), "n_head": 4, "n_positions": .integer(Self.positions),
      // Where someone once loaded it from, which is nobody's business later.
      "_name_or_path": "/somewhere/of/its/own",
    ]
    let width = Self.width
    add("wte.weight", [vocabulary, width], 0.2)
    add("wpe.weight", [Self.positions, width], 0.1)
    for layer in 0..<Self.layers {
      addNorm("h.\(layer).ln_1")
      addLinear("h.\(layer).attn.c_attn", width, 3 * width)
      addLinear("h.\(layer).attn.c_proj", width, width)
      addNorm("h.\(layer).ln_2")
      addLinear("h.\(layer).mlp.c_fc", width, 4 * width)
      addLinear("h.\(layer).mlp.c_proj", 4 * width, width)
    }
    addNorm("ln_f")
  }

  /// The same model, to which one piece is always the likeliest.
  func answering(_ piece: Int) -> RunModel {
    var model = self
    model.change("ln_f.weight") { $0.values = $0.values.map { _ in 0 } }
    model.change("ln_f.bias") { $0.values = $0.values.indices.map { $0 == 0 ? 1 : 0 } }
    model.change("wte.weight") { weight in
      for row in 0..<vocabulary { weight.values[row * Self.width] = row == piece ? 9 : -9 }
    }
    return model
  }

  private mutating func addNorm(_ name: String) {
    add(name + ".weight", [Self.width], 0, around: 1)
    add(name + ".bias", [Self.width], 0)
  }

  private mutating func addLinear(_ name: String, _ input: Int, _ output: Int) {
    add(name + ".weight", [input, output], 0.2)
    add(name + ".bias", [output], 0.01)
  }

  private mutating func add(_ name: String, _ shape: [Int], _ spread: Float, around center: Float = 0) {
    var state = UInt64(tensors.count + 1) &* 0x9E37_79B9_7F4A_7C15
    let values = (0..<shape.reduce(1, *)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return center + spread * 3.4 * (Float(state >> 40) / Float(1 << 24) - 0.5)
    }
    tensors.append(Weight(name: "transformer." + name, shape: shape, values: values))
  }

  mutating func change(_ name: String, _ body: (inout Weight) -> Void) {
    for index in tensors.indices where tensors[index].name == "transformer." + name { body(&tensors[index]) }
  }

  func write(to directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try configuration.document().write(to: URL(filePath: directory + "/config.json"))
    let buffers = tensors.map { tensor in tensor.values.withUnsafeBytes { NSData(data: Data($0)) } }
    try SafetensorsWriter.write(
      to: directory + "/model.safetensors",
      tensors: zip(tensors, buffers).map { tensor, bytes in
        TensorToWrite(
          name: tensor.name, elementType: .float32, shape: tensor.shape,
          bytes: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.length))
      })
    withExtendedLifetime(buffers) {}
    let tokenizer = directory + "/tokenizer.model"
    guard !FileManager.default.fileExists(atPath: tokenizer) else { return }
    try FileManager.default.copyItem(atPath: Fixtures.tokenizer, toPath: tokenizer)
  }
}

enum Fixtures {
  static let tokenizer = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/Tokenization/plain.model").path
}

import Foundation
import Tables
import TensorFiles
import Tensors

/// A whole model in Hugging Face's layout, as full fine-tuning leaves it.
public enum ModelFiles {
  /// Writes weights in float32, the configuration and the tokenizer's files, so that Transformers loads the directory.
  ///
  /// - Parameter source: the directory the model was made from, for everything but the weights.
  /// - Throws: `ModelError` or a file error; the weights are never half-written.
  public static func write(_ model: CausalLanguageModel, to directory: String, source: String) throws {
    try OutputFile.makeDirectory(directory)
    let tensors = model.parameters.parameters.filter { !$0.name.contains(".lora_") }.map { parameter in
      TensorToWrite(
        name: parameter.name.hasPrefix("lm_head") ? parameter.name : "transformer." + parameter.name,
        elementType: .float32, shape: parameter.shape,
        bytes: UnsafeRawBufferPointer(
          start: model.parameters.values(of: parameter), count: parameter.count * MemoryLayout<Float>.stride))
    }
    guard tensors.count == model.architecture.weights.count else {
      throw ModelError("cannot write the model: its weights were not trained. Write its adapter instead.")
    }
    try SafetensorsWriter.write(to: directory + "/model.safetensors", tensors: tensors, metadata: ["format": "pt"])
    try writeConfiguration(
      from: source + "/config.json", to: directory + "/config.json",
      vocabularySize: model.architecture.vocabularySize)
    for name in try tokenizerFiles(in: source) {
      let content = try Data(contentsOf: URL(fileURLWithPath: source + "/" + name))
      try OutputFile.write(content, to: directory + "/" + name)
    }
  }

  /// What a SentencePiece model is called in a model's directory, the usual name first.
  public static let sentencePieceNames = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"]

  /// What the files that belong to a tokenizer, or say how to generate, are called.
  public static let tokenizerNames = Set(
    sentencePieceNames + [
      "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
      "generation_config.json",
    ])

  /// Names of the files in a model directory that belong to its tokenizer.
  public static func tokenizerFiles(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).filter(tokenizerNames.contains).sorted()
  }

  /// The same configuration with the type the weights now have, and without the place the source was once loaded from.
  private static func writeConfiguration(from source: String, to target: String, vocabularySize: Int) throws {
    let json = try JSONValue(contentsOf: source)
    let members = (json.objectMembers ?? []).filter { $0.key != "_name_or_path" }.map { member in
      switch member.key {
      case "torch_dtype", "dtype": JSONMember(member.key, "float32")
      case "vocab_size": JSONMember(member.key, .integer(vocabularySize))
      default: member
      }
    }
    try OutputFile.write(JSONValue.object(members).document(), to: target)
  }
}

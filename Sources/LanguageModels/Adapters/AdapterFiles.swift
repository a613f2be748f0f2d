import Foundation
import Tables
import TensorFiles
import Tensors

/// An adapter in PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`.
public enum AdapterFiles {
  static let prefix = "base_model.model.transformer."
  /// PEFT puts this tensor into the base model itself, so that a tied head follows. The other way, `modules_to_save`,
  /// would leave the head of GPT-2 as it was, even with `ensure_weight_tying`.
  private static let embeddingName = prefix + "wte.weight"
  private static let headName = "base_model.model.lm_head.weight"

  private static func storedName(_ name: String) -> String {
    name.hasPrefix("lm_head") ? "base_model.model." + name : prefix + name
  }

  /// Writes a model's adapter so that PEFT loads it as it is.
  ///
  /// - Parameters:
  ///   - baseModel: what `base_model_name_or_path` becomes: a hub id or a relative path.
  ///   - revision: the commit of the hub that the base model is; `nil` for a directory.
  ///   - dropout: recorded for PEFT; it has no effect on inference.
  /// - Throws: `ModelError` or a file error; nothing is half-written.
  public static func write(
    _ model: CausalLanguageModel, to directory: String, baseModel: String, revision: String? = nil, dropout: Double
  ) throws {
    guard let settings = model.adapterSettings else {
      throw ModelError("cannot write an adapter: this model has none. Use lora: true.")
    }
    try OutputFile.makeDirectory(directory)
    let tensors = model.parameters.parameters.map { parameter in
      TensorToWrite(
        name: storedName(parameter.name), elementType: .float32, shape: parameter.shape,
        bytes: UnsafeRawBufferPointer(
          start: model.parameters.values(of: parameter), count: parameter.count * MemoryLayout<Float>.stride))
    }
    try SafetensorsWriter.write(
      to: directory + "/adapter_model.safetensors", tensors: tensors, metadata: ["format": "pt"])
    var config: [JSONMember] = [
      JSONMember("alpha_pattern", [:]), JSONMember("base_model_name_or_path", .string(baseModel)),
      JSONMember("bias", "none"),
      // GPT-2 stores its linear weights [I, O].
      JSONMember("fan_in_fan_out", .bool(model.architecture.family == .gpt2)), JSONMember("inference_mode", true),
      JSONMember("init_lora_weights", true), JSONMember("lora_alpha", .number(Double(settings.alpha))),
      JSONMember("lora_dropout", .number(dropout)), JSONMember("modules_to_save", nil),
      JSONMember("peft_type", "LORA"), JSONMember("r", .integer(settings.rank)), JSONMember("rank_pattern", [:]),
      JSONMember("target_modules", .array(targetNames(model).map { .string($0) })),
      JSONMember("task_type", "CAUSAL_LM"), JSONMember("use_dora", .bool(settings.isDecomposed)),
      JSONMember("use_rslora", .bool(settings.usesRankStabilization)),
    ]
    // PEFT's automatic classes load the base model at it.
    if let revision { config.append(JSONMember("revision", .string(revision))) }
    try OutputFile.write(JSONValue.object(config).document(), to: directory + "/adapter_config.json")
  }

  /// The shortest names PEFT needs: `attn.c_proj` and `mlp.c_proj` stay apart, and layers of which only some are
  /// adapted are all named.
  private static func targetNames(_ model: CausalLanguageModel) -> [String] {
    let layers = Dictionary(grouping: model.adaptedLayers) {
      $0.split(separator: ".").dropFirst(2).joined(separator: ".")
    }
    guard layers.values.allSatisfy({ $0.count == model.architecture.layerCount }) else {
      return model.adaptedLayers
    }
    let names = Set(model.adaptedLayers.map { $0.split(separator: ".").dropFirst(2).joined(separator: ".") })
    let last = Dictionary(grouping: names) { String($0.split(separator: ".").last ?? "") }
    let all = ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"]
    return last.sorted { $0.key < $1.key }.flatMap { key, full in
      full.count == all.filter { $0.hasSuffix("." + key) }.count ? [key] : full.sorted()
    }
  }

  /// The settings an adapter directory was made with.
  ///
  /// - Throws: `ModelError` when the files are missing or use what is not supported.
  public static func settings(in directory: String) throws(ModelError) -> LowRankSettings {
    let path = directory + "/adapter_config.json"
    let json: JSONValue
    do {
      json = try JSONValue(contentsOf: path)
    } catch {
      throw ModelError("cannot load the adapter: \(error). Check out the experiment again.")
    }
    guard json["peft_type"]?.stringValue == "LORA", let rank = json["r"]?.integerValue, rank >= 1, rank <= 1 << 14,
      let alpha = json["lora_alpha"]?.doubleValue
    else {
      throw ModelError(
        "cannot load the adapter \(path): it does not describe a LoRA adapter (peft_type, r, lora_alpha). "
          + "Use an adapter that PEFT or Kiseki wrote.")
    }
    for key in ["rank_pattern", "alpha_pattern"] where !(json[key]?.objectMembers ?? []).isEmpty {
      throw ModelError(
        "cannot load the adapter \(path): \(key) gives layers settings of their own, which is not supported. "
          + "Use an adapter with one r and one lora_alpha.")
    }
    let file = try open(directory)
    try checkRank(rank, in: file, path: path)
    let targets =
      json["target_modules"]?.arrayValue?.compactMap(\.stringValue)
      ?? json["target_modules"]?.stringValue.map { [$0] } ?? []
    return LowRankSettings(
      rank: rank, alpha: Float(alpha), usesRankStabilization: json["use_rslora"]?.boolValue ?? false,
      isDecomposed: json["use_dora"]?.boolValue ?? false,
      trainsEmbedding: file.entry(named: embeddingName) != nil,
      targetModules: targets)
  }

  /// The rank must be that of the stored matrices: memory is taken for it before they are read.
  private static func checkRank(_ rank: Int, in file: SafetensorsFile, path: String) throws(ModelError) {
    for name in file.names where name.hasSuffix(".lora_A.weight") {
      guard let shape = file.entry(named: name)?.shape, shape.first != rank else { continue }
      throw ModelError(
        "cannot load the adapter \(path): r is \(rank), and the tensor \(name) of \(file.path) has shape \(shape). "
          + "Check that both files belong to the same adapter.")
    }
  }

  static func open(_ directory: String) throws(ModelError) -> SafetensorsFile {
    do {
      return try SafetensorsFile(path: directory + "/adapter_model.safetensors")
    } catch {
      throw ModelError(error.description)
    }
  }

  /// Reads A and B of every adapted layer into a model that was made with `settings(in:)`.
  ///
  /// - Throws: `ModelError` when a tensor is missing, unexpected, or of another shape.
  public static func load(into model: CausalLanguageModel, from directory: String) throws {
    try load(into: model, from: directory, embeddingMayLack: false)
  }

  /// - Parameter embeddingMayLack: the model's own embedding stays where the file has none.
  static func load(into model: CausalLanguageModel, from directory: String, embeddingMayLack: Bool) throws {
    let file = try open(directory)
    var expected = try checkHead(of: file, model, directory: directory)
    for parameter in model.parameters.parameters {
      let name = storedName(parameter.name)
      if embeddingMayLack, [embeddingName, headName].contains(name), file.entry(named: name) == nil { continue }
      expected.insert(name)
      guard let entry = file.entry(named: name), entry.shape == parameter.shape, entry.elementType == .float32 else {
        let found = file.entry(named: name).map { "\($0.elementType.rawValue) \($0.shape)" } ?? "missing"
        throw ModelError(
          "cannot load the adapter \(file.path): the tensor \(name) must be F32 \(parameter.shape), and is \(found). "
            + "Check that the adapter belongs to this model.")
      }
      let values = model.parameters.values(of: parameter)
      UnsafeMutableRawPointer(values).copyMemory(
        from: file.bytes(of: entry).baseAddress!, byteCount: parameter.count * MemoryLayout<Float>.stride)
      guard model.engine.allFinite(values, count: parameter.count) else {
        throw ModelError("cannot load the adapter \(file.path): the tensor \(name) holds NaN or infinite values.")
      }
    }
    if let extra = file.names.first(where: { !expected.contains($0) }) {
      throw ModelError(
        "cannot load the adapter \(file.path): the tensor \(extra) belongs to no adapted layer of this model. "
          + "Check that the adapter belongs to this model.")
    }
  }
  /// A head beside the embedding is accepted where it says nothing new: PEFT stores both when it stores one.
  ///
  /// - Returns: the name of such a head.
  private static func checkHead(
    of file: SafetensorsFile, _ model: CausalLanguageModel, directory: String
  ) throws -> Set<String> {
    let saved = try JSONValue(contentsOf: directory + "/adapter_config.json")["modules_to_save"]?.arrayValue ?? []
    if model.architecture.hasTiedHead, saved.contains("wte") {
      throw ModelError(
        "cannot load the adapter \(file.path): its modules_to_save hold an embedding of their own beside a head that "
          + "stayed as it was, and in this model the two are tied. Save it with save_embedding_layers instead.")
    }
    guard model.parameters["lm_head.weight"] == nil, let head = file.entry(named: headName) else { return [] }
    let embedding = file.entry(named: embeddingName)
    let isSame = try file.withBytes(of: head) { bytes in
      guard head.elementType == .float32 else { return false }
      // Whatever its size: that of the embedding is looked at when it is read.
      if model.architecture.hasTiedHead, let embedding {
        return file.withBytes(of: embedding) { bytes.elementsEqual($0) }
      }
      guard bytes.count == model.architecture.vocabularySize * model.architecture.width * MemoryLayout<Float>.stride
      else { return false }
      // A head held in fewer bits is the model's own when its values in float32 are these.
      let wide = try Storage(count: model.architecture.vocabularySize * model.architecture.width)
      model.engine.widen(model.head.stored, into: wide.pointer, count: wide.count)
      return bytes.elementsEqual(UnsafeRawBufferPointer(wide.bytes))
    }
    guard isSame else {
      throw ModelError(
        "cannot load the adapter \(file.path): the tensor \(headName) is another head than the model's, and a head is "
          + "only trained here when it is tied to the embedding. Use an adapter without a head of its own.")
    }
    return [headName]
  }
}

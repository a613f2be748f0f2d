import Foundation
import TensorFiles
import Tensors

/// The stored weights of a model directory, checked against the architecture before any is used.
struct WeightFile {
  let file: SafetensorsFile
  private let prefix: String

  /// - Throws: `ModelError` when a tensor is missing, unexpected, of another shape or type than the model needs.
  init(modelDirectory: String, architecture: Architecture) throws(ModelError) {
    guard FileManager.default.fileExists(atPath: modelDirectory + "/model.safetensors") else {
      throw ModelError(
        "cannot load the model \(modelDirectory): it has no model.safetensors. Copy the file there; weights in several "
          + "files or in pytorch_model.bin are not supported yet.")
    }
    do {
      file = try SafetensorsFile(path: modelDirectory + "/model.safetensors")
    } catch {
      throw ModelError(error.description)
    }
    prefix = file.entry(named: "transformer.wte.weight") != nil ? "transformer." : ""
    var expected: Set<String> = []
    for weight in architecture.weights {
      let name = storedName(weight)
      expected.insert(name)
      guard let entry = file.entry(named: name) else {
        throw ModelError(
          "cannot load \(file.path): the tensor \(name) is missing. Download or copy the model again, "
            + "or check that config.json belongs to it.")
      }
      guard entry.shape == weight.shape else {
        throw ModelError(
          "cannot load \(file.path): the tensor \(name) has shape \(entry.shape), and config.json asks for "
            + "\(weight.shape). Check that both files belong to the same model.")
      }
      guard [.float32, .float16, .bfloat16].contains(entry.elementType) else {
        throw ModelError(
          "cannot load \(file.path): the tensor \(name) has type \(entry.elementType.rawValue), and weights must be "
            + "F32, F16 or BF16. Convert the model first.")
      }
    }
    for name in file.names where !expected.contains(name) && !isKnownExtra(name, architecture) {
      throw ModelError(
        "cannot load \(file.path): the tensor \(name) is not part of a \(architecture.family.rawValue) model with "
          + "\(architecture.layerCount) layers. Check that config.json belongs to this file.")
    }
  }

  func storedName(_ weight: WeightDescription) -> String {
    weight.name.hasPrefix("lm_head") ? weight.name : prefix + weight.name
  }

  /// Causal masks that older files carry as tensors, and a tied head stored twice.
  private func isKnownExtra(_ name: String, _ architecture: Architecture) -> Bool {
    if name == "lm_head.weight" { return architecture.hasTiedHead }
    guard name.hasPrefix(prefix + "h.") else { return false }
    let rest = name.dropFirst(prefix.count + 2)
    guard let layer = Int(rest.prefix { $0 != "." }), layer < architecture.layerCount else { return false }
    return name.hasSuffix(".attn.bias") || name.hasSuffix(".attn.masked_bias")
  }

  /// The stored values where they lie, if they are aligned and of the type they are to be held in: then nothing is
  /// copied.
  func mapped(_ weight: WeightDescription, as type: NumberType) -> StoredValues? {
    // Vectors of a narrow type are widened.
    guard weight.heldType(type) == type, let entry = file.entry(named: storedName(weight)) else { return nil }
    let stored: ElementType =
      switch type {
      case .float32: .float32
      case .bfloat16: .bfloat16
      case .float16: .float16
      }
    guard entry.elementType == stored, let base = file.bytes(of: entry).baseAddress,
      Int(bitPattern: base) % type.byteCount == 0
    else { return nil }
    return StoredValues(base, type)
  }

  /// Lets go of the memory that values already read take, where the file can be read again.
  func releasePages(of weight: WeightDescription, _ range: Range<Int>) {
    guard let entry = file.entry(named: storedName(weight)) else { return }
    let size = entry.elementType.byteCount
    let start = entry.byteRange.lowerBound
    file.releasePages(start + range.lowerBound * size..<start + range.upperBound * size)
  }

  /// Writes the values of a weight as float32.
  ///
  /// - Throws: `ModelError` when they are not all finite.
  func load(
    _ weight: WeightDescription, into values: UnsafeMutablePointer<Float>, engine: Engine
  ) throws(ModelError) {
    load(weight, 0..<weight.count, into: values, engine: engine)
    try checkFinite(weight, StoredValues(values), count: weight.count, engine)
    releasePages(of: weight, 0..<weight.count)
  }

  /// Writes a part of the values of a weight as float32, whatever they are.
  func load(
    _ weight: WeightDescription, _ range: Range<Int>, into values: UnsafeMutablePointer<Float>, engine: Engine
  ) {
    guard let entry = file.entry(named: storedName(weight)) else { preconditionFailure("\(weight.name) was checked") }
    let size = entry.elementType.byteCount
    let bytes = UnsafeRawBufferPointer(
      rebasing: file.bytes(of: entry)[range.lowerBound * size..<range.upperBound * size])
    guard let base = bytes.baseAddress else { return }
    if Int(bitPattern: base) % size == 0 {
      Self.convert(base, entry.elementType, into: values, count: range.count, engine)
      return
    }
    // The format aligns nothing: a copy through bytes is always right.
    withUnsafeTemporaryAllocation(byteCount: min(range.count, 65536) * size, alignment: 16) { buffer in
      for start in stride(from: 0, to: range.count, by: 65536) {
        let part = min(65536, range.count - start)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start * size..<(start + part) * size]))
        if let copy = buffer.baseAddress {
          Self.convert(UnsafeRawPointer(copy), entry.elementType, into: values + start, count: part, engine)
        }
      }
    }
  }

  private static func convert(
    _ stored: UnsafeRawPointer, _ type: ElementType, into values: UnsafeMutablePointer<Float>, count: Int,
    _ engine: Engine
  ) {
    switch type {
    case .float16: engine.widen(float16: stored.assumingMemoryBound(to: UInt16.self), into: values, count: count)
    case .bfloat16: engine.widen(bfloat16: stored.assumingMemoryBound(to: UInt16.self), into: values, count: count)
    default: values.update(from: stored.assumingMemoryBound(to: Float.self), count: count)
    }
  }

  func checkFinite(
    _ weight: WeightDescription, _ values: StoredValues, count: Int, _ engine: Engine
  ) throws(ModelError) {
    guard engine.allFinite(values, count: count) else {
      throw ModelError(
        "cannot load \(file.path): the tensor \(storedName(weight)) holds NaN or infinite values. "
          + "Download or copy the model again.")
    }
  }
}

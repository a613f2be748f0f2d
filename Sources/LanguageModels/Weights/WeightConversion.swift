internal import TensorFiles
internal import Tensors

/// Turns stored weights into what they are held in, a piece at a time, with scratch for one piece.
struct WeightConversion {
  private let engine: Engine
  private let type: NumberType
  /// Values of a piece in float32, and in 16 bit.
  private let wide: Storage
  private let narrow: Storage

  /// - Parameter type: what the model is held in.
  init(to type: NumberType, engine: Engine) throws(TensorError) {
    self.engine = engine
    self.type = type
    wide = try Storage(count: ConvertedWeights.pieceSize / 2)
    narrow = try Storage(count: ConvertedWeights.pieceSize / 4)
  }

  /// Writes a piece of a weight, zeros behind its last value included.
  ///
  /// - Throws: `ModelError` when a value is no finite number, or none in the type it is to be held in.
  func convert(
    _ piece: ConvertedWeights.Piece, of file: WeightFile, into target: UnsafeMutableRawPointer
  ) throws(ModelError) {
    let item = piece.item
    let used = piece.values.count * item.type.byteCount
    (target + used).initializeMemory(as: UInt8.self, repeating: 0, count: piece.bytes.count - used)
    let isDirect = type == .float32
    let floats = isDirect ? target.assumingMemoryBound(to: Float.self) : wide.pointer
    file.load(item.description, piece.values, into: floats, engine: engine)
    try file.checkFinite(item.description, StoredValues(floats), count: piece.values.count, engine)
    guard !isDirect else { return }
    guard round(floats, count: piece.values.count, as: item.type, into: target) else {
      throw file.overflow(item.description, type: type, engine: engine)
    }
  }

  /// The same for values that were drawn.
  func convert(_ values: UnsafePointer<Float>, count: Int, as held: NumberType, into target: UnsafeMutableRawPointer) {
    let size = ConvertedWeights.pieceSize / 2
    for start in stride(from: 0, to: count, by: size) {
      _ = round(
        values + start, count: min(size, count - start), as: held, into: target + start * held.byteCount)
    }
  }

  /// Rounds values to the model's type; false when one is beyond it.
  ///
  /// - Parameter held: float32 for values that are widened again.
  private func round(
    _ values: UnsafePointer<Float>, count: Int, as held: NumberType, into target: UnsafeMutableRawPointer
  ) -> Bool {
    let short =
      held == .float32
      ? UnsafeMutableRawPointer(narrow.pointer).assumingMemoryBound(to: UInt16.self)
      : target.assumingMemoryBound(to: UInt16.self)
    if type == .float16 {
      engine.narrow(values, intoFloat16: short, count: count)
    } else {
      engine.narrow(values, intoBFloat16: short, count: count)
    }
    guard engine.allFinite(StoredValues(short, type), count: count) else { return false }
    if held == .float32 {
      engine.widen(StoredValues(short, type), into: target.assumingMemoryBound(to: Float.self), count: count)
    }
    return true
  }
}

extension WeightFile {
  /// Why a weight cannot be held in a type whose largest number one of its values exceeds.
  func overflow(_ weight: WeightDescription, type: NumberType, engine: Engine) -> ModelError {
    let largest = type == .float16 ? "65504" : "3.39e38"
    return ModelError(
      "cannot hold the weights of \(file.path) in \(type.rawValue): the tensor \(storedName(weight)) has a value beyond "
        + "\(largest), the largest number of that type. Set architecture.backbone_dtype to "
        + (type == .float16 ? "bfloat16 or float32." : "float32."), kind: .setting)
  }
}

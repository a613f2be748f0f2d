/// Whether large matrix products are to round their inputs to bfloat16.
public enum MixedPrecision: Sendable {
  case off
  /// Where the processor multiplies bfloat16 numbers; elsewhere the products stay float32.
  case automatic
  /// Rounds the inputs to bfloat16 and multiplies in float32: what the instructions compute, but for the order of sums.
  /// For tests on processors without them; slower than float32.
  case emulated
}

/// What an engine makes of the wish for mixed precision.
public enum MixedPrecisionUse: Sendable, Hashable {
  case off
  case emulated
  /// oneDNN's version and the instructions it uses.
  case oneDNN(version: String, instructions: String)
  /// Computed in float32 all the same; why, as a part of a sentence.
  case unavailable(reason: String)

  /// Whether products are computed in bfloat16.
  public var isActive: Bool {
    switch self {
    case .emulated, .oneDNN: true
    case .off, .unavailable: false
    }
  }

  /// As it is recorded.
  public var name: String {
    switch self {
    case .off: "off"
    case .emulated: "bfloat16, emulated"
    case .oneDNN(let version, let instructions): "bfloat16, oneDNN \(version), \(instructions)"
    case .unavailable: "unavailable, float32"
    }
  }
}

/// In what a product is computed.
public enum ProductPrecision: Sendable {
  case float32
  /// What the engine was made for: bfloat16 with float32 sums under mixed precision, else float32.
  case mixed
}

/// How an engine multiplies under mixed precision.
enum MixedProducts {
  case none(MixedPrecisionUse)
  case emulated(Storage)
  case library(OneDNN, Storage, [OneDNN.Products])

  init(_ wish: MixedPrecision, instructionSet: InstructionSet, threadCount: Int) throws(TensorError) {
    switch wish {
    case .off: self = .none(.off)
    case .emulated: self = .emulated(try Storage(count: threadCount * MixedScratch.count))
    case .automatic:
      guard instructionSet == .v4 else {
        self = .none(.unavailable(reason: "\(instructionSet.rawValue) has no instructions for bfloat16 products"))
        return
      }
      do {
        let library = try OneDNN.load()
        self = .library(
          library, try Storage(count: threadCount * MixedScratch.count),
          (0..<threadCount).map { _ in OneDNN.Products(library) })
      } catch {
        self = .none(.unavailable(reason: error.description))
      }
    }
  }

  var use: MixedPrecisionUse {
    switch self {
    case .none(let use): use
    case .emulated: .emulated
    case .library(let library, _, _): .oneDNN(version: library.version, instructions: library.instructions)
    }
  }
}

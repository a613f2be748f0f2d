public import Tensors

/// A weight as the layers see it: values, and where its gradient is summed, if it is trained.
public struct Weight {
  /// In the type they are held in; vectors, and whatever is trained, always in float32.
  public let stored: StoredValues
  /// `nil` when frozen: then no work is spent on its gradient.
  public let gradient: UnsafeMutablePointer<Float>?

  /// The values of a weight that is held in float32.
  public var values: UnsafePointer<Float> { stored.floats }
}

/// One trained tensor: its place in the set.
public struct Parameter: Sendable {
  public let name: String
  public let shape: [Int]
  /// Floats from the set's start.
  public let offset: Int
  /// Whether weight decay applies.
  public let decays: Bool
  public var count: Int { shape.reduce(1, *) }
}

/// All trained tensors of a model, values and gradients each in one block, so that an optimizer sees one long vector.
public final class ParameterSet {
  public let parameters: [Parameter]
  /// Floats in the set, with the padding between tensors (always 0).
  public let count: Int
  private let valueStorage: Storage
  private let gradientStorage: Storage
  private let places: [String: Int]

  public var values: UnsafeMutablePointer<Float> { valueStorage.pointer }
  public var gradients: UnsafeMutablePointer<Float> { gradientStorage.pointer }
  /// Trained values, without padding.
  public var trainedCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// - Throws: `TensorError` when the memory is not to be had.
  public init(_ descriptions: [(name: String, shape: [Int], decays: Bool)]) throws(TensorError) {
    (parameters, count) = Self.layout(descriptions)
    valueStorage = try Storage(count: count)
    gradientStorage = try Storage(count: count)
    places = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1.name, $0) })
  }

  /// Where the tensors of a set lie, and the floats they take together.
  static func layout(_ descriptions: [(name: String, shape: [Int], decays: Bool)]) -> ([Parameter], count: Int) {
    var plan = ArenaPlan()
    let parameters = descriptions.map { name, shape, decays in
      Parameter(name: name, shape: shape, offset: plan.reserve(shape.reduce(1, *)).offset, decays: decays)
    }
    return (parameters, plan.count)
  }

  public subscript(name: String) -> Parameter? { places[name].map { parameters[$0] } }

  public func values(of parameter: Parameter) -> UnsafeMutablePointer<Float> { values + parameter.offset }

  /// The parameter as a layer's weight.
  func weight(_ name: String) -> Weight? {
    self[name].map { Weight(stored: StoredValues(values + $0.offset), gradient: gradients + $0.offset) }
  }
}

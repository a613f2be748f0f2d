import CommandLine
import Experiments
import Foundation
import Tables
import TensorFiles

/// Two adapters beside each other: how large each layer's update of the weights is, and how far both are apart.
///
/// An update is scale · B A; all figures come from products of rank by rank numbers, so nothing of a layer's size is made:
/// ⟨B₁A₁, B₂A₂⟩ = Σ (B₁ᵀB₂) ∘ (A₁A₂ᵀ).
struct AdapterDifference {
  struct Layer {
    let name: String
    /// Frobenius norms of the updates.
    let first: Double
    let second: Double
    /// Norm of the difference of both updates.
    let distance: Double
    /// 1 for updates of one direction, 0 for unrelated ones; NaN when one is zero.
    let cosine: Double
  }

  private(set) var layers: [Layer] = []
  /// Layers that cannot be compared, and why.
  private(set) var problems: [String] = []

  /// - Throws: `CommandFailure` naming the version whose adapter cannot be compared at all.
  init(_ first: ExperimentVersion, _ second: ExperimentVersion) throws {
    let adapters = (try AdapterWeights(first), try AdapterWeights(second))
    var onlyFirst: [String] = []
    var otherShapes: [String] = []
    for name in adapters.0.layers.keys.sorted(by: Self.precedes) {
      guard let one = adapters.0.layers[name], let other = adapters.1.layers[name] else {
        onlyFirst.append(name)
        continue
      }
      guard one.a.width == other.a.width, one.b.width == other.b.width else {
        otherShapes.append("\(name) (\(one.b.width) x \(one.a.width) against \(other.b.width) x \(other.a.width))")
        continue
      }
      layers.append(Self.layer(name, one, adapters.0.scale, other, adapters.1.scale))
    }
    for adapter in [adapters.0, adapters.1] where adapter.isDecomposed {
      problems.append("\(adapter.label): DoRA also gives every output a size, which these figures of B A leave out")
    }
    let onlySecond = adapters.1.layers.keys.filter { adapters.0.layers[$0] == nil }.sorted(by: Self.precedes)
    // A model has hundreds of layers, and what is wrong is the same with all of them.
    problems =
      [
        Self.problem(onlyFirst, "adapted by \(adapters.0.label) alone"),
        Self.problem(onlySecond, "adapted by \(adapters.1.label) alone"),
        Self.problem(otherShapes, "of another shape in \(adapters.1.label)"),
      ].compactMap { $0 } + problems
  }

  /// `12 layers are adapted by base@1 alone, the first is model.layers.0.mlp.up_proj`
  private static func problem(_ layers: [String], _ what: String) -> String? {
    guard let first = layers.first else { return nil }
    return layers.count == 1
      ? "the layer \(first) is \(what)" : "\(Format.count(layers.count)) layers are \(what), the first is \(first)"
  }

  /// Numbers in names count as numbers: layer 2 comes before layer 10.
  private static func precedes(_ first: String, _ second: String) -> Bool {
    first.compare(second, options: .numeric) == .orderedAscending
  }

  private static func layer(
    _ name: String, _ one: AdapterWeights.Layer, _ scale: Double, _ other: AdapterWeights.Layer, _ otherScale: Double
  ) -> Layer {
    let first = one.product(with: one) * scale * scale
    let second = other.product(with: other) * otherScale * otherScale
    let both = one.product(with: other) * scale * otherScale
    let norms = (max(0, first).squareRoot(), max(0, second).squareRoot())
    return Layer(
      name: name, first: norms.0, second: norms.1, distance: max(0, first + second - 2 * both).squareRoot(),
      cosine: min(1, max(-1, both / (norms.0 * norms.1))))
  }

  /// Every layer, and where there are several all of them together.
  var lines: [Layer] { layers + (whole.map { [$0] } ?? []) }

  /// All layers as one long update.
  private var whole: Layer? {
    guard layers.count > 1 else { return nil }
    func norm(_ value: (Layer) -> Double) -> Double { layers.reduce(0) { $0 + value($1) * value($1) }.squareRoot() }
    let product = layers.reduce(0) { $0 + ($1.cosine.isNaN ? 0 : $1.cosine * $1.first * $1.second) }
    let (first, second) = (norm(\.first), norm(\.second))
    return Layer(
      name: "all layers", first: first, second: second, distance: norm(\.distance), cosine: product / (first * second))
  }
}

/// The matrices of a recorded adapter.
struct AdapterWeights {
  /// Vectors of equal length: the rows of A, or the columns of B, one per rank.
  struct Matrix {
    let width: Int
    let vectors: [[Double]]

    /// The dot products of every vector with every one of another matrix of the same width.
    func products(with other: Matrix) -> [[Double]] {
      vectors.map { left in other.vectors.map { right in Self.dot(left, right) } }
    }

    private static func dot(_ left: [Double], _ right: [Double]) -> Double {
      var sums = SIMD8<Double>.zero
      let whole = left.count / 8 * 8
      left.withUnsafeBytes { left in
        right.withUnsafeBytes { right in
          for offset in stride(from: 0, to: whole * 8, by: 64) {
            sums.addProduct(
              left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self),
              right.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self))
          }
        }
      }
      return (whole..<left.count).reduce(sums.sum()) { $0 + left[$1] * right[$1] }
    }
  }

  struct Layer {
    /// R vectors of the input's width.
    let a: Matrix
    /// R vectors of the output's width.
    let b: Matrix

    /// ⟨B A, B' A'⟩
    func product(with other: Layer) -> Double {
      let (inputs, outputs) = (a.products(with: other.a), b.products(with: other.b))
      var sum = 0.0
      for (left, right) in zip(inputs, outputs) { for (x, y) in zip(left, right) { sum += x * y } }
      return sum
    }
  }

  let label: String
  /// What B A is multiplied with.
  let scale: Double
  /// Whether magnitudes lie beside A and B.
  let isDecomposed: Bool
  let layers: [String: Layer]

  private static let prefix = "base_model.model."

  init(_ version: ExperimentVersion) throws {
    let label = "\(version.name)@\(version.number)"
    self.label = label
    let path = "adapter/adapter_model.safetensors"
    guard try version.hasFile(path) else {
      let reason = try version.hasFile("model/config.json") ? "it was trained as a whole" : "nothing was saved"
      throw CommandFailure("\(label) has no adapter: \(reason)")
    }
    let config = try version.json("adapter/adapter_config.json")
    guard let rank = config["r"]?.doubleValue, rank >= 1, let alpha = config["lora_alpha"]?.doubleValue else {
      throw CommandFailure("the adapter of \(label) cannot be read: adapter_config.json has no r and lora_alpha")
    }
    scale = config["use_rslora"]?.boolValue == true ? alpha / rank.squareRoot() : alpha / rank
    isDecomposed = config["use_dora"]?.boolValue == true
    layers = try TemporaryFolder.with { folder in
      let copy = folder + "/adapter.safetensors"
      try RecordedFiles(version).data(path).write(to: URL(fileURLWithPath: copy))
      return try Self.layers(of: SafetensorsFile(path: copy), label: label)
    }
  }

  private static func layers(of file: SafetensorsFile, label: String) throws -> [String: Layer] {
    var layers: [String: Layer] = [:]
    for name in file.names where name.hasSuffix(".lora_A.weight") {
      let stem = String(name.dropLast(".lora_A.weight".count))
      guard let a = file.entry(named: name), let b = file.entry(named: stem + ".lora_B.weight"),
        a.elementType == .float32, b.elementType == .float32, a.shape.count == 2, b.shape.count == 2,
        a.shape[0] == b.shape[1]
      else {
        throw CommandFailure(
          "the adapter of \(label) cannot be compared: '\(stem)' is no pair of F32 matrices of one rank")
      }
      let (rank, input, output) = (a.shape[0], a.shape[1], b.shape[0])
      let (aValues, bValues) = (file.floats(a), file.floats(b))
      let vectorsOfA = (0..<rank).map { row in Array(aValues[row * input..<(row + 1) * input]) }
      let vectorsOfB = (0..<rank).map { column in (0..<output).map { bValues[$0 * rank + column] } }
      layers[stem.hasPrefix(prefix) ? String(stem.dropFirst(prefix.count)) : stem] = Layer(
        a: Matrix(width: input, vectors: vectorsOfA), b: Matrix(width: output, vectors: vectorsOfB))
    }
    return layers
  }
}

extension SafetensorsFile {
  fileprivate func floats(_ entry: TensorEntry) -> [Double] {
    withBytes(of: entry) { bytes in
      (0..<bytes.count / 4).map { Double(bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self)) }
    }
  }
}

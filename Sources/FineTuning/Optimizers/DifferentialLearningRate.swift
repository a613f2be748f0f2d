/// Another learning rate for the parameters whose name contains one of some texts; the schedule applies to it too.
public struct DifferentialLearningRate: Sendable, Hashable {
  public var rate: Double
  /// Parts of parameter names, none of them empty.
  public var layers: [String]

  public init(rate: Double, layers: [String]) {
    self.rate = rate
    self.layers = layers
  }

  /// What each of the named parameters multiplies the base rate by: rate / baseRate, or 1.
  ///
  /// - Throws: `FineTuningError` when a text is part of no name, listing what there is.
  func factors(for names: [String], baseRate: Double) throws(FineTuningError) -> [Float] {
    for layer in layers where !names.contains(where: { $0.contains(layer) }) {
      throw FineTuningError(
        "training.differential_learning_rate_layers is \(layers.joined(separator: ", ")), and \(layer) is part of no "
          + "trained parameter's name. Name parts of some of \(Self.listing(names)).", kind: .setting)
    }
    return names.map { name in layers.contains { name.contains($0) } ? Float(rate / baseRate) : 1 }
  }

  /// Every name once, with * for the number of a layer.
  private static func listing(_ names: [String]) -> String {
    let general = names.map { name in
      name.split(separator: ".").map { $0.allSatisfy(\.isNumber) ? "*" : String($0) }.joined(separator: ".")
    }
    return Set(general).sorted().joined(separator: ", ")
  }
}

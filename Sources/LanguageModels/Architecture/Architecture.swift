public import Tensors

/// What a causal language model computes, as values: the same blocks serve every family.
///
/// Letters used for shapes throughout: T tokens of a packed batch, C width, H heads, D head width, F MLP width,
/// V vocabulary, R rank, L layers, P positions.
public struct Architecture: Sendable, Hashable {
  public enum Family: String, Sendable {
    case gpt2
  }

  public let family: Family
  /// V
  public internal(set) var vocabularySize: Int
  /// C
  public let width: Int
  /// L
  public let layerCount: Int
  /// H
  public let headCount: Int
  /// F
  public let mlpWidth: Int
  /// P: the longest sequence the model has positions for.
  public let maximumPositions: Int
  public let activation: Activation
  public let layerNormEpsilon: Float
  /// Divide the scores by sqrt(D).
  public let scalesAttention: Bool
  /// Divide the scores of layer i by i + 1 as well.
  public let scalesAttentionByLayer: Bool
  /// The output head is the token embedding.
  public let hasTiedHead: Bool
  /// Standard deviation of random initial weights.
  public let initializerRange: Float
  /// What ends a generated text, as Transformers reads it: `generation_config.json` wins over `config.json`.
  public let endOfSequenceIDs: [Int32]

  /// D
  public var headWidth: Int { width / headCount }

  /// What attention scores of a layer are multiplied by.
  public func attentionFactor(layer: Int) -> Float {
    var factor: Float = scalesAttention ? 1 / Float(headWidth).squareRoot() : 1
    if scalesAttentionByLayer { factor /= Float(layer + 1) }
    return factor
  }

  /// All weights, in the order they are stored and initialised.
  public var weights: [WeightDescription] {
    var list = [
      WeightDescription("wte.weight", [vocabularySize, width], .embedding),
      WeightDescription("wpe.weight", [maximumPositions, width], .embedding),
    ]
    for layer in 0..<layerCount {
      let block = "h.\(layer)."
      list += norm(block + "ln_1")
      list += linear(block + "attn.c_attn", width, 3 * width)
      list += linear(block + "attn.c_proj", width, width, residual: true)
      list += norm(block + "ln_2")
      list += linear(block + "mlp.c_fc", width, mlpWidth)
      list += linear(block + "mlp.c_proj", mlpWidth, width, residual: true)
    }
    list += norm("ln_f")
    if !hasTiedHead { list.append(WeightDescription("lm_head.weight", [vocabularySize, width], .matrix)) }
    return list
  }

  private func norm(_ name: String) -> [WeightDescription] {
    [
      WeightDescription(name + ".weight", [width], .gain), WeightDescription(name + ".bias", [width], .bias),
    ]
  }

  private func linear(_ name: String, _ input: Int, _ output: Int, residual: Bool = false) -> [WeightDescription] {
    [
      WeightDescription(name + ".weight", [input, output], residual ? .residualMatrix : .matrix),
      WeightDescription(name + ".bias", [output], .bias),
    ]
  }
}

/// One weight of a model: its name in the file, shape and part.
public struct WeightDescription: Sendable, Hashable {
  public enum Role: Sendable {
    case embedding, matrix
    /// A matrix whose output is added to the residual stream: GPT-2 starts it smaller by sqrt(2 L).
    case residualMatrix
    case gain, bias

    /// Weight decay leaves biases and norm gains alone.
    public var decays: Bool { self != .gain && self != .bias }
  }

  /// Without the family's prefix (`transformer.`).
  public let name: String
  public let shape: [Int]
  public let role: Role
  public var count: Int { shape.reduce(1, *) }

  init(_ name: String, _ shape: [Int], _ role: Role) {
    self.name = name
    self.shape = shape
    self.role = role
  }
}

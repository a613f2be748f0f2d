import Tensors

/// LayerNorm: gain and bias [C].
struct LayerNorm {
  let gain: Weight
  let bias: Weight
  let width: Int
  let epsilon: Float
}

/// y[T, O] = x[T, I] W + bias, with an optional low-rank adapter beside it.
struct Linear {
  /// Its path in the model, such as `h.0.attn.c_attn`.
  let name: String
  let weight: Weight
  let bias: Weight?
  /// I
  let inputWidth: Int
  /// O
  let outputWidth: Int
  /// Whether the weight is stored [O, I]; GPT-2 stores [I, O].
  let isOutputMajor: Bool
  var adapter: LowRankAdapter?

  /// The weight as [I, O].
  var matrix: StoredMatrix {
    isOutputMajor
      ? StoredMatrix(weight.stored, stride: inputWidth, transposed: true)
      : StoredMatrix(weight.stored, stride: outputWidth)
  }

  /// Whether a backward pass needs this layer's input again.
  var needsInput: Bool { weight.gradient != nil || adapter != nil }
}

/// One transformer block: x + attention(norm(x)), then + mlp(norm(that)).
struct Block {
  let firstNorm: LayerNorm
  var attentionInput: Linear
  var attentionOutput: Linear
  let secondNorm: LayerNorm
  var mlpInput: Linear
  var mlpOutput: Linear

  var linears: [Linear] { [attentionInput, attentionOutput, mlpInput, mlpOutput] }
}

/// What dropout a pass applies. Masks depend on seed, step, place and token number alone.
public struct DropoutDraw: Sendable {
  public let seed: UInt64
  /// The optimizer step.
  public let step: UInt32
  /// The number of the batch's first token within the optimizer step: micro-batches share one mask.
  public let firstToken: Int
  /// Probability after embedding, attention and MLP, and on attention weights.
  public let hidden: Float
  /// Probability on the adapters' input.
  public let adapter: Float

  public init(seed: UInt64, step: UInt32, firstToken: Int, hidden: Float, adapter: Float) {
    self.seed = seed
    self.step = step
    self.firstToken = firstToken
    self.hidden = hidden
    self.adapter = adapter
  }

  /// The places in a layer that have a mask of their own.
  enum Place: UInt32 {
    case attention, attentionOutput, mlpOutput
    /// The four adapters are 4 ... 7.
    case firstAdapter = 4
  }

  func hidden(_ place: Place, layer: Int) -> Dropout? {
    guard hidden > 0 else { return nil }
    return Dropout(
      probability: hidden, seed: seed, purpose: place == .attention ? .attentionDropout : .hiddenDropout, step: step,
      site: UInt32(layer) * 8 + place.rawValue)
  }

  func adapter(site: UInt32) -> Dropout? {
    guard adapter > 0 else { return nil }
    return Dropout(probability: adapter, seed: seed, purpose: .adapterDropout, step: step, site: site)
  }

  /// The index of the batch's first value in a mask over [tokens, width].
  func first(width: Int) -> Int { firstToken * ((width + 3) / 4 * 4) }
}

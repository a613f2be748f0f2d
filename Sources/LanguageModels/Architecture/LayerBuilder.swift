import Tensors

/// Puts a model's layers together from its weights.
struct LayerBuilder {
  let architecture: Architecture
  let weights: [String: Weight]
  let parameters: ParameterSet
  let adapter: LowRankSettings?
  let decomposition: DecomposedLayers

  func weight(_ name: String) -> Weight {
    guard let weight = weights[name] else { preconditionFailure("the weight \(name) was not loaded") }
    return weight
  }

  func norm(_ name: String) -> LayerNorm {
    LayerNorm(
      gain: weight(name + ".weight"), bias: weight(name + ".bias"), width: architecture.width,
      epsilon: architecture.layerNormEpsilon)
  }

  func block(_ layer: Int) -> Block {
    let width = architecture.width
    let name = "h.\(layer)."
    let site = UInt32(layer) * 8 + DropoutDraw.Place.firstAdapter.rawValue
    return Block(
      firstNorm: norm(name + "ln_1"),
      attentionInput: linear(name + "attn.c_attn", width, 3 * width, site),
      attentionOutput: linear(name + "attn.c_proj", width, width, site + 1),
      secondNorm: norm(name + "ln_2"),
      mlpInput: linear(name + "mlp.c_fc", width, architecture.mlpWidth, site + 2),
      mlpOutput: linear(name + "mlp.c_proj", architecture.mlpWidth, width, site + 3))
  }

  private func linear(_ name: String, _ input: Int, _ output: Int, _ site: UInt32) -> Linear {
    var low: LowRankAdapter?
    if let adapter, let down = parameters.weight(name + ".lora_A.weight"),
      let up = parameters.weight(name + ".lora_B.weight")
    {
      low = LowRankAdapter(
        down: down, up: up, rank: adapter.rank, factor: adapter.factor, site: site,
        decomposition: parameters.weight(name + ".lora_magnitude_vector")
          .flatMap { decomposition.layer(name, magnitude: $0) })
    }
    return Linear(
      name: name, weight: weight(name + ".weight"), bias: weight(name + ".bias"), inputWidth: input,
      outputWidth: output, isOutputMajor: false, adapter: low)
  }
}

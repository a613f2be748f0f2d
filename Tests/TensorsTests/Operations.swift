import Foundation
import Tensors

extension Operation {
  static let activations: [(Activation, String, @Sendable (Double) -> Double)] = [
    (
      .geluTanh, "gelu tanh",
      { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
    ),
    (.geluErf, "gelu erf", { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }), (.relu, "relu", { max($0, 0) }),
    (.silu, "silu", { $0 / (1 + exp(-$0)) }), (.tanh, "tanh", { tanh($0) }),
  ]

  static func layerNorm(rows: Int, width: Int) -> Operation {
    let epsilon: Float = 1e-5
    return Operation(
      name: "layer norm \(rows) x \(width)",
      inputs: [
        randomValues(rows * width, seed: 1, scale: 3).map { $0 + 5 },
        randomValues(width, seed: 2).map { $0 + 1 }, randomValues(width, seed: 3),
      ],
      reference: { input in
        (0..<rows).flatMap { row -> [Double] in
          let x = Array(input[0][row * width..<(row + 1) * width])
          let mean = x.reduce(0, +) / Double(width)
          let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
          let deviation = (variance + Double(epsilon)).squareRoot()
          return (0..<width).map { (x[$0] - mean) / deviation * input[1][$0] + input[2][$0] }
        }
      },
      forward: { engine, input in
        Memory.scope { memory in
          let y = memory.unwritten(rows * width)
          engine.layerNorm(
            y, mean: memory.unwritten(rows), reciprocalDeviation: memory.unwritten(rows),
            memory.buffer(input[0]),
            gain: memory.buffer(input[1]), bias: memory.buffer(input[2]), rows: rows, width: width,
            epsilon: epsilon)
          return values(y, rows * width)
        }
      },
      backward: { engine, input, dy in
        Memory.scope { memory in
          let (x, gain) = (memory.buffer(input[0]), memory.buffer(input[1]))
          let (mean, deviation) = (memory.unwritten(rows), memory.unwritten(rows))
          engine.layerNorm(
            memory.unwritten(rows * width), mean: mean, reciprocalDeviation: deviation, x, gain: gain,
            bias: memory.buffer(input[2]), rows: rows, width: width, epsilon: epsilon)
          let (dx, dGain, dBias) = (memory.zeros(rows * width), memory.zeros(width), memory.zeros(width))
          engine.layerNormBackward(
            dx, dGain: dGain, dBias: dBias, dy: memory.buffer(dy), x: x, mean: mean,
            reciprocalDeviation: deviation,
            gain: gain, rows: rows, width: width)
          return [values(dx, rows * width), values(dGain, width), values(dBias, width)]
        }
      },
      // The mean of 5 costs two digits of the centred values.
      tolerance: 5e-6)
  }

  static func activation(
    _ kind: Activation, _ name: String, _ formula: @escaping @Sendable (Double) -> Double, count: Int
  ) -> Operation {
    // Away from the kink of relu, where no difference is central; all others get small and large arguments.
    var x = randomValues(count, seed: 4, scale: 6)
    if name == "relu" { x = x.map { $0 + ($0 < 0 ? -0.01 : 0.01) } }
    return Operation(
      name: "\(name) of \(count)", inputs: [x], reference: { $0[0].map(formula) },
      forward: { engine, input in
        Memory.scope { memory in
          let y = memory.unwritten(count)
          engine.activate(y, memory.buffer(input[0]), count: count, kind)
          return values(y, count)
        }
      },
      backward: { engine, input, dy in
        Memory.scope { memory in
          let dx = memory.unwritten(count)
          engine.activateBackward(dx, dy: memory.buffer(dy), x: memory.buffer(input[0]), count: count, kind)
          return [values(dx, count)]
        }
      })
  }

  static func embedding(rows: Int, width: Int, tokens: Int, positions: Int) -> Operation {
    let token = randomIndices(rows, below: tokens, seed: 5)
    let position = randomIndices(rows, below: positions, seed: 6)
    return Operation(
      name: "embedding \(rows) x \(width)",
      inputs: [randomValues(tokens * width, seed: 7), randomValues(positions * width, seed: 8)],
      reference: { input in
        (0..<rows).flatMap { row in
          (0..<width).map {
            input[0][Int(token[row]) * width + $0] + input[1][Int(position[row]) * width + $0]
          }
        }
      },
      forward: { engine, input in
        Memory.scope { memory in
          let x = memory.unwritten(rows * width)
          engine.embed(
            x, tokens: memory.buffer(token), positions: memory.buffer(position),
            tokenTable: StoredValues(memory.buffer(input[0])),
            positionTable: StoredValues(memory.buffer(input[1])), rows: rows, width: width)
          return values(x, rows * width)
        }
      },
      backward: { engine, _, dy in
        Memory.scope { memory in
          let (dTokens, dPositions) = (memory.zeros(tokens * width), memory.zeros(positions * width))
          engine.embedBackward(
            tokenGradient: dTokens, positionGradient: dPositions, dx: memory.buffer(dy),
            tokens: memory.buffer(token), positions: memory.buffer(position), rows: rows, width: width)
          return [values(dTokens, tokens * width), values(dPositions, positions * width)]
        }
      })
  }

  /// Cross-entropy of every row: the output gradient is the rows' weights, as the kernel takes it.
  static func crossEntropy(rows: Int, vocabulary: Int, scale: Float) -> Operation {
    let target = randomIndices(rows, below: vocabulary, seed: 9)
    @Sendable func losses(_ engine: Engine, _ logits: [Float], weights: [Float]?) -> (
      losses: [Float], logits: [Float]
    ) {
      Memory.scope { memory in
        let (losses, logits) = (memory.unwritten(rows), memory.buffer(logits))
        engine.crossEntropy(
          losses: losses, logits: logits, targets: memory.buffer(target),
          weights: weights.map { memory.buffer($0.map { $0 / 4 }) }, rows: rows, vocabulary: vocabulary,
          gradientWeight: weights == nil ? nil : 4)
        return (values(losses, rows), values(logits, rows * vocabulary))
      }
    }
    return Operation(
      name: "cross-entropy \(rows) x \(vocabulary), logits to \(scale)",
      inputs: [randomValues(rows * vocabulary, seed: 10, scale: scale)],
      reference: { input in
        (0..<rows).map { row in
          let logits = input[0][row * vocabulary..<(row + 1) * vocabulary]
          let top = logits.max()!
          let all = top + log(logits.reduce(0.0) { $0 + exp($1 - top) })
          return all - logits[logits.startIndex + Int(target[row])]
        }
      },
      forward: { engine, input in
        losses(engine, input[0], weights: nil).losses
      },
      backward: { engine, input, dy in [losses(engine, input[0], weights: dy).logits] })
  }

  static func dropout(count: Int, first: Int, addsResidual: Bool) -> Operation {
    let dropout = Dropout(
      probability: 0.3, seed: 0x1234_5678_9ABC, purpose: .hiddenDropout, step: 7, site: 19)
    return Operation(
      name: "dropout of \(count) from \(first)\(addsResidual ? " beside a residual" : "")",
      inputs: [randomValues(count, seed: 11)] + (addsResidual ? [randomValues(count, seed: 12)] : []),
      reference: { input in
        (0..<count).map { input[0][$0] * dropout.factor(first + $0) + (addsResidual ? input[1][$0] : 0) }
      },
      forward: { engine, input in
        Memory.scope { memory in
          let y = memory.unwritten(count)
          if addsResidual {
            engine.dropAdd(
              y, residual: memory.buffer(input[1]), memory.buffer(input[0]), count: count, first: first,
              dropout)
          } else {
            engine.drop(y, memory.buffer(input[0]), count: count, first: first, dropout)
          }
          return values(y, count)
        }
      },
      backward: { engine, _, dy in
        Memory.scope { memory in
          // In place, as the backward pass uses it.
          let dx = memory.buffer(dy)
          engine.drop(dx, dx, count: count, first: first, dropout)
          return [values(dx, count)] + (addsResidual ? [dy] : [])
        }
      })
  }
}

extension Dropout {
  /// What an element is multiplied by, from the published generator: the reference for the kernels.
  func factor(_ element: Int) -> Double {
    let block = RandomStream.block(
      seed: seed, purpose: purpose, stream: step, block: UInt64(element / 4) | UInt64(site) << 32)
    let word = [block.0, block.1, block.2, block.3][element % 4]
    let keep = 1 - Double(probability)
    return Double(word) < (keep * 4_294_967_296).rounded(.down) ? 1 / keep : 0
  }
}

import Foundation
import Tensors

extension Operation {
  static func attention(
    lengths: [Int], heads: Int, headWidth: Int, dropout probability: Float? = nil, scale: Float = 1,
    hiddenKeys: [Int] = []
  ) -> Operation {
    let tokens = lengths.reduce(0, +)
    let width = heads * headWidth
    let factor = 1 / Float(headWidth).squareRoot()
    let longest = lengths.max()!
    let offsets = lengths.reduce(into: [0]) { $0.append($0.last! + $1) }
    let firstToken = 13
    let dropout = probability.map {
      Dropout(probability: $0, seed: 99, purpose: .attentionDropout, step: 3, site: 8)
    }

    /// Output, log-sum-exp and, with `dy`, the gradient.
    @Sendable func run(_ engine: Engine, _ qkv: [Float], dy: [Float]?) -> [Float] {
      Memory.scope { memory in
        let shape = AttentionShape(
          offsets: memory.buffer(offsets.map(Int32.init)), rowCount: lengths.count, headCount: heads,
          headWidth: headWidth, factor: factor, maximumLength: longest,
          hiddenKeys: hiddenKeys.isEmpty
            ? nil : UnsafePointer(memory.buffer((0..<tokens).map { UInt8(hiddenKeys.contains($0) ? 1 : 0) })))
        let scratchCount = AttentionShape.scratchCount(maximumLength: longest)
        let scratch = memory.unwritten(scratchCount * engine.parallel.threadCount)
        let (output, logSum) = (memory.unwritten(tokens * width), memory.unwritten(tokens * heads))
        let input = memory.buffer(qkv)
        engine.attention(
          output: output, logSum: logSum, qkv: input, shape: shape, dropout: dropout, firstToken: firstToken,
          scratch: scratch, scratchStride: scratchCount)
        guard let dy else { return values(output, tokens * width) }
        let gradient = memory.unwritten(tokens * width * 3)
        engine.attentionBackward(
          AttentionGradients(dqkv: gradient, dOutput: memory.buffer(dy), output: output, logSum: logSum),
          qkv: input,
          shape: shape, dropout: dropout, firstToken: firstToken, scratch: scratch,
          scratchStride: scratchCount)
        return values(gradient, tokens * width * 3)
      }
    }

    return Operation(
      name: "attention, rows \(lengths), \(heads) heads of \(headWidth)\(dropout == nil ? "" : ", dropout")"
        + (hiddenKeys.isEmpty ? "" : ", \(hiddenKeys.count) hidden"),
      inputs: [randomValues(tokens * width * 3, seed: 21, scale: scale)],
      reference: { input in
        let qkv = input[0]
        var output = [Double](repeating: 0, count: tokens * width)
        for row in lengths.indices {
          for head in 0..<heads {
            for query in offsets[row]..<offsets[row + 1] {
              let place = query * 3 * width + head * headWidth
              let scores = (offsets[row]...query).map { key -> Double in
                let other = key * 3 * width + width + head * headWidth
                return (0..<headWidth).reduce(0.0) { $0 + qkv[place + $1] * qkv[other + $1] } * Double(factor)
              }
              let top = scores.max()!
              // A query that sees nothing keeps an output of 0.
              let weights = scores.enumerated().map {
                hiddenKeys.contains(offsets[row] + $0.offset) ? 0 : exp($0.element - top)
              }
              let sum = weights.reduce(0, +)
              if sum == 0 { continue }
              for (index, weight) in weights.enumerated() {
                var probability = weight / sum
                if let dropout {
                  let row = ((firstToken + query) * heads + head) * ((longest + 3) / 4 * 4)
                  probability *= dropout.factor(row + index)
                }
                let value = (offsets[row] + index) * 3 * width + 2 * width + head * headWidth
                for column in 0..<headWidth {
                  output[query * width + head * headWidth + column] += probability * qkv[value + column]
                }
              }
            }
          }
        }
        return output
      },
      forward: { engine, input in run(engine, input[0], dy: nil) },
      backward: { engine, input, dy in [run(engine, input[0], dy: dy)] },
      // The softmax turns a score's rounding into a relative error.
      tolerance: scale > 1 ? 1e-5 : 2e-6)
  }
}

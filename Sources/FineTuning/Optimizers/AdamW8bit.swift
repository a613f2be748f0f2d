import Tensors

/// AdamW with moments of 8 bits an element and one scale a block (Dettmers et al., arXiv:2110.02861).
///
/// Small tensors keep moments of 32 bits, as published: they cost little, and errors in them much.
final class AdamW8bit: Optimizer {
  /// Tensors with fewer elements keep moments of 32 bits.
  static let smallestBlockwiseCount = 4096

  /// Where each tensor's moments lie; the same for both.
  struct Layout {
    enum Place {
      /// In the float32 moments, from this element on.
      case plain(Int)
      /// In the codes from this element on, which is the start of a block.
      case blockwise(code: Int, block: Int)
    }

    private(set) var places: [Place] = []
    /// Elements of 32 bits, blocks of elements of 8 bits.
    private(set) var plainCount = 0, blockCount = 0
    var codeCount: Int { blockCount * BlockwiseCode.blockSize }
    var byteCount: Int { 2 * (4 * plainCount + codeCount + 4 * blockCount) }
    var memoryByteCount: Int {
      2 * (Storage.byteCount(plainCount) + Storage.byteCount(codeCount / 4) + Storage.byteCount(blockCount))
    }

    init(_ counts: some Sequence<Int>) {
      for count in counts {
        if count < AdamW8bit.smallestBlockwiseCount {
          places.append(.plain(plainCount))
          plainCount += count
        } else {
          places.append(.blockwise(code: codeCount, block: blockCount))
          blockCount += (count + BlockwiseCode.blockSize - 1) / BlockwiseCode.blockSize
        }
      }
    }
  }

  /// One moment of all tensors.
  private struct Moment {
    let plain: Storage
    let codes: Storage
    let scales: Storage

    init(_ layout: Layout) throws(TensorError) {
      plain = try Storage(count: layout.plainCount)
      // Blocks are whole, so four codes to a float come out even.
      codes = try Storage(count: layout.codeCount / 4)
      scales = try Storage(count: layout.blockCount)
    }

    func blockwise(code: Int, block: Int) -> BlockwiseState {
      BlockwiseState(
        codes: UnsafeMutableRawPointer(codes.pointer).assumingMemoryBound(to: UInt8.self) + code,
        scales: scales.pointer + block)
    }

    func buffers(_ name: String) -> [OptimizerBuffer] {
      [
        OptimizerBuffer(name: name, bytes: plain.bytes), OptimizerBuffer(name: name + ".codes", bytes: codes.bytes),
        OptimizerBuffer(name: name + ".scales", bytes: scales.bytes),
      ].filter { !$0.bytes.isEmpty }
    }
  }

  private let settings: OptimizerSettings
  private let trained: TrainedTensors
  private let layout: Layout
  private let first: Moment
  private let second: Moment
  var stepCount = 0

  var state: [OptimizerBuffer] { first.buffers("first") + second.buffers("second") }

  init(_ trained: TrainedTensors, settings: OptimizerSettings) throws(TensorError) {
    self.settings = settings
    self.trained = trained
    layout = Layout(trained.tensors.map(\.count))
    first = try Moment(layout)
    second = try Moment(layout)
  }

  func step(_ engine: Engine, learningRate: Float) {
    stepCount += 1
    for (tensor, place) in zip(trained.tensors, layout.places) {
      let step = settings.adamStep(tensor, learningRate: learningRate, count: stepCount)
      switch place {
      case .plain(let offset):
        engine.adam(
          tensor.values, gradients: tensor.gradients, first: first.plain.pointer + offset,
          second: second.plain.pointer + offset, count: tensor.count, step)
      case .blockwise(let code, let block):
        engine.adam(
          tensor.values, gradients: tensor.gradients, first: first.blockwise(code: code, block: block),
          second: second.blockwise(code: code, block: block), count: tensor.count, step)
      }
    }
  }
}

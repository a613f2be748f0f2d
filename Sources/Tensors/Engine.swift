internal import CKernels

/// The seam all tensor arithmetic goes through: matrix products, kernels, and the threads they run on.
///
/// Another device would stand behind this type; nothing above it calls a library or a loop of its own.
public final class Engine {
  public let parallel: Parallel
  public let instructionSet: InstructionSet
  /// What was made of the wish for mixed precision.
  public let mixedPrecision: MixedPrecisionUse
  let kernels: kiseki_kernels
  let blas: MatrixLibrary
  /// `wideningScratchCount` floats for each thread; untouched, and so no memory, until weights are held in 16 bit. The
  /// first thread's also holds the parts of decoding's sums.
  private let wideningStorage: Storage
  var wideningScratch: UnsafeMutablePointer<Float> { wideningStorage.pointer }
  let mixedProducts: MixedProducts

  /// - Parameters:
  ///   - threadCount: threads that compute; never changes a result.
  ///   - instructionSet: pins the kernels to an instruction set, `nil` takes the best.
  ///   - mixedPrecision: whether products with a model's weights are computed in bfloat16.
  /// - Throws: `TensorError` when this processor does not have the instruction set, or OpenBLAS is not installed.
  public init(
    threadCount: Int = Machine.coreCount, instructionSet: InstructionSet? = nil, mixedPrecision: MixedPrecision = .off
  ) throws(TensorError) {
    let chosen = instructionSet ?? .detected
    guard let table = chosen.kernelTable else {
      throw TensorError(
        "cannot compute with the instruction set \(chosen.rawValue): this processor offers "
          + "\(InstructionSet.detected.rawValue) at most. Leave the setting out to use that.")
    }
    parallel = Parallel(threadCount: threadCount)
    self.instructionSet = chosen
    kernels = table.pointee
    blas = try MatrixLibrary.load(for: chosen)
    wideningStorage = try Storage(count: threadCount * Self.wideningScratchCount)
    mixedProducts = try MixedProducts(mixedPrecision, instructionSet: chosen, threadCount: threadCount)
    self.mixedPrecision = mixedProducts.use
  }

  /// The kernel OpenBLAS computes with, such as `SkylakeX`.
  public var blasKernelName: String { blas.kernelName }

  /// The version and build options of OpenBLAS.
  public var blasConfiguration: String { blas.configuration }
}

internal import COpenBLAS
import Synchronization

/// A matrix in memory: element (i, j) at `pointer[i * stride + j]`, or at `[j * stride + i]` when transposed.
public struct Matrix {
  public let pointer: UnsafePointer<Float>
  public let stride: Int
  public let isTransposed: Bool

  public init(_ pointer: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
    self.pointer = pointer
    self.stride = stride
    isTransposed = transposed
  }

  public init(_ pointer: UnsafeMutablePointer<Float>, stride: Int, transposed: Bool = false) {
    self.init(UnsafePointer(pointer), stride: stride, transposed: transposed)
  }

  /// The same memory read the other way round.
  public var transposed: Matrix { Matrix(pointer, stride: stride, transposed: !isTransposed) }

  /// From row `row` and column `column` on.
  func part(row: Int, column: Int) -> Matrix {
    let offset = isTransposed ? column * stride + row : row * stride + column
    return Matrix(pointer + offset, stride: stride, transposed: isTransposed)
  }
}

/// OpenBLAS, loaded once for the process.
final class MatrixLibrary: Sendable {
  private let functions: kiseki_openblas
  var kernelName: String { String(cString: functions.get_corename()!) }
  var configuration: String { String(cString: functions.get_config()!) }

  private static let loaded = Mutex<MatrixLibrary?>(nil)

  /// - Throws: `TensorError` when the library is not installed.
  static func load(for instructionSet: InstructionSet) throws(TensorError) -> MatrixLibrary {
    try loaded.withLock { (library) throws(TensorError) in
      if let library { return library }
      let new = try MatrixLibrary(instructionSet)
      library = new
      return new
    }
  }

  private init(_ instructionSet: InstructionSet) throws(TensorError) {
    let core =
      switch instructionSet {
      case .v4: "SkylakeX"
      case .v3: "Haswell"
      // What every 64-bit processor has; named, so that the bits are not those of the machine at hand.
      case .baseline: "Prescott"
      }
    var functions = kiseki_openblas()
    var message: UnsafePointer<CChar>?
    guard kiseki_openblas_load(&functions, core, &message) else {
      let reason = message.map { String(cString: $0) } ?? "unknown"
      throw TensorError("cannot load OpenBLAS: \(reason). Install the package libopenblas0.")
    }
    // It gives other bits with other thread counts, so it always computes with one; the threads are ours.
    functions.set_num_threads(1)
    self.functions = functions
  }

  /// C[m, n] = alpha * A[m, k] B[k, n] + beta * C on the calling thread.
  func multiply(
    _ a: Matrix, _ b: Matrix, into c: UnsafeMutablePointer<Float>, strideC: Int, m: Int, n: Int, k: Int,
    alpha: Float, beta: Float
  ) {
    functions.sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), alpha, a.pointer, blasint(a.stride), b.pointer, blasint(b.stride),
      beta, c, blasint(strideC))
  }
}

extension Engine {
  /// C[m, n] = alpha * A[m, k] B[k, n] + beta * C, in parts cut by the shape alone.
  ///
  /// - Parameter precision: `mixed` for the large products, which an engine may compute in bfloat16.
  public func multiply(
    _ a: Matrix, _ b: Matrix, into c: UnsafeMutablePointer<Float>, strideC: Int, m: Int, n: Int, k: Int,
    alpha: Float = 1, beta: Float = 0, precision: ProductPrecision = .float32
  ) {
    if precision == .mixed, mixedProducts.use.isActive {
      multiply(
        a, StoredMatrix(b), into: c, strideC: strideC, m: m, n: n, k: k, alpha: alpha, beta: beta, precision: .mixed)
      return
    }
    forEachTile(m: m, n: n, k: k) { tile, _ in
      blas.multiply(
        a.part(row: tile.rows.lowerBound, column: tile.inner.lowerBound),
        b.part(row: tile.inner.lowerBound, column: tile.columns.lowerBound),
        into: c + tile.rows.lowerBound * strideC + tile.columns.lowerBound, strideC: strideC, m: tile.rows.count,
        n: tile.columns.count, k: tile.inner.count, alpha: alpha, beta: tile.isFirst ? beta : 1)
    }
  }
}

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
    let core: String? =
      switch instructionSet {
      case .v4: "SkylakeX"
      case .v3: "Haswell"
      case .baseline: nil
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

enum MatrixMultiply {
  /// Tile sizes of an m x n product, from the shape alone: big tiles while there are at least eight of them.
  static func tile(m: Int, n: Int) -> (rows: Int, columns: Int) {
    var rows = min(m, 512)
    var columns = min(n, 512)
    func tiles() -> Int { ((m + rows - 1) / rows) * ((n + columns - 1) / columns) }
    while tiles() < 8 {
      // Halving rounds up to 16, the width of the inner kernels.
      let halfRows = (rows / 2 + 15) / 16 * 16
      let halfColumns = (columns / 2 + 15) / 16 * 16
      if columns >= rows, halfColumns < columns, columns > 64 {
        columns = halfColumns
      } else if halfRows < rows, rows > 64 {
        rows = halfRows
      } else if halfColumns < columns, columns > 64 {
        columns = halfColumns
      } else {
        break
      }
    }
    return (rows, columns)
  }
}

extension Engine {
  /// C[m, n] = alpha * A[m, k] B[k, n] + beta * C, in tiles cut by the shape alone.
  public func multiply(
    _ a: Matrix, _ b: Matrix, into c: UnsafeMutablePointer<Float>, strideC: Int, m: Int, n: Int, k: Int,
    alpha: Float = 1, beta: Float = 0
  ) {
    if m == 0 || n == 0 { return }
    let tile = MatrixMultiply.tile(m: m, n: n)
    let tilesAcross = (n + tile.columns - 1) / tile.columns
    let tilesDown = (m + tile.rows - 1) / tile.rows
    parallel.forEach(tilesAcross * tilesDown) { piece, _ in
      let row = piece / tilesAcross * tile.rows
      let column = piece % tilesAcross * tile.columns
      let rows = min(tile.rows, m - row)
      let columns = min(tile.columns, n - column)
      let partA = Matrix(
        a.pointer + (a.isTransposed ? row : row * a.stride), stride: a.stride, transposed: a.isTransposed)
      let partB = Matrix(
        b.pointer + (b.isTransposed ? column * b.stride : column), stride: b.stride, transposed: b.isTransposed)
      blas.multiply(
        partA, partB, into: c + row * strideC + column, strideC: strideC, m: rows, n: columns, k: k,
        alpha: alpha, beta: beta)
    }
  }
}

internal import COneDNN
import Synchronization

/// oneDNN, loaded once for the process: products of bfloat16 matrices with float32 sums.
final class OneDNN: Sendable {
  // Written once before it is shared; its functions may be called from any thread.
  nonisolated(unsafe) private let library: kiseki_onednn
  let version: String
  let instructions: String

  private static let loaded = Mutex<Result<OneDNN, TensorError>?>(nil)

  /// - Throws: `TensorError`, a part of a sentence, when the library is not installed or the processor lacks the
  ///   instructions.
  static func load() throws(TensorError) -> OneDNN {
    try loaded.withLock { result in
      if let result { return result }
      let new = Result { () throws(TensorError) in try OneDNN() }
      result = new
      return new
    }.get()
  }

  private init() throws(TensorError) {
    var library = kiseki_onednn()
    var message: UnsafePointer<CChar>?
    guard kiseki_onednn_load(&library, &message) else {
      let reason = message.map { String(cString: $0) } ?? "unknown"
      throw TensorError("oneDNN cannot be loaded (\(reason); its package is libdnnl2)")
    }
    self.library = library
    version = library.version().map { "\($0.pointee.major).\($0.pointee.minor).\($0.pointee.patch)" } ?? "unknown"
    let set = library.get_effective_cpu_isa()
    // The values are masks: each set holds the smaller ones.
    func has(_ other: dnnl_cpu_isa_t) -> Bool { set.rawValue & other.rawValue == other.rawValue }
    instructions = has(dnnl_cpu_isa_avx512_core_amx) ? "amx" : "avx512_bf16"
    // Without the instructions oneDNN may imitate them, slower than float32 is.
    guard has(dnnl_cpu_isa_avx512_core_bf16), Self.makes(library, type: dnnl_bf16) else {
      throw TensorError("this processor has no instructions for bfloat16 products")
    }
  }

  /// Whether a product of this type can be made at all.
  private static func makes(_ library: kiseki_onednn, type: dnnl_data_type_t) -> Bool {
    withUnsafePointer(to: library) { library in
      var product = kiseki_onednn_product()
      guard kiseki_onednn_product_create(library, &product, type, 32, 64, 96, 64, false, true) else { return false }
      kiseki_onednn_product_destroy(library, &product)
      return true
    }
  }

  /// Products of one thread at a time: each is made when its shape is first met, and kept.
  final class Products {
    private struct Shape: Hashable {
      let m, n, k, stride: Int
      let isTransposed, adds: Bool
    }

    private let owner: OneDNN
    private let stream: dnnl_stream_t?
    private var products: [Shape: kiseki_onednn_product] = [:]

    init(_ owner: OneDNN) {
      self.owner = owner
      var stream: dnnl_stream_t?
      _ = owner.library.stream_create(&stream, owner.library.engine, UInt32(dnnl_stream_default_flags.rawValue))
      self.stream = stream
    }

    deinit {
      withUnsafePointer(to: owner.library) { library in
        for key in products.keys { kiseki_onednn_product_destroy(library, &products[key]!) }
      }
      if let stream { _ = owner.library.stream_destroy(stream) }
    }

    /// C[m, n] = A[m, k] B[k, n], or C + that; A and C without gaps, B with its row stride.
    ///
    /// - Returns: false when the library could not.
    func multiply(
      _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, stride: Int, transposed: Bool,
      into c: UnsafeMutablePointer<Float>, m: Int, n: Int, k: Int, adds: Bool
    ) -> Bool {
      guard let stream else { return false }
      let shape = Shape(m: m, n: n, k: k, stride: stride, isTransposed: transposed, adds: adds)
      return withUnsafePointer(to: owner.library) { library in
        if products[shape] == nil {
          var product = kiseki_onednn_product()
          guard
            kiseki_onednn_product_create(
              library, &product, dnnl_bf16, Int64(m), Int64(n), Int64(k), Int64(stride), transposed, adds)
          else { return false }
          products[shape] = product
        }
        return withUnsafePointer(to: products[shape]!) {
          kiseki_onednn_product_execute(library, $0, stream, a, b, c)
        }
      }
    }
  }
}

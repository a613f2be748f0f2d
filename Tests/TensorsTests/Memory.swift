import Glibc
import Tensors

/// Memory for kernels under test: each buffer ends where a page without access begins, so that a read or write past
/// its end stops the test, and is aligned no better than its type.
final class Memory {
  private var mappings: [(base: UnsafeMutableRawPointer, size: Int)] = []

  private init() {}

  static func scope<Result>(_ body: (Memory) throws -> Result) rethrows -> Result {
    let memory = Memory()
    defer { memory.release() }
    return try body(memory)
  }

  func buffer<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
    let page = 4096
    let byteCount = values.count * MemoryLayout<Value>.stride
    let size = (byteCount + page - 1) / page * page
    let base = mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
    precondition(base != MAP_FAILED && mprotect(base + size, page, PROT_NONE) == 0, "no memory for a test")
    mappings.append((base, size + page))
    let pointer = (base + size - byteCount).bindMemory(to: Value.self, capacity: values.count)
    pointer.initialize(from: values, count: values.count)
    return pointer
  }

  /// `count` values nobody has written: NaN, so that reading them shows.
  func unwritten(_ count: Int) -> MutableFloats { buffer([Float](repeating: .nan, count: count)) }

  func zeros(_ count: Int) -> MutableFloats { buffer([Float](repeating: 0, count: count)) }

  private func release() {
    for mapping in mappings { munmap(mapping.base, mapping.size) }
    mappings = []
  }
}

func values(_ pointer: UnsafePointer<Float>, _ count: Int) -> [Float] {
  Array(UnsafeBufferPointer(start: pointer, count: count))
}

/// Values in (-scale, scale), the same in every run.
func randomValues(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
  var random = RandomStream(seed: seed, purpose: .dataSample)
  return (0..<count).map { _ in (2 * random.nextUnitFloat() - 1) * scale }
}

func randomIndices(_ count: Int, below bound: Int, seed: UInt64) -> [Int32] {
  var random = RandomStream(seed: seed, purpose: .split)
  return (0..<count).map { _ in Int32(random.nextIndex(below: bound)) }
}

/// ‖a − b‖ / ‖b‖, with `floor` for ‖b‖ where that is smaller; infinite when a value is not finite or the counts differ.
func relativeDifference(_ a: [Float], _ b: [Double], floor: Double = 0.1) -> Double {
  guard a.count == b.count, a.allSatisfy(\.isFinite) else { return .infinity }
  let difference = zip(a, b).reduce(0.0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
  let size = b.reduce(0.0) { $0 + $1 * $1 }
  return difference.squareRoot() / max(size.squareRoot(), floor)
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

extension InstructionSet {
  /// Those this machine can run; the tests go through all of them.
  static var available: [InstructionSet] { allCases.filter { (try? Engine(instructionSet: $0)) != nil } }
}

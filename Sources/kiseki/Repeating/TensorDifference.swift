import Experiments
import Foundation
import TensorFiles

/// What differs between two safetensors files, in words.
enum TensorDifference {
  /// - Returns: `nil` when no tensor differs, so that it must be something around them.
  static func text(recorded oldPath: String, repeated newPath: String) throws -> String? {
    let new = try SafetensorsFile(path: newPath)
    let old: SafetensorsFile
    do { old = try SafetensorsFile(path: oldPath) } catch { return "the recorded file is no safetensors file" }
    var changed: [String] = []
    var first: String?
    for name in old.names {
      guard let before = old.entry(named: name) else { continue }
      guard let after = new.entry(named: name) else { return "tensor \(name): the repetition has none" }
      guard before.shape == after.shape, before.elementType == after.elementType else {
        return
          "tensor \(name): \(before.elementType.rawValue) \(before.shape) vs \(after.elementType.rawValue) \(after.shape)"
      }
      let isEqual = old.withBytes(of: before) { bytes in
        new.withBytes(of: after) { bytes.elementsEqual($0) }
      }
      if isEqual { continue }
      changed.append(name)
      first = first ?? element(before, old, after, new)
    }
    if let extra = new.names.first(where: { old.entry(named: $0) == nil }) {
      return "tensor \(extra): the recorded run has none"
    }
    return first.map { $0 + "; \(changed.count) of \(old.names.count) tensors differ" }
  }

  /// The first element of one tensor that differs.
  private static func element(
    _ before: TensorEntry, _ old: SafetensorsFile, _ after: TensorEntry, _ new: SafetensorsFile
  ) -> String {
    guard before.elementType == .float32 else { return "tensor \(before.name)" }
    return old.withBytes(of: before) { first in
      new.withBytes(of: after) { second in
        for index in 0..<before.count {
          let recorded = first.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
          let repeated = second.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
          if recorded.bitPattern != repeated.bitPattern {
            return "tensor \(before.name), element \(index), \(ValueDifference.ulps(recorded, repeated)) ulp "
              + "(\(recorded) vs \(repeated))"
          }
        }
        return "tensor \(before.name)"
      }
    }
  }
}

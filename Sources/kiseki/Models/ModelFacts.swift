import CommandLine
import Foundation
import LanguageModels
import Tables
import TensorFiles
import Tokenization

/// What can be said of a model before it is used, from its small files and the header of its weights.
struct ModelFacts {
  /// The ranks that trained parameters are told for.
  private static let ranks = [4, 8, 16]

  let architecture: Architecture
  /// `nil` when the weights are not there to be looked at.
  private let storedType: String?
  private let weightBytes: Int?
  /// `nil` when its file is not there.
  private let pieceCount: Int?

  /// - Parameter weightBytes: of the file with the weights, where only the server has it.
  /// - Throws: `ModelError`, `TensorFileError` or `TokenizationError` for a model that no run could use.
  init(directory: String, weightBytes listed: Int? = nil) throws {
    architecture = try Architecture(modelDirectory: directory)
    let weights = directory + "/model.safetensors"
    if FileManager.default.fileExists(atPath: weights) {
      let file = try SafetensorsFile(path: weights)
      weightBytes = file.byteCount
      let types = Set(file.names.compactMap { file.entry(named: $0)?.elementType.rawValue })
      storedType = types.sorted().joined(separator: ", ")
    } else {
      weightBytes = listed
      storedType = nil
    }
    let tokenizer = ModelFiles.sentencePieceNames.map { directory + "/" + $0 }.first(
      where: FileManager.default.fileExists(atPath:))
    pieceCount = try tokenizer.map { try SentencePieceTokenizer(modelPath: $0).vocabularySize }
  }

  var parameterCount: Int { architecture.weights.reduce(0) { $0 + $1.count } }

  /// Trained parameters by rank, with the default targets.
  private var trained: [(rank: Int, count: Int)] {
    get throws {
      try Self.ranks.map { rank in
        var options = ModelOptions()
        options.adapter = LowRankSettings(rank: rank, alpha: 16)
        return (rank, try PlannedMemory(architecture, options: options, threadCount: 1).trainedCounts().reduce(0, +))
      }
    }
  }

  var lines: [(label: String, text: String)] {
    get throws {
      let shape =
        "\(architecture.family.rawValue), \(Format.count(architecture.layerCount, "layer")), width \(architecture.width), "
        + "\(Format.count(architecture.headCount, "head")), \(Format.count(architecture.maximumPositions)) positions"
      var lines = [("architecture", shape), ("parameters", Format.count(parameterCount))]
      if let weightBytes {
        lines.append(("weights", Format.bytes(weightBytes) + (storedType.map { " in \($0)" } ?? "")))
      }
      let half = parameterCount * 2
      lines.append(
        ("in memory", "\(Format.bytes(2 * half)) as float32, \(Format.bytes(half)) as bfloat16 or float16"))
      let entries = Format.count(architecture.vocabularySize)
      let pieces = pieceCount.map { $0 == architecture.vocabularySize ? "all" : Format.count($0) }
      lines.append(("vocabulary", entries + (pieces.map { ", \($0) of them SentencePiece pieces" } ?? "")))
      lines.append(("end of text", Self.listed(architecture.endOfSequenceIDs)))
      let shares = try trained.map { rank, count in
        "r=\(rank): \(Format.count(count)) (\(Format.significant(100 * Double(count) / Double(parameterCount), digits: 2)) %)"
      }
      lines.append(("LoRA trains", shares.joined(separator: ", ")))
      return lines
    }
  }

  var json: [JSONMember] {
    get throws {
      [
        JSONMember("family", .string(architecture.family.rawValue)),
        JSONMember("layers", .integer(architecture.layerCount)), JSONMember("width", .integer(architecture.width)),
        JSONMember("heads", .integer(architecture.headCount)),
        JSONMember("positions", .integer(architecture.maximumPositions)),
        JSONMember("vocabulary", .integer(architecture.vocabularySize)),
        JSONMember("parameters", .integer(parameterCount)),
        JSONMember("weight_bytes", weightBytes.map { .integer($0) } ?? .null),
        JSONMember("stored_type", storedType.map { .string($0) } ?? .null),
        JSONMember("sentencepiece_pieces", pieceCount.map { .integer($0) } ?? .null),
        JSONMember("end_of_sequence_ids", .array(architecture.endOfSequenceIDs.map { .integer(Int($0)) })),
        JSONMember(
          "lora_parameters", .object(try trained.map { JSONMember(String($0.rank), .integer($0.count)) })),
      ]
    }
  }

  private static func listed(_ ids: [Int32]) -> String {
    ids.isEmpty ? "no token" : (ids.count == 1 ? "token " : "tokens ") + ids.map(String.init).joined(separator: ", ")
  }
}

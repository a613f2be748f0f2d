import CommandLine
import Experiments
import Tables

/// What a repetition of a version came to.
enum RepetitionVerdict {
  case identical
  case different
  case notComparable

  var exitCode: ExitCode {
    switch self {
    case .identical: .success
    case .different: .refusedByGate
    case .notComparable: .failure
    }
  }

  var text: String {
    switch self {
    case .identical: "identical"
    case .different: "different"
    case .notComparable: "not comparable"
    }
  }
}

/// A verdict with its reasons.
struct Judgement {
  let version: ExperimentReference
  let verdict: RepetitionVerdict
  /// What was compared, what differs first and by how much, or why nothing can be compared.
  let detail: String
  /// What of it is kept with the experiment, where that may not be the whole.
  var recordedDetail: String?
  /// At most one of every file.
  var differences: [RepetitionDifference] = []

  /// The sentence for people.
  var sentence: String {
    switch verdict {
    case .different: "\(version): \(detail)"
    case .identical, .notComparable: "\(version): \(verdict.text): \(detail)"
    }
  }

  func json(build: String) -> JSONValue {
    .object([
      JSONMember("name", .string(version.name.text)),
      JSONMember("version", version.version.map { .integer($0) } ?? .null),
      JSONMember("verdict", .string(verdict.text)), JSONMember("detail", .string(detail)),
      JSONMember("differences", .array(differences.map(\.json))), JSONMember("build", .string(build)),
    ])
  }
}

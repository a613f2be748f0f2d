import Experiments
import Hashing

/// What an evaluation is of: scores are compared where it is equal.
struct DataContent: Hashable {
  let sha256: SHA256Digest
  /// Of the rows alone that a run sets aside for validation, not of the whole file.
  var isSplit = false
}

extension DataContent {
  init(of evaluation: LaterEvaluation) {
    let data = evaluation.request.data
    self.init(sha256: data.sha256, isSplit: data.role == "validation")
  }
}

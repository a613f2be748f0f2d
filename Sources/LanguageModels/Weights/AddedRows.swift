import Tensors

/// New entries of a vocabulary.
enum AddedRows {
  /// Rows of a table [V, C] from `first` on become the mean of those in front of them.
  ///
  /// Transformers draws them from a normal distribution around the mean with a billionth of the old rows' covariance
  /// (`resize_token_embeddings`, `mean_resizing`), which comes to the same and needs no draw.
  static func fill(_ table: UnsafeMutablePointer<Float>, _ shape: [Int], from first: Int, _ engine: Engine) {
    let (rows, width) = (shape[0], shape[1])
    guard first < rows else { return }
    let mean = table + first * width
    engine.clear(mean, count: width)
    engine.sumRows(mean, table, rows: first, width: width)
    engine.scale(mean, 1 / Float(first), count: width)
    for row in first + 1..<max(rows, first + 1) { (table + row * width).update(from: mean, count: width) }
  }
}

extension Architecture {
  /// The same model with as many entries as options ask for, if those are more; a frozen model stays as it is.
  func resized(for options: ModelOptions) -> Architecture {
    guard !options.isFrozen else { return self }
    var resized = self
    resized.vocabularySize = max(vocabularySize, options.vocabularySize ?? 0)
    return resized
  }
}

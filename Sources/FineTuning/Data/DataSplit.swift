internal import Tensors

/// Which rows train and which validate, as ascending indices.
public struct DataSplit: Sendable, Hashable {
  public var training: [Int]
  public var validation: [Int]

  /// Draws `ceil(validationSize * rowCount)` rows for validation, leaving at least one row on either side.
  ///
  /// - Parameters:
  ///   - seed: of the split alone, so that the training seed does not move it.
  /// - Throws: `FineTuningError` for fewer than two rows or a size outside 0 ..< 1.
  public static func automatic(rowCount: Int, validationSize: Double, seed: UInt64) throws(FineTuningError)
    -> DataSplit
  {
    guard rowCount >= 2 else {
      throw FineTuningError(
        "cannot split \(rowCount == 1 ? "one row" : "no rows") into training and validation rows; add rows, or name a "
          + "validation file with dataset.validation_dataframe and set dataset.validation_strategy to custom")
    }
    guard validationSize >= 0, validationSize < 1 else {
      throw FineTuningError(
        "cannot split off \(validationSize) of the rows: dataset.validation_size must be at least 0 and less than 1"
      )
    }
    let wanted = Int((validationSize * Double(rowCount)).rounded(.up))
    let validationCount = min(max(1, wanted), rowCount - 1)
    var stream = RandomStream(seed: seed, purpose: .split)
    let order = stream.permutation(of: rowCount)
    return DataSplit(
      training: order[validationCount...].sorted(), validation: order[..<validationCount].sorted())
  }

  /// The same for rows that belong together: all of a group go to one side.
  ///
  /// Groups are drawn for validation until it has `ceil(validationSize * rowCount)` rows or more; one stays for training.
  ///
  /// - Parameter groups: by row, what says which rows belong together.
  /// - Throws: `FineTuningError` as above, and when all rows are one group.
  public static func automatic(groups: [Int], validationSize: Double, seed: UInt64) throws(FineTuningError)
    -> DataSplit
  {
    var numbers: [Int: Int] = [:]
    var members: [[Int]] = []
    for (row, group) in groups.enumerated() {
      let number = numbers[group] ?? members.count
      if number == members.count {
        numbers[group] = number
        members.append([])
      }
      members[number].append(row)
    }
    if members.count == groups.count {
      return try automatic(rowCount: groups.count, validationSize: validationSize, seed: seed)
    }
    guard members.count > 1 else {
      throw FineTuningError(
        "cannot split \(groups.count) rows into training and validation rows: they are one conversation, which stays "
          + "together; add others, or name a validation file with dataset.validation_dataframe and set "
          + "dataset.validation_strategy to custom")
    }
    let wanted = max(1, Int((validationSize * Double(groups.count)).rounded(.up)))
    var stream = RandomStream(seed: seed, purpose: .split)
    var validation: [Int] = []
    var training: [Int] = []
    let order = stream.permutation(of: members.count)
    for (place, group) in order.enumerated() {
      let goesToValidation = validation.count < wanted && place < members.count - 1
      if goesToValidation { validation += members[group] } else { training += members[group] }
    }
    return DataSplit(training: training.sorted(), validation: validation.sorted())
  }

  /// The sides a sample can be drawn from; the raw value is part of the recorded meaning of a seed.
  public enum Side: UInt32, Sendable {
    case training = 0
    case validation = 1
  }

  /// Seed of `sample`: independent of every setting.
  public static let sampleSeed: UInt64 = 1337

  /// Keeps a random `fraction` of the indices, rounded half to even, at least one, in their order.
  public static func sample(_ indices: [Int], fraction: Double, side: Side) -> [Int] {
    precondition(fraction > 0 && fraction <= 1, "a fraction of \(fraction) rows is not in (0, 1]")
    guard !indices.isEmpty, fraction < 1 else { return indices }
    let count = max(1, Int((fraction * Double(indices.count)).rounded(.toNearestOrEven)))
    var stream = RandomStream(seed: sampleSeed, purpose: .dataSample, stream: side.rawValue)
    return stream.permutation(of: indices.count).prefix(count).sorted().map { indices[$0] }
  }
}

extension TrainingOptions {
  /// The bytes of state that the optimizer keeps for trained tensors of so many values each.
  func optimizerStateBytes(_ counts: [Int]) -> Int {
    // Two moments in float32.
    2 * MemoryLayout<Float>.stride * counts.reduce(0, +)
  }
}

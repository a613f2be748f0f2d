/// The words this process was started with.
public enum ProcessWords {
  /// Behind the program's name.
  ///
  /// - Throws: `UsageError` for a word that is no UTF-8, which would become another one when it is repaired.
  public static func read() throws(UsageError) -> [String] {
    var words: [String] = []
    for index in 1..<max(1, Int(Swift.CommandLine.argc)) {
      guard let pointer = Swift.CommandLine.unsafeArgv[index] else { break }
      guard let word = String(validatingCString: pointer) else {
        throw UsageError(
          "word \(index) of the command line is no UTF-8 text: '\(String(cString: pointer))'; write it in UTF-8")
      }
      words.append(word)
    }
    return words
  }
}

/// A word as a POSIX shell reads it back: as it is where nothing in it means anything to a shell, else in single quotes.
///
/// Letters of any script stay plain; a name may hold `;`, `$` or `<`, and a hint is there to be pasted.
public func shellWord(_ text: String) -> String {
  let isPlain =
    !text.isEmpty
    && text.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        ? scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-_.=,+@/%:".unicodeScalars.contains(scalar)
        : scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
  return isPlain
    ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

/// A command of the program as a hint shows it, every word fit for a shell: `kiseki show 'a;b'`.
///
/// Options and placeholders that are ours go behind it as they are.
public func shellCommand(_ command: String, _ words: String...) -> String {
  (["kiseki", command] + words.map(shellWord)).joined(separator: " ")
}

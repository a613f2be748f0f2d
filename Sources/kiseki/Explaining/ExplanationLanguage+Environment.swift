import Configuration

extension ExplanationLanguage {
  /// The language of messages by the locale (POSIX: `LC_ALL` before `LC_MESSAGES` before `LANG`), English unless it is Japanese.
  init(environment: [String: String]) {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
    let locale = names.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    self = locale == "ja" || ["ja_", "ja.", "ja-"].contains { locale.hasPrefix($0) } ? .japanese : .english
  }
}

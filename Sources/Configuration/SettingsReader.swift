internal import Tables

/// Reads checked values by their full key; an unknown key or another type is a fault of this program.
struct SettingsReader {
  let values: [String: JSONValue]

  func bool(_ key: String) -> Bool { take(key, \.boolValue) }
  func integer(_ key: String) -> Int { take(key, \.integerValue) }
  func number(_ key: String) -> Double { take(key, \.doubleValue) }
  func text(_ key: String) -> String { take(key, \.stringValue) }
  func texts(_ key: String) -> [String] { take(key, \.arrayValue).compactMap(\.stringValue) }
  func optionalText(_ key: String) -> String? { values[key]?.stringValue }

  func choice<Choice: RawRepresentable>(_ key: String) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: text(key)) else {
      preconditionFailure("\(key) has a value outside its list")
    }
    return choice
  }

  func choices<Choice: RawRepresentable>(_ key: String) -> [Choice] where Choice.RawValue == String {
    texts(key).compactMap(Choice.init)
  }

  private func take<Value>(_ key: String, _ read: (JSONValue) -> Value?) -> Value {
    guard let value = values[key].flatMap(read) else { preconditionFailure("no checked value for \(key)") }
    return value
  }
}

public import Foundation
internal import Tables

/// What is said about an experiment after its runs were recorded: `notes.json` of its notes reference.
///
/// Versions never change; whatever comes later stands here. Members this program does not know are kept as they are.
public struct ExperimentNotes: Hashable, Sendable {
  /// A word to find an experiment by.
  public struct Tag: Hashable, Sendable {
    public var name: String
    /// The version it belongs to, `nil` for the experiment as a whole, later versions included.
    public var version: Int?
    var others: [JSONMember] = []

    public init(_ name: String, version: Int? = nil) {
      self.name = name
      self.version = version
    }
  }

  public struct Note: Hashable, Sendable {
    public var time: Date
    /// `nil` for the experiment as a whole.
    public var version: Int?
    public var text: String
    var others: [JSONMember] = []

    public init(time: Date = Date(), version: Int? = nil, text: String) {
      self.time = time
      self.version = version
      self.text = text
    }
  }

  /// What a repetition of a version came to.
  public struct Verdict: Hashable, Sendable {
    public var time: Date
    public var version: Int
    /// In short: `identical`, `different`, `not comparable`.
    public var verdict: String
    /// What differs first and by how much, or why nothing can be compared.
    public var detail: String?
    /// The build of the program that judged.
    public var build: String?
    var others: [JSONMember] = []

    public init(time: Date = Date(), version: Int, verdict: String, detail: String? = nil, build: String? = nil) {
      self.time = time
      self.version = version
      self.verdict = verdict
      self.detail = detail
      self.build = build
    }
  }

  public var tags: [Tag] = []
  public var notes: [Note] = []
  public var verdicts: [Verdict] = []
  var others: [JSONMember] = []

  public init() {}

  public var isEmpty: Bool { tags.isEmpty && notes.isEmpty && verdicts.isEmpty && others.isEmpty }

  /// The tags of one version and of the experiment as a whole, each once, in the order they were given.
  ///
  /// - Parameter version: `nil` for those of the whole alone.
  public func tags(of version: Int?) -> [String] {
    var seen: Set<String> = []
    return tags.filter { $0.version == nil || $0.version == version }.map(\.name).filter { seen.insert($0).inserted }
  }

  /// The notes on one version and on the experiment as a whole, oldest first.
  public func notes(of version: Int?) -> [Note] { notes.filter { $0.version == nil || $0.version == version } }

  /// The last judgement of one version.
  public func verdict(of version: Int) -> Verdict? { verdicts.last { $0.version == version } }

  /// Adds a tag that is not there yet.
  public mutating func add(tag name: String, version: Int? = nil) {
    guard !tags.contains(where: { $0.name == name && $0.version == version }) else { return }
    tags.append(Tag(name, version: version))
  }

  /// Takes a tag away from one version, or with `nil` from the experiment and all its versions.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  public mutating func remove(tag name: String, version: Int? = nil) -> Bool {
    let before = tags.count
    tags.removeAll { $0.name == name && (version == nil || $0.version == version) }
    return tags.count < before
  }

  /// - Throws: `ExperimentsError` for text that cannot be a tag.
  public static func checkedTag(_ text: String) throws -> String {
    let composed = text.precomposedStringWithCanonicalMapping
    let isWord = composed.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .privateUse,
        .unassigned:
        false
      default: scalar != ","
      }
    }
    guard isWord, !composed.isEmpty, composed.utf8.count <= 100, !composed.hasPrefix("-") else {
      throw ExperimentsError(
        .invalidName,
        "cannot use \(quoted(text)) as a tag: a tag is one visible word without comma, of at most 100 bytes, that does not "
          + "begin with '-'.")
    }
    return composed
  }
}

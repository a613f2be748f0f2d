internal import CMeCab
import Glibc
import Synchronization

/// Japanese text cut into words by MeCab with IPADIC, as sacreBLEU's tokenizer `ja-mecab` has it.
///
/// sacreBLEU insists on the IPADIC of 2007, with 392,126 words. Debian's has one more, the era name 令和; it is kept from
/// being one word, as it is not in the other, so that both give the same words for every text.
final class MeCab: Sendable {
  /// `0.996`
  let version: String
  private let tagger: Mutex<Tagger>

  private static let loaded = Mutex<MeCab?>(nil)

  /// The process's only one: loaded when it is first asked for.
  ///
  /// - Throws: `ScoreError` when the library or the dictionary is not installed.
  static func shared() throws(ScoreError) -> MeCab {
    try loaded.withLock { (shared) throws(ScoreError) in
      if let shared { return shared }
      let new = try MeCab()
      shared = new
      return new
    }
  }

  private init() throws(ScoreError) {
    let tagger = try Tagger()
    version = tagger.version
    self.tagger = Mutex(tagger)
  }

  /// The words of `line`, as the Unicode scalars of a text with a space behind each.
  ///
  /// What follows a NUL is not seen, as in sacreBLEU.
  func separated(_ line: [UnicodeScalar]) -> [UnicodeScalar] { tagger.withLock { $0.separated(line) } }
}

extension MeCab {
  private static let remedy =
    "install libmecab2 and mecab-ipadic-utf8 (apt-get install libmecab2 mecab-ipadic-utf8), or set "
    + "prediction.bleu_tokenize to another, such as char"

  /// Names the dictionary's folder, where none of the usual ones has it.
  private static let variable = "KISEKI_IPADIC"

  /// Where Debian and others put it.
  private static let usualFolders = [
    "/var/lib/mecab/dic/ipadic-utf8", "/usr/share/mecab/dic/ipadic-utf8", "/usr/lib/mecab/dic/ipadic-utf8",
    "/usr/lib/x86_64-linux-gnu/mecab/dic/ipadic-utf8", "/usr/lib/aarch64-linux-gnu/mecab/dic/ipadic-utf8",
    "/usr/local/lib/mecab/dic/ipadic", "/usr/lib/mecab/dic/ipadic", "/usr/lib64/mecab/dic/ipadic",
  ]

  /// A model of MeCab with what it works on; one thread at a time.
  private struct Tagger: ~Copyable {
    /// Words in the dictionary that sacreBLEU asks for, and with 令和.
    private static let sizes: [UInt32] = [392_126, 392_127]
    /// White space beyond this in one piece separates no better, and MeCab keeps such lengths in 16 bits.
    private static let longestSpace = 1_000
    private static let firstOfReiwa: UnicodeScalar = "令"
    private static let secondOfReiwa: UnicodeScalar = "和"

    let version: String
    private let library: kiseki_mecab
    private let model: OpaquePointer
    private let tagger: OpaquePointer
    private let lattice: OpaquePointer

    init() throws(ScoreError) {
      var library = kiseki_mecab()
      var problem: UnsafePointer<CChar>?
      guard kiseki_mecab_load(&library, &problem) else {
        let reason = problem.map { String(cString: $0) } ?? "no reason given"
        throw ScoreError("cannot cut Japanese text into words: MeCab is not to be had (\(reason)); \(MeCab.remedy)")
      }
      let folder = try Self.dictionary()
      // Without the settings of the machine or the user, which may name dictionaries of their own.
      guard let model = Self.model(library, folder: folder) else {
        let reason = library.error(nil).map { String(cString: $0) } ?? "no reason given"
        throw ScoreError("cannot cut Japanese text into words with \(folder): \(reason); \(MeCab.remedy)")
      }
      let found = library.dictionary(model)?.pointee
      let charset = found?.charset.map { String(cString: $0).lowercased() } ?? ""
      guard let tagger = library.new_tagger(model), let lattice = library.new_lattice(model),
        let size = found?.size, Self.sizes.contains(size), ["utf8", "utf-8"].contains(charset)
      else {
        library.destroy_model(model)
        throw ScoreError(
          "cannot cut Japanese text into words with \(folder): it is not IPADIC in UTF-8 (found \(found?.size ?? 0) words "
            + "in \(charset), expected \(Self.sizes[0])); \(MeCab.remedy)")
      }
      self.library = library
      self.model = model
      self.tagger = tagger
      self.lattice = lattice
      version = library.version().map { String(cString: $0) } ?? "unknown"
    }

    deinit {
      library.destroy_lattice(lattice)
      library.destroy_tagger(tagger)
      library.destroy_model(model)
    }

    private static func dictionary() throws(ScoreError) -> String {
      let named = getenv(MeCab.variable).map { String(cString: $0) }
      let folders = named.map { [$0] } ?? MeCab.usualFolders
      guard let folder = folders.first(where: { access($0 + "/sys.dic", R_OK) == 0 }) else {
        throw ScoreError(
          "cannot cut Japanese text into words: "
            + (named.map { "\(MeCab.variable) names \($0), which has no sys.dic" }
              ?? "the dictionary IPADIC is in none of the usual places, and \(MeCab.variable) names no other")
            + "; \(MeCab.remedy)")
      }
      return folder
    }

    private static func model(_ library: kiseki_mecab, folder: String) -> OpaquePointer? {
      let texts: [String] = ["mecab", "-r", "/dev/null", "-d", folder]
      var arguments = texts.map { strdup($0) }
      defer { for argument in arguments { free(argument) } }
      return library.new_model(Int32(arguments.count), &arguments)
    }

    borrowing func separated(_ line: [UnicodeScalar]) -> [UnicodeScalar] {
      var bytes: [UInt8] = []
      var boundaries: [Int] = []
      var spaces = 0
      var previous: UnicodeScalar = " "
      for scalar in line {
        if scalar == "\0" { break }
        spaces = scalar.isASCII && scalar.isWhitespaceForBLEU ? spaces + 1 : 0
        if spaces > Self.longestSpace { continue }
        if scalar == Self.secondOfReiwa, previous == Self.firstOfReiwa { boundaries.append(bytes.count) }
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        previous = scalar
      }
      bytes.append(0)
      return bytes.withUnsafeBufferPointer { bytes in
        bytes.withMemoryRebound(to: CChar.self) { words(of: $0, boundaries) }
      }
    }

    /// - Parameters:
    ///   - text: with a NUL behind it.
    ///   - boundaries: places in the text that no word may cross.
    private borrowing func words(of text: UnsafeBufferPointer<CChar>, _ boundaries: [Int]) -> [UnicodeScalar] {
      library.set_sentence(lattice, text.baseAddress, text.count - 1)
      for boundary in boundaries { library.set_boundary(lattice, boundary, Int32(MECAB_TOKEN_BOUNDARY)) }
      defer { library.clear(lattice) }
      var result: [UnicodeScalar] = []
      result.reserveCapacity(text.count)
      guard library.parse(tagger, lattice) != 0 else { return result }
      var node = library.first_node(lattice)
      while let current = node {
        node = current.pointee.next
        guard let surface = current.pointee.surface, current.pointee.length > 0 else { continue }
        let word = UnsafeRawBufferPointer(start: surface, count: Int(current.pointee.length))
        result.append(contentsOf: String(decoding: word, as: UTF8.self).unicodeScalars)
        result.append(" ")
      }
      return result
    }
  }
}

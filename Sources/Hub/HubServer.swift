internal import Foundation
public import Transfers

/// Where models are fetched from, and by whom.
public struct HubServer: Sendable {
  let address: ServerAddress
  let token: Secret
  /// When a request that failed is sent again.
  public var retries = RetryPolicy()
  /// Without a byte for so long, a request has failed.
  public var stallSeconds = 60.0

  public static let usual = "https://huggingface.co"

  /// The hub that the environment names: `HF_ENDPOINT`, and the token in `HF_TOKEN`, or in the file that logging in
  /// with Hugging Face's own programs leaves.
  ///
  /// - Throws: `HubError` when the environment forbids it (`HF_HUB_OFFLINE`), or holds no address or no token.
  public init(environment: [String: String]) throws(HubError) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    for name in ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"] {
      if let text = value(name), ["1", "on", "yes", "true"].contains(text.lowercased()) {
        throw HubError("cannot ask the hub: \(name)=\(text) forbids it. Unset it to fetch a model.")
      }
    }
    do {
      address = try ServerAddress(
        value("HF_ENDPOINT") ?? Self.usual, named: "HF_ENDPOINT", example: Self.usual, secret: "HF_TOKEN")
      let named = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"].first { value($0) != nil }
      token = try Secret(
        named.flatMap(value)?.trimmingCharacters(in: .whitespacesAndNewlines) ?? Self.keptToken(environment) ?? "",
        named: named ?? "the kept token of Hugging Face")
    } catch {
      throw HubError("cannot ask the hub: \(error).")
    }
  }

  /// The token in `HF_TOKEN_PATH`, or beside the cache.
  private static func keptToken(_ environment: [String: String]) -> String? {
    let cache = HubCache(
      environment: environment.filter { !["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"].contains($0.key) })
    let beside = NSString(string: cache.directory).deletingLastPathComponent + "/token"
    let named = environment["HF_TOKEN_PATH"].flatMap { $0.isEmpty ? nil : HubCache.expanded($0, environment) }
    guard let content = FileManager.default.contents(atPath: named ?? beside), content.count < 4096 else { return nil }
    return String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Where a model's list of files is.
  func listingURL(_ id: HubModelID, _ revision: HubRevision) -> String {
    "\(address)/api/models/\(id)/revision/\(Self.escaped(revision.text))?blobs=true"
  }

  /// Where a file is.
  func fileURL(_ id: HubModelID, commit: String, _ name: String) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map { Self.escaped(String($0)) }
    return "\(address)/\(id)/resolve/\(commit)/\(parts.joined(separator: "/"))"
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
  }

  private static let unreserved = CharacterSet(
    charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")
}

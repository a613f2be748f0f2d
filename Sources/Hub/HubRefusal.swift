internal import Foundation
internal import Transfers

/// What a refusal of the hub means, and what helps: a sentence behind "cannot fetch owner/name:".
struct HubRefusal: CustomStringConvertible {
  private let status: Int
  /// The hub's own word for it.
  private let code: String?
  private let message: String?
  private let hasToken: Bool

  init(_ response: HTTPResponse, _ server: HubServer) {
    status = response.status
    code = response.headers["x-error-code"]
    message = response.headers["x-error-message"].map { server.token.clean($0) }
    hasToken = !server.token.isEmpty
  }

  var description: String {
    switch (status, code) {
    case (_, "RevisionNotFound"?):
      return "the model has no such branch, tag or commit. Choose one that its page lists."
    case (_, "EntryNotFound"?):
      return "a file that its list names is not there. Try again, the model may have changed meanwhile."
    case (_, "GatedRepo"?):
      return hasToken
        ? "it is given only to who has accepted its conditions. Accept them on its page, as the owner of the token."
        : "it is given only to who has accepted its conditions. Accept them on its page, and put your token into HF_TOKEN."
    case (401, _), (403, _), (404, _):
      return hasToken
        ? "the server knows no such model, or does not show it to the owner of the token (HTTP \(status)). Check the id."
        : "the server knows no such model, or shows it only to who is known (HTTP \(status)). Check the id, and put your "
          + "token into HF_TOKEN where it is private."
    default:
      let why = message.map { ", \($0)" } ?? ""
      return "the server answers HTTP \(status)\(why). Check the id and HF_ENDPOINT."
    }
  }
}

package import Foundation

/// A body to be posted.
package struct HTTPRequest {
  package var url: String
  /// Names and values.
  package var headers: [(name: String, value: String)]
  package var body: Data
  package var timeoutSeconds: Double

  package init(url: String, headers: [(name: String, value: String)], body: Data, timeoutSeconds: Double) {
    self.url = url
    self.headers = headers
    self.body = body
    self.timeoutSeconds = timeoutSeconds
  }
}

/// Something to be had from a server.
package struct HTTPDownload {
  /// Where a good body goes.
  package struct File {
    /// Open for writing; stays the caller's.
    package var descriptor: Int32
    /// Bytes that are there already, and that the request's headers ask to leave out.
    package var offset: Int
    /// Bytes that the file never has more of.
    package var limit: Int

    package init(descriptor: Int32, offset: Int, limit: Int) {
      self.descriptor = descriptor
      self.offset = offset
      self.limit = limit
    }
  }

  package var url: String
  /// Names and values.
  package var headers: [(name: String, value: String)]
  /// `nil` for a body that is kept in memory.
  package var file: File?
  /// Without a byte for so long, it has failed.
  package var stallSeconds = 60.0

  package init(url: String, headers: [(name: String, value: String)], file: File? = nil) {
    self.url = url
    self.headers = headers
    self.file = file
  }
}

/// What a server answered.
package struct HTTPResponse {
  package var status: Int
  /// By their names in small letters.
  package var headers: [String: String]
  /// Empty when it went into a file.
  package var body: Data
}

/// Why there is no answer; no address is named.
package enum HTTPFailure: Error {
  case timeout
  /// The connection was not to be made, or broke.
  case broken(String)
  /// Or longer than the file may become.
  case answerTooLong
  /// It will not work another time either.
  case refused(String)
  /// What came could not be written: a full disk.
  case unwritten(String)
}

/// Why a command could not do what it was asked, where no library says so: one sentence with what to do next.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Why an experiment could not be recorded or read: one sentence with the place and what to do about it.
public struct ExperimentsError: Error, CustomStringConvertible, Sendable {
  public enum Kind: Sendable, Hashable {
    /// A name that git or a file system would refuse, or that means something else here.
    case invalidName
    case noWorkspace
    case noSuchExperiment
    /// Another experiment has the name that is wanted.
    case nameTaken
    /// The directory holds something no version holds.
    case unsavedWork
    /// The directory is that of a run that did not end.
    case interruptedRun
    /// An `output_directory` in which no run can be put.
    case unusableOutput
    /// The directory is not where it was made, perhaps because a disk is not mounted.
    case vanishedDirectory
    case alreadyRunning
    /// Uncommitted changes where the policy refuses them.
    case dirtyWorkspace
    case noSpace
    case invalidContent
    case other
  }

  public let kind: Kind
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

public import Foundation
public import GitStore
internal import Tables

/// An experiment that was removed and can be restored.
public struct TrashedExperiment: Hashable, Sendable {
  /// Of the removal; experiments removed by one command share it.
  public let id: String
  public let name: ExperimentName
  public let time: Date
  /// Its newest version, `nil` for a run that never became one.
  public let commit: ObjectID?
  public let hasDirectory: Bool

  /// A new one, which sorts by time: `20260131T123456-k3f9`.
  public static func newID(_ time: Date = Date()) -> String {
    let digits = timestamp(time).filter { $0.isNumber || $0 == "T" }.prefix(15)
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    return digits + "-" + String((0..<4).compactMap { _ in letters.randomElement() })
  }
}

/// What is written down beside a removed experiment; never committed.
struct TrashRecord {
  var name: ExperimentName
  var time: Date
  /// Of a run that ended without becoming a version.
  var lease: LeaseRecord?
  /// Where the directory was, when it was not in `experiments/`.
  var place: ExperimentPlace?

  var json: JSONValue {
    document([
      ("format", .integer(documentFormat)), ("name", .string(name.text)), ("removed_at", .string(timestamp(time))),
      ("lease", lease?.json), ("place", place?.json),
    ])
  }

  init(name: ExperimentName, time: Date, lease: LeaseRecord?, place: ExperimentPlace? = nil) {
    self.name = name
    self.time = time
    self.lease = lease
    self.place = place
  }

  init?(json: JSONValue) {
    guard let name = json["name"]?.stringValue.flatMap(ExperimentName.init(trusted:)),
      let time = json["removed_at"]?.stringValue.flatMap(date)
    else { return nil }
    self.init(
      name: name, time: time, lease: json["lease"].flatMap(LeaseRecord.init(json:)),
      place: json["place"].flatMap(ExperimentPlace.init(json:)))
  }
}

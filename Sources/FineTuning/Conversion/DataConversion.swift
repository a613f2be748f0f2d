public import Tables

/// Turns records of public data sets into rows with the columns that training reads by default: `instruction` and
/// `output`, with `system` where there are system texts, and with `id` and `parent_id` where there are conversations.
public struct DataConversion: Sendable {
  /// What a first pass over the records finds, before anything is written.
  public struct Plan: Sendable {
    public let layout: SourceLayout
    public internal(set) var recordCount = 0
    public internal(set) var rowCount = 0
    public internal(set) var hasSystems = false
    public internal(set) var hasConversations = false
    /// Records that lost a leading answer or a trailing question.
    public internal(set) var trimmedCount = 0
    /// Records left out, by reason: how many, and the first one's number from 1.
    public internal(set) var leftOut: [(reason: String, count: Int, first: Int)] = []

    public var columns: [String] {
      (hasConversations ? ["id", "parent_id"] : []) + (hasSystems ? ["system"] : []) + ["instruction", "output"]
    }
  }

  private let separator: String
  public private(set) var plan: Plan

  public init(layout: SourceLayout, separator: String) {
    plan = Plan(layout: layout)
    self.separator = separator
  }

  /// Looks at a record in the first pass.
  public mutating func note(_ record: JSONValue, number: Int) {
    plan.recordCount += 1
    do throws(SourceConversation.Refusal) {
      let conversation = try SourceConversation(record, layout: plan.layout, separator: separator)
      plan.rowCount += conversation.turns.count
      plan.hasSystems = plan.hasSystems || !conversation.system.isEmpty
      plan.hasConversations = plan.hasConversations || conversation.turns.count > 1
      if conversation.isTrimmed { plan.trimmedCount += 1 }
    } catch {
      if let index = plan.leftOut.firstIndex(where: { $0.reason == error.reason }) {
        plan.leftOut[index].count += 1
      } else {
        plan.leftOut.append((error.reason, 1, number))
      }
    }
  }

  /// The rows of a record in the second pass, with the plan's columns; none for a record that is left out.
  public func rows(_ record: JSONValue, number: Int) -> [[String]] {
    do throws(SourceConversation.Refusal) {
      let conversation = try SourceConversation(record, layout: plan.layout, separator: separator)
      return conversation.turns.enumerated().map { turn, text in
        let names = ["\(number).\(turn + 1)", turn == 0 ? "" : "\(number).\(turn)"]
        return (plan.hasConversations ? names : []) + (plan.hasSystems ? [turn == 0 ? conversation.system : ""] : [])
          + [text.prompt, text.answer]
      }
    } catch {
      // The first pass has counted it.
      return []
    }
  }
}

import Configuration
import FineTuning
import Tables
import Tensors

/// What is found by looking at data before training on them.
struct DataInspection {
  /// The tokens of one side's rows.
  struct Tokens {
    let role: String
    let encoded: EncodedDataset
    let characters: InexpressibleCharacters
  }

  let subject: DataSubject
  let columns: [(source: DataSource, summaries: [ColumnSummary])]
  let parts: [InspectedRows]
  /// By part; empty when rows were not compared.
  let duplicates: [DuplicateRows]
  let shared: [SharedRows]
  private(set) var tokens: [Tokens] = []
  /// Why training on these rows would be refused.
  private(set) var refusal: String?

  /// - Parameter comparesRows: whether equal rows are looked for, which takes most of the time.
  init(_ subject: DataSubject, comparesRows: Bool) throws {
    self.subject = subject
    columns = subject.rows.sources.map { source in
      (source, source.table.columns.indices.map { ColumnSummary(source.table, column: $0) })
    }
    let parts = subject.rows.parts.filter { !$0.rows.isEmpty }.map { part in
      InspectedRows(
        role: part.role, source: part.source.name, rows: part.rows, conversations: part.source.text.conversations)
    }
    self.parts = parts
    duplicates = comparesRows ? parts.map { DuplicateRows($0) } : []
    shared = comparesRows ? parts.dropFirst().map { SharedRows($0, with: parts[0]) } : []
    guard let tokenizer = subject.tokenizer else { return }
    let options = SampleEncodingOptions(subject.configuration)
    let parallel = Parallel(threadCount: max(1, subject.configuration.environment.numberOfWorkers))
    for part in parts {
      do {
        let encoded = try EncodedDataset(
          part.rows, of: part.conversations, source: part.source, tokenizer: tokenizer, options: options,
          parallel: parallel)
        tokens.append(
          Tokens(
            role: part.role, encoded: encoded,
            characters: try InexpressibleCharacters(part, tokenizer: tokenizer)))
      } catch let error as FineTuningError {
        refusal = error.description
        return
      }
    }
  }

  /// The lengths of one side with the limits that hold for them.
  static func lengths(
    _ tokens: Tokens, _ configuration: ExperimentConfiguration
  ) -> [(label: String, lengths: [Int32], limit: Int, key: String, cut: TruncationCounts.Cut)] {
    let (settings, lengths, cut) = (configuration.tokenizer, tokens.encoded.lengths, tokens.encoded.truncation)
    return [
      ("prompt", lengths.prompt, settings.maxLengthPrompt, "max_length_prompt", cut.prompt),
      ("answer", lengths.answer, settings.maxLengthAnswer, "max_length_answer", cut.answer),
      ("together", lengths.joined, settings.maxLength, "max_length", cut.joined),
    ]
  }
}

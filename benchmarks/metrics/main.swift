// Scores pairs with the files of Sources/Scores, for metrics_peer.py: ours PAIRS.json OUT.json ROUNDS
import Foundation

let arguments = CommandLine.arguments
guard arguments.count == 4, let rounds = Int(arguments[3]),
  let pairs = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: arguments[1])))
    as? [[String]]
else {
  FileHandle.standardError.write(Data("usage: ours PAIRS.json OUT.json ROUNDS\n".utf8))
  exit(64)
}

/// The result, and the seconds of the fastest round.
func fastest<Result>(_ body: () -> Result) -> (Result, Double) {
  let clock = ContinuousClock()
  var best = Double.infinity
  var result = body()
  for _ in 0..<rounds {
    let time = clock.measure { result = body() }
    best = min(best, Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18)
  }
  return (result, best)
}

var report: [String: [String: Any]] = [:]
for tokenizer in BLEUTokenizer.allCases {
  let bleu = try BLEU(tokenizer: tokenizer)
  let ((rows, corpus, mean), seconds) = fastest {
    let rows = pairs.map { bleu.statistics(prediction: $0[0], reference: $0[1]) }
    return (rows, BLEU.corpusScore(of: rows.sum()).score, BLEU.meanSentenceScore(of: rows) ?? 0)
  }
  report[tokenizer.rawValue] = [
    "corpus": corpus, "mean": mean, "seconds": seconds, "signature": bleu.signature(),
    "rows": rows.map { BLEU.sentenceScore(of: $0).score },
  ]
}
for variant in CHRF.allCases {
  let ((rows, corpus), seconds) = fastest {
    let rows = pairs.map { CHRF.statistics(prediction: $0[0], reference: $0[1]) }
    return (rows, variant.score(of: rows.sum()))
  }
  report[variant.rawValue] = [
    "corpus": corpus, "seconds": seconds, "signature": variant.signature, "rows": rows.map { variant.score(of: $0) },
  ]
}
try JSONSerialization.data(withJSONObject: report).write(to: URL(fileURLWithPath: arguments[2]))

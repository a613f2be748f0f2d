// Our side of decoding.sh: answers each line of stdin `BATCH BEAMS NEW` with a line of JSON: the seconds that continuing
// the first BATCH prompts by NEW tokens took, and the tokens.
//
//     decoding-benchmark MODEL PROMPTS THREADS TYPE
//
// PROMPTS has the token ids of a prompt in each line. TYPE is what the weights are held in. The model is loaded, and the
// decoder's memory taken, before anything is timed.

import Foundation
import LanguageModels
import Tensors

func integers(_ line: Substring) -> [Int32] { line.split(separator: " ").compactMap { Int32($0) } }

let arguments = CommandLine.arguments
guard arguments.count == 5, let threadCount = Int(arguments[3]), let type = NumberType(rawValue: arguments[4]) else {
  FileHandle.standardError.write(Data("usage: decoding-benchmark MODEL PROMPTS THREADS TYPE\n".utf8))
  exit(2)
}
let prompts = try String(contentsOfFile: arguments[2], encoding: .utf8).split(separator: "\n").map(integers)
let model = try CausalLanguageModel(
  directory: arguments[1], options: ModelOptions(isFrozen: true, backboneType: type),
  engine: Engine(threadCount: threadCount))
var generators: [Substring: Generator] = [:]

while let line = readLine() {
  let request = integers(line[...]).map(Int.init)
  let (batch, beams, new) = (request[0], request[1], request[2])
  var options = GenerationOptions(
    minimumNewTokens: new, maximumNewTokens: new, endOfSequenceIDs: [1], batchSize: batch)
  options.beamCount = beams
  let generator =
    try generators[line[...]] ?? Generator(model, options: options, longestPrompt: prompts.map(\.count).max() ?? 1)
  generators[line[...]] = generator
  let clock = ContinuousClock()
  var continuations: [Continuation] = []
  let duration = clock.measure { continuations = generator.generate(Array(prompts.prefix(batch))) }
  let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  let answer = "{\"seconds\": \(seconds), \"tokens\": \(continuations.map { $0.tokens.map(Int.init) })}\n"
  FileHandle.standardOutput.write(Data(answer.utf8))
}

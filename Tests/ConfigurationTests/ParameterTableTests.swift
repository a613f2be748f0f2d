import Configuration
import Foundation
import Tables
import Testing

@Test func `every key stands once, in a known section, and its bare name is unambiguous`() {
  let keys = ParameterTable.all.map(\.key)
  #expect(Set(keys).count == keys.count)
  for parameter in ParameterTable.all {
    #expect(ParameterTable.sections.contains(parameter.section))
    #expect(ParameterTable.parameters(named: parameter.name).map(\.key) == [parameter.key])
  }
  #expect(ParameterTable.foreignKeys.isDisjoint(with: keys))
}

@Test func `the sections stand together and in order`() {
  var met: [String] = []
  for parameter in ParameterTable.all where met.last != parameter.section { met.append(parameter.section) }
  #expect(met == ParameterTable.sections)
}

@Test(arguments: ParameterTable.all.map(\.key))
func `a parameter is explained in both languages`(_ key: String) throws {
  let parameter = try #require(ParameterTable.parameter(key))
  #expect(parameter.english.hasSuffix("."))
  #expect(parameter.japanese.hasSuffix("。"))
  let isJapanese = parameter.japanese.unicodeScalars.contains { (0x3040...0x30FF).contains($0.value) }
  let isEnglish =
    !parameter.english.unicodeScalars.contains { (0x3040...0x30FF).contains($0.value) }
    || parameter.english.contains("###")
  #expect(isJapanese)
  #expect(isEnglish || key.contains("text_"))
  let sentences = parameter.english.components(separatedBy: ". ").count
  #expect((1...3).contains(sentences))
}

@Test(arguments: ParameterTable.all.map(\.key))
func `a default is accepted and means itself`(_ key: String) throws {
  let configuration = try parse(needed)
  let parameter = try #require(ParameterTable.parameter(key))
  guard key != "llm_backbone", key != "dataset.train_dataframe" else { return }
  #expect(configuration[key] == parameter.defaultValue)
  #expect(try configuration.setting(key, to: parameter.defaultValue) == configuration)
}

@Test func `every key has its typed property`() throws {
  let configuration = try parse(needed)
  let sections: [(String, Any)] = [
    ("dataset", configuration.dataset), ("tokenizer", configuration.tokenizer),
    ("augmentation", configuration.augmentation), ("architecture", configuration.architecture),
    ("training", configuration.training), ("prediction", configuration.prediction),
    ("environment", configuration.environment),
  ]
  for (name, section) in sections {
    let properties = Mirror(reflecting: section).children.compactMap(\.label)
    // promptColumns is the plural of a key; all others are the key without underscores.
    let spelled = properties.map { $0 == "promptColumns" ? "promptcolumn" : $0.lowercased() }
    let keys = ParameterTable.all.filter { $0.section == name }
      .map { $0.name.replacingOccurrences(of: "_", with: "") }
    #expect(spelled.sorted() == keys.sorted())
  }
}

@Test func `the typed defaults are the documented ones`() throws {
  let configuration = try parse(needed)
  #expect(configuration.training.epochs == 1)
  #expect(configuration.training.learningRate == 0.00015)
  #expect(configuration.training.optimizerEpsilon == 1e-8)
  #expect(configuration.training.lossFunction == .tokenAveragedCrossEntropy)
  #expect(configuration.training.schedule == .cosine)
  #expect(configuration.dataset.promptColumns == ["instruction"])
  #expect(configuration.dataset.promptColumnSeparator == "\n\n")
  #expect(configuration.dataset.dataSampleChoice == [.train, .validation])
  #expect(configuration.dataset.systemColumn == nil)
  #expect(configuration.dataset.maskPromptLabels)
  #expect(configuration.prediction.bleuTokenize == .automatic)
  #expect(configuration.prediction.numBeams == 1)
  #expect(configuration.environment.seed == 1)
}

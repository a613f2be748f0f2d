import Configuration
import Foundation
import Testing

/// The two settings without which nothing loads.
let needed = "llm_backbone: model\ndataset:\n  train_dataframe: train.csv\n"

func parse(_ text: String, _ overrides: [String] = []) throws -> ExperimentConfiguration {
  try parsing(text, overrides).configuration
}

func parsing(_ text: String, _ overrides: [String] = []) throws -> LoadedConfiguration {
  try ExperimentConfiguration.parse(
    Data(text.utf8), name: "test.yaml", overrides: overrides, baseDirectory: "/folder")
}

/// The error a configuration must be refused with.
func refusal(_ text: String, _ overrides: [String] = []) throws -> ConfigurationError {
  try #require(throws: ConfigurationError.self) { try parse(text, overrides) }
}

func refusal(ofBytes bytes: [UInt8]) throws -> ConfigurationError {
  try #require(throws: ConfigurationError.self) {
    try ExperimentConfiguration.parse(Data(bytes), name: "test.yaml", baseDirectory: "/folder")
  }
}

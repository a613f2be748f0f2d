// swift-tools-version: 6.2
import PackageDescription

/// The same rules for every Swift target: Swift 6 mode, warnings are errors.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
    swiftSettings: house)
}

let package = Package(
  name: "kiseki",
  products: [.executable(name: "kiseki", targets: ["kiseki"])],
  targets: [
    // C and C++ libraries: each is imported by exactly one Swift module.
    // Loaded at run time, so there are no linker flags to ask pkg-config for.
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CMeCab", providers: [.apt(["libmecab-dev"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "libfyaml", providers: [.apt(["libfyaml-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "SentencePieceLibrary", pkgConfig: "sentencepiece",
      providers: [.apt(["libsentencepiece-dev"])]),
    .target(
      name: "CSentencePiece", dependencies: ["SentencePieceLibrary"],
      cxxSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "CKernels", cSettings: strictC),
    // Loads libcurl at run time: only its header is needed to build.
    .target(name: "CCurl", cSettings: strictC),
    // The library is one header among the system's own, from libkainjow-mustache-dev.
    .target(name: "CMustache", cxxSettings: [.treatAllWarnings(as: .error)]),

    // Leaves, which both columns may use.
    module("Hashing", ["CCrypto"]),
    module("Tables"),
    module("TensorFiles", ["Tables"]),
    module("Scores", ["CMeCab"]),
    module("Spelling"),
    module("Privacy", ["Tables"]),
    module("Transfers", ["CCurl"]),

    // The learning column.
    module("Tensors", ["COpenBLAS", "COneDNN", "CKernels"]),
    module("Tokenization", ["CSentencePiece"]),
    module("LanguageModels", ["Hashing", "Tables", "TensorFiles", "Tensors"]),
    module(
      "FineTuning",
      ["LanguageModels", "Tensors", "Tokenization", "Scores", "Tables", "TensorFiles", "Transfers"]),

    // The tracking column.
    module("GitStore", ["CGit2", "Hashing"]),
    module("Experiments", ["GitStore", "Hashing", "Scores", "Spelling", "Tables"]),
    module("Reports", ["CMustache", "Experiments", "Hashing", "Privacy", "Scores", "Spelling", "Tables"]),

    // What joins them.
    module("Configuration", ["CYAML", "Spelling", "Tables"]),
    module("CommandLine", ["Spelling"]),
    module("Hub", ["Hashing", "Tables", "Transfers"]),
    module("Launching", ["Configuration", "Hashing", "Tables"]),
    .executableTarget(
      name: "kiseki",
      dependencies: [
        "CommandLine", "Configuration", "Experiments", "FineTuning", "GitStore", "Hashing", "Hub",
        "LanguageModels", "Launching", "Privacy", "Reports", "Scores", "Spelling", "Tables", "TensorFiles", "Tensors",
        "Tokenization",
      ],
      swiftSettings: house),
    // Our side of benchmarks/decoding.sh.
    .executableTarget(
      name: "decoding-benchmark", dependencies: ["LanguageModels", "Tensors"], path: "benchmarks/decoding",
      exclude: ["bandwidth.c"], swiftSettings: house),

    tests("Hashing", []),
    tests("Tables", []),
    tests("TensorFiles", ["Tables"]),
    tests("Scores", ["Tables"]),
    tests("Spelling", []),
    tests("Privacy", []),
    tests("Transfers", ["TestSupport"]),
    tests("Hub", ["Hashing", "Tables", "TestSupport"]),
    tests("Tensors", []),
    tests("Tokenization", ["Tables"]),
    tests("LanguageModels", ["Hashing", "Tensors", "TensorFiles", "Tables"]),
    tests("FineTuning", ["LanguageModels", "Tensors", "TensorFiles", "TestSupport", "Tokenization", "Tables"]),
    // What several test bundles share.
    .target(name: "TestSupport", dependencies: ["Hashing"], path: "Tests/TestSupport", swiftSettings: house),
    tests("GitStore", ["Hashing", "TestSupport"]),
    tests("Experiments", ["GitStore", "Hashing", "Scores", "Tables", "TestSupport"]),
    tests("Reports", ["Experiments", "Hashing", "Scores", "Tables"]),
    tests("Launching", ["Configuration", "Tables"]),
    tests("Configuration", ["CommandLine", "Tables"]),
    tests("CommandLine", []),
    .testTarget(
      name: "kisekiTests",
      dependencies: ["kiseki", "CommandLine", "Hashing", "Tables", "TensorFiles", "TestSupport"],
      swiftSettings: house),
  ],
  cxxLanguageStandard: .cxx17
)

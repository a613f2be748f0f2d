/// Builds nodes from events: anchors are resolved, tags checked, duplicate keys and second documents refused.
struct YAMLComposer {
  private struct Level {
    let isMapping: Bool
    let anchor: String?
    let mark: YAMLMark
    var nodes = 1
    var items: [YAMLNode] = []
    var entries: [YAMLEntry] = []
    var key: YAMLNode?
    var linesOfKeys: [String: Int] = [:]
  }

  private var levels: [Level] = []
  private var anchors: [String: (node: YAMLNode, nodes: Int)] = [:]
  private var documents = 0
  /// The document's value once everything was taken, `nil` when the text holds none.
  private(set) var root: YAMLNode?

  mutating func take(_ event: YAMLEvent) throws(YAMLProblem) {
    switch event.kind {
    case .documentStart:
      documents += 1
      if documents > 1 {
        throw YAMLProblem(
          message: "a second document starts here, but a configuration is one document", mark: event.mark)
      }
    case .sequenceStart:
      try check(tag: event, allowed: ["tag:yaml.org,2002:seq", "tag:yaml.org,2002:python/tuple", "!"])
      levels.append(Level(isMapping: false, anchor: event.anchor, mark: event.mark))
    case .mappingStart:
      try check(tag: event, allowed: ["tag:yaml.org,2002:map", "!"])
      levels.append(Level(isMapping: true, anchor: event.anchor, mark: event.mark))
    case .end: try close()
    case .scalar(let text, let isPlain):
      let isText = event.tag == "tag:yaml.org,2002:str" || event.tag == "!"
      let standard = ["str", "int", "float", "bool", "null"].map { "tag:yaml.org,2002:" + $0 } + ["!"]
      try check(tag: event, allowed: standard)
      let node = YAMLNode(content: .scalar(text, isPlain: isPlain && !isText), mark: event.mark)
      if let anchor = event.anchor { anchors[anchor] = (node, 1) }
      try add(node, nodes: 1)
    case .alias(let name):
      guard let target = anchors[name] else {
        throw YAMLProblem(
          message: "the alias '*\(name)' stands for nothing written above it", mark: event.mark)
      }
      var node = target.node
      node.mark = event.mark
      try add(node, nodes: target.nodes)
    }
  }

  private func check(tag event: YAMLEvent, allowed: [String]) throws(YAMLProblem) {
    guard let tag = event.tag, !tag.isEmpty, !allowed.contains(tag) else { return }
    throw YAMLProblem(message: "the tag '\(tag)' is not supported; remove it", mark: event.mark)
  }

  private mutating func close() throws(YAMLProblem) {
    guard let level = levels.popLast() else { return }
    let node =
      level.isMapping
      ? YAMLNode(content: .mapping(level.entries), mark: level.entries.first?.key.mark ?? level.mark)
      : YAMLNode(content: .sequence(level.items), mark: level.mark)
    if let anchor = level.anchor { anchors[anchor] = (node, level.nodes) }
    try add(node, nodes: level.nodes)
  }

  private mutating func add(_ node: YAMLNode, nodes: Int) throws(YAMLProblem) {
    guard let top = levels.indices.last else {
      root = node
      return
    }
    levels[top].nodes += nodes
    if levels[top].nodes > YAMLLimits.nodes {
      throw YAMLProblem(message: "its aliases stand for too many values", mark: node.mark)
    }
    if !levels[top].isMapping {
      levels[top].items.append(node)
    } else if let key = levels[top].key {
      levels[top].entries.append(YAMLEntry(key: key, value: node))
      levels[top].key = nil
    } else {
      try takeKey(node, level: top)
    }
  }

  private mutating func takeKey(_ node: YAMLNode, level: Int) throws(YAMLProblem) {
    guard case .scalar(let name, _) = node.content else {
      throw YAMLProblem(message: "a key must be a name, not \(node.spelling)", mark: node.mark)
    }
    if let line = levels[level].linesOfKeys.updateValue(node.mark?.line ?? 0, forKey: name) {
      throw YAMLProblem(
        message: "the key '\(name)' stands here a second time, first on line \(line)", mark: node.mark)
    }
    levels[level].key = node
  }
}

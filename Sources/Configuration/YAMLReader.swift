internal import CYAML

/// Reads one YAML document into nodes that know their line.
///
/// - Throws: `YAMLProblem` for anything that is not one well-formed document within `YAMLLimits`.
func readYAML(_ bytes: [UInt8]) throws(YAMLProblem) -> YAMLNode? {
  guard bytes.count <= YAMLLimits.fileBytes else {
    throw YAMLProblem(
      message: "it has \(bytes.count) bytes, more than the \(YAMLLimits.fileBytes) a configuration may have",
      mark: nil)
  }
  try checkCharacters(bytes)
  let events = try bytes.withUnsafeBytes { buffer in
    Result { () throws(YAMLProblem) in try readEvents(buffer) }
  }.get()
  var composer = YAMLComposer()
  for event in events { try composer.take(event) }
  return composer.root
}

/// One step of a YAML text, free of the C library's memory.
struct YAMLEvent {
  enum Kind {
    case documentStart, sequenceStart, mappingStart, end
    case scalar(String, isPlain: Bool)
    case alias(String)
  }

  var kind: Kind
  var anchor: String?
  var tag: String?
  var mark: YAMLMark
}

private func readEvents(_ buffer: UnsafeRawBufferPointer) throws(YAMLProblem) -> [YAMLEvent] {
  guard let base = buffer.baseAddress, buffer.count > 0 else { return [] }
  guard let parser = kiseki_yaml_open(base.assumingMemoryBound(to: CChar.self), buffer.count) else {
    throw YAMLProblem(message: "there is not enough memory to read it", mark: nil)
  }
  defer { fy_parser_destroy(parser) }
  var events: [YAMLEvent] = []
  var depth = 0
  var record = kiseki_yaml_event()
  while let handle = kiseki_yaml_next(parser, &record) {
    defer { fy_parser_event_free(parser, handle) }
    guard let event = swiftEvent(record) else { continue }
    switch event.kind {
    case .sequenceStart, .mappingStart: depth += 1
    case .end: depth -= 1
    default: break
    }
    guard depth <= YAMLLimits.depth, events.count <= YAMLLimits.nodes else {
      throw YAMLProblem(message: "it is nested too deep or has too many values", mark: event.mark)
    }
    events.append(event)
  }
  if fy_parser_get_stream_error(parser) {
    var line: Int32 = -1
    var column: Int32 = -1
    let complaint = kiseki_yaml_complaint(parser, &line, &column).map { String(cString: $0) }
    // Of some mistakes, such as `|0`, the parser says neither what nor where they are: then, behind what it understood.
    throw YAMLProblem(
      message: "this is not valid YAML: \(complaint ?? "what follows here cannot be read")",
      mark: line > 0 ? YAMLMark(line: Int(line), column: max(1, Int(column))) : events.last?.mark)
  }
  return events
}

private func swiftEvent(_ record: kiseki_yaml_event) -> YAMLEvent? {
  let text = string(record.text, record.text_length) ?? ""
  let kind: YAMLEvent.Kind
  switch record.type {
  case FYET_DOCUMENT_START: kind = .documentStart
  case FYET_SEQUENCE_START: kind = .sequenceStart
  case FYET_MAPPING_START: kind = .mappingStart
  case FYET_SEQUENCE_END, FYET_MAPPING_END: kind = .end
  case FYET_SCALAR: kind = .scalar(text, isPlain: record.is_plain)
  case FYET_ALIAS: kind = .alias(text)
  default: return nil
  }
  return YAMLEvent(
    kind: kind, anchor: string(record.anchor, record.anchor_length),
    tag: string(record.tag, record.tag_length),
    mark: YAMLMark(line: Int(record.line) + 1, column: Int(record.column) + 1))
}

private func string(_ text: UnsafePointer<CChar>?, _ length: Int) -> String? {
  guard let text else { return nil }
  return String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
}

/// Refuses invalid UTF-8 and control characters, which the C library would pass on or cut the text at.
private func checkCharacters(_ bytes: [UInt8]) throws(YAMLProblem) {
  func mark(at offset: Int) -> YAMLMark {
    let before = bytes[..<offset]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return YAMLMark(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1,
      column: String(decoding: bytes[lineStart..<offset], as: UTF8.self).count + 1)
  }
  if let control = bytes.firstIndex(where: { ($0 < 0x20 && ![9, 10, 13].contains($0)) || $0 == 0x7F }) {
    let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    throw YAMLProblem(
      message: isUTF16 || bytes[control] == 0
        ? "it holds a zero byte, as UTF-16 files do; save it as UTF-8"
        : "it holds the control character \(bytes[control]); remove it", mark: mark(at: control))
  }
  // Long directives take the parser quadratic time, and a configuration needs none.
  let marker: [UInt8] = [0xEF, 0xBB, 0xBF]
  let start = bytes.starts(with: marker) ? marker.count : 0
  let directive = bytes.indices.first {
    bytes[$0] == UInt8(ascii: "%") && ($0 == start || ($0 > start && [10, 13].contains(bytes[$0 - 1])))
  }
  if let directive {
    throw YAMLProblem(
      message: "a line must not start with %; put the text in quotes", mark: mark(at: directive))
  }
  guard String(validating: bytes, as: UTF8.self) == nil else { return }
  // The longest valid prefix ends where the bad byte is: a repaired copy differs first at its replacement character.
  let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
  let bad = zip(bytes, repaired).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
  throw YAMLProblem(message: "it is not valid UTF-8; save it as UTF-8", mark: mark(at: bad))
}

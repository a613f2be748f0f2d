/// The text in lines of at most `width` columns.
///
/// Lines break at spaces, and between any two wide characters, as Japanese is set: never before a closing mark, nor behind
/// an opening one (JIS X 4051, the rules that matter). A word wider than a line stays whole.
public func wrapped(_ text: String, to width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  var used = 0
  for piece in breakablePieces(of: text) {
    let pieceWidth = displayWidth(of: piece.text)
    let gap = piece.followsSpace && !line.isEmpty ? 1 : 0
    if !line.isEmpty, used + gap + pieceWidth > width {
      lines.append(line)
      line = piece.text
      used = pieceWidth
    } else {
      line += (gap == 1 ? " " : "") + piece.text
      used += gap + pieceWidth
    }
  }
  return lines + [line]
}

private struct Piece {
  var text: String
  let followsSpace: Bool
}

/// Parts that must not be broken, in order.
private func breakablePieces(of text: String) -> [Piece] {
  var pieces: [Piece] = []
  for word in text.split(separator: " ") {
    var piece = Piece(text: "", followsSpace: true)
    for character in word {
      if let previous = piece.text.last, canBreak(between: previous, and: character) {
        pieces.append(piece)
        piece = Piece(text: "", followsSpace: false)
      }
      piece.text.append(character)
    }
    pieces.append(piece)
  }
  return pieces
}

private func canBreak(between first: Character, and second: Character) -> Bool {
  guard displayWidth(of: String(first)) == 2 || displayWidth(of: String(second)) == 2 else { return false }
  return !neverAtEnd.contains(first) && !neverAtStart.contains(second)
}

private let neverAtEnd: Set<Character> = ["（", "「", "『", "(", "[", "\"", "“"]
private let neverAtStart: Set<Character> = [
  "、", "。", "，", "．", "）", "」", "』", "！", "？", "：", "；", "・", "ー", "々", "〜", "ぁ", "ぃ", "ぅ", "ぇ", "ぉ", "っ", "ゃ",
  "ゅ", "ょ", "ァ", "ィ", "ゥ", "ェ", "ォ", "ッ", "ャ", "ュ", "ョ", ")", "]", ",", ".", ":", ";", "!", "?", "%", "\"", "”",
]

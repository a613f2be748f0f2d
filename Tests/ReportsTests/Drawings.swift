import Foundation
import FoundationXML
import Testing

/// Reads every drawing of a page as XML.
///
/// - Returns: how many there are.
func wellFormedDrawings(_ page: String) throws -> Int {
  var count = 0
  var rest = page[...]
  while let start = rest.range(of: "<svg") {
    // Drawings nest, so the end is where as many were closed as opened.
    var depth = 0
    var place = start.lowerBound
    repeat {
      let opening = rest.range(of: "<svg", range: place..<rest.endIndex)
      let closing = try #require(rest.range(of: "</svg>", range: place..<rest.endIndex))
      if let opening, opening.lowerBound < closing.lowerBound {
        depth += 1
        place = opening.upperBound
      } else {
        depth -= 1
        place = closing.upperBound
      }
    } while depth > 0
    let drawing = rest[start.lowerBound..<place]
    let parser = XMLParser(data: Data(drawing.utf8))
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "?") in \(drawing.prefix(300))")
    count += 1
    rest = rest[place...]
  }
  return count
}

internal import Scores

/// Dots with whiskers on one common axis: one small drawing a row of a table, and one for the axis.
///
/// Places are in percent, so the drawing takes any width while dots and text keep their size.
public struct IntervalPlot: Sendable {
  private let axis: Axis
  /// A line through all rows, at the baseline's score.
  private let mark: Double?

  init(_ scores: [ReportedScore], seeds: [Double], mark: Double?) {
    axis = Axis(
      covering: scores.flatMap { [$0.value, $0.interval?.lower, $0.interval?.upper].compactMap { $0 } } + seeds,
      tickCount: 5, margin: 0.08, floor: 0)
    self.mark = mark
  }

  private static let height = 30

  /// - Parameters:
  ///   - seeds: the scores of single seeds, drawn small beneath their mean.
  ///   - description: the numbers in words.
  func row(_ score: ReportedScore, seeds: [Double], style: String, description: String) -> HTML {
    var drawing = Self.drawing(Self.height)
    drawing.set("role", "img")
    drawing.set("aria-label", description)
    drawing.add(lines)
    if let interval = score.interval {
      let (low, high) = (percentText(axis.percent(interval.lower)), percentText(axis.percent(interval.upper)))
      drawing.add(Element("line", ["class": "whisker", "x1": low, "x2": high, "y1": "50%", "y2": "50%"]))
      for end in [low, high] {
        drawing.add(Element("line", ["class": "whisker end", "x1": end, "x2": end, "y1": "35%", "y2": "65%"]))
      }
    }
    for seed in seeds {
      drawing.add(Element("circle", ["class": "seed", "cx": percentText(axis.percent(seed)), "cy": "50%", "r": "2.5"]))
    }
    drawing.add(
      Element("circle", ["class": "dot \(style)", "cx": percentText(axis.percent(score.value)), "cy": "50%", "r": "5"]))
    return drawing.html
  }

  /// The marks of the axis, for the foot of the column.
  var scale: HTML {
    var drawing = Self.drawing(20)
    drawing.set("aria-hidden", "true")
    var group = Element("g", ["class": "grid"])
    for tick in axis.ticks {
      var text = Element("text", ["x": percentText(axis.percent(tick)), "y": "14", "text-anchor": "middle"])
      text.add(text: axis.label(tick))
      group.add(text)
    }
    drawing.add(group)
    return drawing.html
  }

  private var lines: Element {
    var group = Element("g", ["class": "grid"])
    for tick in axis.ticks {
      let place = percentText(axis.percent(tick))
      group.add(Element("line", ["x1": place, "x2": place, "y1": "0", "y2": "100%"]))
    }
    if let mark {
      let place = percentText(axis.percent(mark))
      group.add(Element("line", ["class": "mark", "x1": place, "x2": place, "y1": "0", "y2": "100%"]))
    }
    return group
  }

  private static func drawing(_ height: Int) -> Element {
    Element(
      "svg",
      ["class": "interval", "width": "100%", "height": "\(height)", "xmlns": "http://www.w3.org/2000/svg"])
  }
}

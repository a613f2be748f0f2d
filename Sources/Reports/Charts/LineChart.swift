/// Curves over steps. Complete as it stands; the script adds the read-out and hides curves.
///
/// Paths are in data units, stretched by the `viewBox` of an inner drawing, so that one copy of the values serves both the
/// picture and the read-out; strokes, dots and labels keep their size on every screen.
public struct LineChart: Sendable {
  public struct Series: Sendable {
    /// The place of the run in the report, which its colour and the legend follow.
    public let run: Int
    /// What a reader is told when the pointer is on it.
    public let label: String
    public let points: [CurvePoint]
    /// Drawn faintly behind: the values before smoothing.
    public let rawPoints: [CurvePoint]

    public init(run: Int, label: String, points: [CurvePoint], rawPoints: [CurvePoint] = []) {
      self.run = run
      self.label = label
      self.points = points.filter(\.value.isFinite)
      self.rawPoints = rawPoints.filter(\.value.isFinite)
    }
  }

  public let title: String
  /// Said more quietly behind the title.
  public let note: String?
  public let description: String
  public let series: [Series]
  /// Digits behind the point in the read-out.
  public let fractionDigits: Int

  public init(title: String, note: String? = nil, description: String, series: [Series], fractionDigits: Int) {
    self.title = title
    self.note = note
    self.description = description
    self.series = series.filter { !$0.points.isEmpty }
    self.fractionDigits = fractionDigits
  }

  /// Runs with a colour of their own; those after are grey.
  public static let colourCount = 8
  private static let height = 240
  /// Curves with fewer points show each.
  private static let dottedCount = 24

  /// The class that gives a run its colour.
  static func style(ofRun run: Int) -> String { run < colourCount ? "s\(run)" : "rest" }

  func html(_ words: Words) -> HTML {
    let steps = series.flatMap { $0.points.map(\.step) }
    guard let first = steps.min(), let last = steps.max() else { return .empty }
    let x = Axis(steps: first...last)
    // Raw values may spike far out; the smoothed ones decide what is shown, with room for nine tenths of the raw.
    let y = Axis(covering: series.flatMap { $0.points.map(\.value) + Self.ordinary($0.rawPoints) })
    var frame = Element(
      "svg",
      [
        "class": "frame", "width": "100%", "height": "\(Self.height)", "role": "img",
        "aria-label": "\(title). \(description)", "xmlns": "http://www.w3.org/2000/svg",
      ])
    frame.add(grid(x, y))
    frame.add(plot(x, y))
    var caption = Element("figcaption")
    var heading = Element("span", ["class": "chart-title"])
    heading.add(text: title)
    if let note {
      var span = Element("span", ["class": "chart-note"])
      span.add(text: note)
      heading.add(HTML(trusted: " "))
      heading.add(span)
    }
    caption.add(heading)
    var readout = Element("span", ["class": "readout", "aria-live": "polite"])
    readout.add(text: "")
    caption.add(readout)
    var figure = Element("figure", ["class": "chart", "data-digits": "\(fractionDigits)"])
    figure.add(caption)
    figure.add(frame)
    var label = Element("p", ["class": "axis-label"])
    label.add(text: words[.step])
    figure.add(label)
    return figure.html
  }

  private func grid(_ x: Axis, _ y: Axis) -> Element {
    var group = Element("g", ["class": "grid"])
    for tick in y.ticks {
      let place = percentText(100 - y.percent(tick))
      group.add(Element("line", ["x1": "0", "x2": "100%", "y1": place, "y2": place]))
      var text = Element("text", ["x": "0", "y": place, "dx": "-8", "dy": "4", "text-anchor": "end"])
      text.add(text: y.label(tick))
      group.add(text)
    }
    group.add(Element("line", ["class": "base", "x1": "0", "x2": "100%", "y1": "100%", "y2": "100%"]))
    for tick in x.ticks {
      var text = Element(
        "text", ["x": percentText(x.percent(tick)), "y": "100%", "dy": "18", "text-anchor": "middle"])
      text.add(text: x.label(tick))
      group.add(text)
    }
    return group
  }

  private func plot(_ x: Axis, _ y: Axis) -> Element {
    func number(_ value: Double) -> String { Figures.coordinate(value, digits: 9) }
    let width = x.range.upperBound - x.range.lowerBound
    let height = y.range.upperBound - y.range.lowerBound
    var plot = Element(
      "svg",
      [
        "class": "plot", "width": "100%", "height": "100%", "preserveAspectRatio": "none",
        "viewBox":
          "\(number(x.range.lowerBound)) \(number(-y.range.upperBound)) \(number(width)) \(number(height))",
      ])
    // The best run is drawn last, on top.
    for series in series.reversed() { plot.add(curve(series)) }
    return plot
  }

  private func curve(_ series: Series) -> Element {
    var group = Element(
      "g", ["class": "curve \(Self.style(ofRun: series.run))", "data-run": "\(series.run)", "transform": "scale(1 -1)"])
    var title = Element("title")
    title.add(text: series.label)
    group.add(title)
    if !series.rawPoints.isEmpty {
      group.add(Element("path", ["class": "raw", "d": Self.line(thinned(series.rawPoints))]))
    }
    let points = thinned(series.points)
    group.add(Element("path", ["class": "line", "d": Self.line(points)]))
    if points.count <= Self.dottedCount {
      let dots = points.map { "M\($0.step) \(Figures.coordinate($0.value))h0" }.joined()
      group.add(Element("path", ["class": "dots", "d": dots]))
    }
    return group
  }

  private static func line(_ points: [CurvePoint]) -> String {
    points.enumerated().map { "\($0 == 0 ? "M" : "L")\($1.step) \(Figures.coordinate($1.value))" }.joined()
  }

  /// The values without the outermost tenth.
  private static func ordinary(_ points: [CurvePoint]) -> [Double] {
    let sorted = points.map(\.value).filter(\.isFinite).sorted()
    let edge = sorted.count / 20
    return Array(sorted.dropFirst(edge).dropLast(edge))
  }
}

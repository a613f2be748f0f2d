/// One SVG or HTML element being written; text and attribute values are escaped here and nowhere else.
struct Element {
  private var markup: String
  private let name: String
  private var isOpen = true

  init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
    self.name = name
    markup = "<" + name
    for (key, value) in attributes where !value.isEmpty || key == "d" { set(key, value) }
  }

  mutating func set(_ key: String, _ value: String) {
    precondition(isOpen, "attributes come before content")
    markup += " \(key)=\"\(HTML(escaping: value).markup)\""
  }

  mutating func add(_ child: Element) { add(child.html) }

  mutating func add(_ content: HTML) {
    open()
    markup += content.markup
  }

  mutating func add(text: String) { add(HTML(escaping: text)) }

  private mutating func open() {
    if isOpen { markup += ">" }
    isOpen = false
  }

  var html: HTML { HTML(trusted: markup + (isOpen ? "/>" : "</\(name)>")) }
}

/// A share of a drawing's width or height.
func percentText(_ value: Double) -> String { Figures.decimal(value, 2).replacing("−", with: "-") + "%" }

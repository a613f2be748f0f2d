/// A table for the template `table`.
public struct TableView: Sendable {
  public struct Column: Sendable {
    let title: String
    /// Shown when pointed at.
    let hint: String?
    let isNumber: Bool
    /// The order the rows are in already, as `aria-sort` names it: `ascending` or `descending`.
    let order: String?

    public init(_ title: String, hint: String? = nil, isNumber: Bool = false, order: String? = nil) {
      self.title = title
      self.hint = hint
      self.isNumber = isNumber
      self.order = order
    }
  }

  public struct Cell: Sendable {
    let content: HTML
    /// What the column is sorted by, where that is not the text.
    let value: Double?
    let style: String

    public init(_ content: HTML, value: Double? = nil, style: String = "") {
      self.content = content
      self.value = value
      self.style = style
    }

    /// Text from data.
    public init(_ text: String, value: Double? = nil, style: String = "") {
      self.init(text.isEmpty ? .empty : .isolated(text), value: value, style: style)
    }

    public static let none = Cell(HTML(escaping: "—"), style: "none")
  }

  public var columns: [Column]
  /// The first cell of a row names it.
  public var rows: [[Cell]] = []
  /// A row that stands out, such as the winner's.
  public var emphasized: Int?
  public var isSortable = false
  public var style = ""

  public init(_ columns: [Column], isSortable: Bool = false, style: String = "") {
    self.columns = columns
    self.isSortable = isSortable
    self.style = style
  }

  public mutating func add(_ cells: [Cell]) {
    precondition(cells.count == columns.count, "\(cells.count) cells in a table of \(columns.count) columns")
    rows.append(cells)
  }

  public func html(_ templates: TemplateSet) throws(ReportError) -> HTML { try templates.render("table", value) }

  private var value: TemplateValue {
    let columns: [TemplateValue] = columns.map { column in
      [
        "title": .text(column.title), "hint": .optional(column.hint), "is_number": .flag(column.isNumber),
        "order": .optional(column.order),
      ]
    }
    let rows: [TemplateValue] = rows.enumerated().map { index, cells in
      [
        "is_emphasized": .flag(index == emphasized), "index": .text("\(index)"),
        "head": .list(cells.prefix(1).map { cell($0, isNumber: false) }),
        "cells": .list(zip(cells, self.columns).dropFirst().map { cell($0, isNumber: $1.isNumber) }),
      ]
    }
    return [
      "columns": .list(columns), "rows": .list(rows), "is_sortable": .flag(isSortable), "style": .text(style),
    ]
  }

  private func cell(_ cell: Cell, isNumber: Bool) -> TemplateValue {
    [
      "content_html": .markup(cell.content), "has_value": .flag(cell.value?.isFinite == true),
      "value": .text(cell.value.map { "\($0)" } ?? ""),
      "style": .text([isNumber ? "num" : "", cell.style].filter { !$0.isEmpty }.joined(separator: " ")),
    ]
  }
}

/// A table for the terminal: a heading, a rule, and rows in columns two spaces apart.
///
///     try  in context    from scratch
///     ───  ────────────  ────────────
///       1    43 ± 5        21 ± 2
///
/// Columns are as wide as their widest cell. Cells may hold colour codes and wide characters.
package struct Table: Sendable {
  /// A column's heading and the side that its cells stand on.
  package struct Column: Sendable {
    /// The heading; a table whose headings are all empty shows none.
    package let title: String
    /// The side that heading and cells stand on.
    package let alignment: TextAlignment

    /// Makes a column of words.
    package static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }

    /// Makes a column of numbers.
    package static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
  }

  private enum Row: Sendable {
    case cells([String])
    case rule
  }

  private let columns: [Column]
  private var rows: [Row] = []

  /// Makes an empty table.
  package init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row.
  /// - Parameter cells: one text a column.
  package mutating func append(_ cells: [String]) {
    precondition(
      cells.count == columns.count, "\(cells.count) cells in a table of \(columns.count) columns")
    rows.append(.cells(cells))
  }

  /// Adds a rule under the last row, as before a total.
  package mutating func appendRule() { rows.append(.rule) }

  /// Draws the table, every line ended.
  /// - Parameters:
  ///   - style: marks headings and rules.
  ///   - limit: the most columns that a line may take; the widest left-aligned column gives way.
  package func rendered(style: Style = .plain, limit: Int? = nil) -> String {
    let widths = widths(limit: limit)
    let rule = style.dim(
      widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "))
    var lines: [String] = []
    if columns.contains(where: { !$0.title.isEmpty }) {
      lines += [line(columns.map(\.title), widths: widths, mark: style.bold), rule]
    }
    for row in rows {
      switch row {
      case .cells(let cells): lines.append(line(cells, widths: widths) { $0 })
      case .rule: lines.append(rule)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func widths(limit: Int?) -> [Int] {
    var widths = columns.map(\.title.displayWidth)
    for case .cells(let cells) in rows {
      for (column, cell) in cells.enumerated() {
        widths[column] = max(widths[column], cell.displayWidth)
      }
    }
    let excess = widths.reduce(0, +) + 2 * (widths.count - 1) - (limit ?? .max)
    let flexible = columns.indices.filter { columns[$0].alignment == .left }
    if excess > 0, let widest = flexible.max(by: { widths[$0] < widths[$1] }) {
      widths[widest] = max(min(8, widths[widest]), widths[widest] - excess)
    }
    return widths
  }

  private func line(_ cells: [String], widths: [Int], mark: (String) -> String) -> String {
    var line = ""
    var gap = 0  // spaces are added before the next text only, so that no line ends in them
    for (index, cell) in cells.enumerated() {
      let text = cell.truncated(toColumns: widths[index])
      let space = widths[index] - text.displayWidth
      let isRight = columns[index].alignment == .right
      if !text.isEmpty {
        line += String(repeating: " ", count: gap + (isRight ? space : 0)) + mark(text)
        gap = isRight ? 0 : space
      } else {
        gap += space
      }
      gap += 2
    }
    return line
  }
}

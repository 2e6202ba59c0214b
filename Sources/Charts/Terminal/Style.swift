/// Marks text with colour and weight where the stream it goes to shows them.
///
/// A style that is off returns its text unchanged, so that callers never ask.
package struct Style: Sendable, Equatable {
  /// A colour that reads on dark and light backgrounds alike.
  package enum Color: Int, Sendable, CaseIterable {
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 34
    case magenta = 35
    case cyan = 36
  }

  /// Marks nothing: for files, pipes and tests.
  package static let plain = Style(isOn: false)
  /// Marks always.
  package static let colored = Style(isOn: true)

  /// Whether text is marked.
  package let isOn: Bool

  /// Makes a style that is on or off.
  package init(isOn: Bool) {
    self.isOn = isOn
  }

  /// Decides for a stream: on for a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
  ///
  /// An empty `NO_COLOR` counts as unset, as https://no-color.org has it.
  package init(isTerminal: Bool, environment: [String: String]) {
    let isRefused = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    self.init(isOn: isTerminal && !isRefused)
  }

  /// Draws the text in a colour.
  package func paint(_ text: String, _ color: Color) -> String { mark(text, "\(color.rawValue)") }

  /// Draws the text heavier.
  package func bold(_ text: String) -> String { mark(text, "1") }

  /// Draws the text fainter.
  package func dim(_ text: String) -> String { mark(text, "2") }

  private func mark(_ text: String, _ code: String) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

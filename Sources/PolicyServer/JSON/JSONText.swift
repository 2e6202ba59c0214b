/// Writes a text of JSON, member by member.
struct JSONText {
  private(set) var text = ""
  private var isFirst = true

  mutating func object(_ members: (inout JSONText) -> Void) { nest("{", members, "}") }

  mutating func array(_ elements: (inout JSONText) -> Void) { nest("[", elements, "]") }

  private mutating func nest(
    _ open: String, _ contents: (inout JSONText) -> Void, _ close: String
  ) {
    separate()
    text += open
    isFirst = true
    contents(&self)
    text += close
    isFirst = false
  }

  private mutating func separate() {
    if !isFirst { text += "," }
    isFirst = false
  }

  /// Writes a key; the value is to follow.
  mutating func key(_ key: String) {
    separate()
    quote(key)
    text += ":"
    isFirst = true
  }

  mutating func value(_ value: String) {
    separate()
    quote(value)
  }

  mutating func value(_ value: Int) {
    separate()
    text += "\(value)"
  }

  mutating func value(_ value: Bool) {
    separate()
    text += value ? "true" : "false"
  }

  /// Writes a number; `null` for one that JSON does not have.
  mutating func value(_ value: Float?) {
    separate()
    if let value, value.isFinite { text += "\(value)" } else { text += "null" }
  }

  /// Writes a text that is JSON already.
  mutating func raw(_ json: String) {
    separate()
    text += json
  }

  mutating func member(_ name: String, _ value: String) {
    key(name)
    self.value(value)
  }

  mutating func member(_ name: String, _ value: Int) {
    key(name)
    self.value(value)
  }

  mutating func member(_ name: String, _ value: Bool) {
    key(name)
    self.value(value)
  }

  mutating func member(_ name: String, _ value: Float?) {
    key(name)
    self.value(value)
  }

  mutating func member(_ name: String, _ values: [Float]) {
    key(name)
    array { text in for value in values { text.value(value) } }
  }

  mutating func member(_ name: String, _ values: [String]) {
    key(name)
    array { text in for value in values { text.value(value) } }
  }

  private mutating func quote(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

internal import Foundation

/// Reads a text of JSON once, from its first byte to its last, within limits.
///
/// It reads only what JSON has: no NaN, no infinities, no number beyond `Double`. What a text is to
/// hold is asked for in its order, so that a request needs no tree of values in between.
package struct JSONScanner {
  private let bytes: [UInt8]
  private let limits: JSONLimits
  private var position = 0
  private var depth = 0
  private var elements = 0

  package init(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) {
    self.bytes = bytes
    self.limits = limits
  }

  /// What the next value is.
  enum Kind: String {
    case object = "an object"
    case array = "a list"
    case string = "a string"
    case number = "a number"
    case bool = "true or false"
    case null
    case nothing
  }

  /// The byte at the position; 0, which no text may hold there, behind the last.
  private var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0a, 0x0d, 0x09: position += 1
      default: return
      }
    }
  }

  private func wrong(_ what: String) -> APIError {
    APIError(400, "the body is not JSON: \(what) at byte \(position + 1)")
  }

  /// Tells what comes next, without reading it.
  mutating func next() throws(APIError) -> Kind {
    skipSpace()
    switch byte {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case _ where position == bytes.count: return .nothing
    default: throw wrong("no value")
    }
  }

  /// Counts a value, and makes sure that it is of a kind.
  private mutating func expect(_ kind: Kind, _ place: String) throws(APIError) {
    let got = try next()
    guard got == kind else { throw .shape(place, expected: kind.rawValue, got: got.rawValue) }
    elements += 1
    guard elements <= limits.elements else {
      throw APIError(400, "the body holds more than \(limits.elements) values")
    }
  }

  private mutating func enter() throws(APIError) {
    depth += 1
    guard depth <= limits.depth else {
      throw APIError(400, "the body is nested more than \(limits.depth) deep")
    }
    position += 1
    skipSpace()
  }

  /// Reads an object, calling a function for each key, which must read the key's value.
  mutating func object(
    _ place: String, _ member: (inout JSONScanner, String) throws(APIError) -> Void
  ) throws(APIError) {
    try expect(.object, place)
    try enter()
    if byte == UInt8(ascii: "}") {
      position += 1
    } else {
      while true {
        skipSpace()
        guard byte == UInt8(ascii: "\"") else { throw wrong("no key") }
        let key = try text()
        skipSpace()
        guard byte == UInt8(ascii: ":") else { throw wrong("no colon") }
        position += 1
        try member(&self, key)
        if try closes(with: UInt8(ascii: "}")) { break }
      }
    }
    depth -= 1
  }

  /// Reads a list, calling a function for each element, which must read it.
  mutating func array(
    _ place: String, _ element: (inout JSONScanner) throws(APIError) -> Void
  ) throws(APIError) {
    try expect(.array, place)
    try enter()
    if byte == UInt8(ascii: "]") {
      position += 1
    } else {
      repeat { try element(&self) } while try !closes(with: UInt8(ascii: "]"))
    }
    depth -= 1
  }

  /// Reads a comma, or the end of a list or an object.
  private mutating func closes(with end: UInt8) throws(APIError) -> Bool {
    skipSpace()
    let found = byte
    guard found == UInt8(ascii: ",") || found == end else { throw wrong("no comma and no end") }
    position += 1
    return found == end
  }

  /// Makes sure that nothing follows.
  package mutating func end() throws(APIError) {
    skipSpace()
    guard position == bytes.count else { throw wrong("something behind its end") }
  }

  package mutating func string(_ place: String) throws(APIError) -> String {
    try expect(.string, place)
    return try text()
  }

  mutating func bool(_ place: String) throws(APIError) -> Bool {
    try expect(.bool, place)
    let value = byte == UInt8(ascii: "t")
    try word(value ? "true" : "false")
    return value
  }

  /// Reads `null` if it comes next.
  mutating func null() throws(APIError) -> Bool {
    guard try next() == .null else { return false }
    elements += 1
    try word("null")
    return true
  }

  private mutating func word(_ word: StaticString) throws(APIError) {
    let isThere =
      position + word.utf8CodeUnitCount <= bytes.count
      && word.withUTF8Buffer { bytes[position..<position + $0.count].elementsEqual($0) }
    guard isThere else { throw wrong("no value") }
    position += word.utf8CodeUnitCount
  }

  package mutating func number(_ place: String) throws(APIError) -> Double {
    try expect(.number, place)
    return try JSONNumber.read(bytes, &position)
  }

  /// Reads a number that a `Float` can hold.
  package mutating func float(_ place: String) throws(APIError) -> Float {
    let number = try number(place)
    let value = Float(number)
    guard value.isFinite else {
      throw APIError(400, "\(place): \(number) is too large a number")
    }
    return value
  }

  package mutating func integer(_ place: String) throws(APIError) -> Int {
    let number = try number(place)
    guard let value = Int(exactly: number), abs(number) <= 9_007_199_254_740_992 else {
      throw .shape(place, expected: "a whole number", got: "\(number)")
    }
    return value
  }

  /// Reads numbers in a list, nested or flat, in their order.
  mutating func floats(_ place: String, into values: inout [Float]) throws(APIError) {
    try array(place) { (scanner) throws(APIError) in
      if try scanner.next() == .array {
        try scanner.floats(place, into: &values)
      } else {
        values.append(try scanner.float(place))
      }
    }
  }

  /// Reads a value of any kind and forgets it.
  package mutating func skip() throws(APIError) {
    switch try next() {
    case .object:
      try object("the body") { (scanner, _) throws(APIError) in try scanner.skip() }
    case .array: try array("the body") { (scanner) throws(APIError) in try scanner.skip() }
    case .string: _ = try string("the body")
    case .number: _ = try number("the body")
    case .bool: _ = try bool("the body")
    case .null: _ = try null()
    case .nothing: throw wrong("no value")
    }
  }
}

extension JSONScanner {
  /// Reads a string, from its first quotation mark to its last.
  private mutating func text() throws(APIError) -> String {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\\") {
      if bytes[position] == UInt8(ascii: "\"") {
        let text = try Self.text(bytes[start..<position], wrong("no UTF-8"))
        position += 1
        return text
      }
      position += 1
    }
    var decoded = Array(bytes[start..<position])
    while true {
      guard position < bytes.count else { throw wrong("a string without an end") }
      let next = bytes[position]
      guard next >= 0x20 else { throw wrong("a control character in a string") }
      position += 1
      if next == UInt8(ascii: "\"") { return try Self.text(decoded[...], wrong("no UTF-8")) }
      if next == UInt8(ascii: "\\") { try escape(into: &decoded) } else { decoded.append(next) }
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>, _ error: APIError) throws(APIError) -> String
  {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw error }
    return text
  }

  /// Reads what follows a backslash.
  private mutating func escape(into decoded: inout [UInt8]) throws(APIError) {
    let kind = byte
    position += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(kind)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0c)
    case UInt8(ascii: "n"): decoded.append(0x0a)
    case UInt8(ascii: "r"): decoded.append(0x0d)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if (0xd800..<0xdc00).contains(code) {
        guard byte == UInt8(ascii: "\\"), position + 1 < bytes.count,
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw wrong("half a character") }
        position += 2
        let low = try codeUnit()
        guard (0xdc00..<0xe000).contains(low) else { throw wrong("half a character") }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw wrong("half a character") }
      decoded.append(contentsOf: String(Character(scalar)).utf8)
    default: throw wrong("no such escape")
    }
  }

  /// Reads four hexadecimal digits.
  private mutating func codeUnit() throws(APIError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw wrong("no hexadecimal digit")
      }
      code = code << 4 + UInt32(digit)
      position += 1
    }
    return code
  }
}

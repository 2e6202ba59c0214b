/// The header of a safetensors file: what each tensor is and where it lies.
struct SafetensorsHeader {
  /// A tensor as the header tells it, not yet checked.
  struct Tensor {
    var name: String
    var datatype: String
    var shape: [Int]
    var start: Int
    var end: Int

    /// Checks the datatype, the size and the offsets, and returns the datatype.
    func checkedDatatype(dataLength: Int) throws(SafetensorsError) -> SafetensorsDatatype {
      guard let known = SafetensorsDatatype(rawValue: datatype) else {
        throw .unsupportedDatatype(datatype, tensor: name)
      }
      guard start <= end, end <= dataLength else {
        throw .badOffsets(start: start, end: end, dataLength: dataLength, tensor: name)
      }
      guard let size = checkedProduct(shape + [known.byteCount]) else {
        throw .sizeOverflow(tensor: name)
      }
      guard size == end - start else {
        throw .sizeMismatch(expected: size, found: end - start, tensor: name)
      }
      return known
    }
  }

  var metadata: [String: String] = [:]
  var tensors: [Tensor] = []

  /// Parses a header's bytes.
  init(parsing bytes: [UInt8]) throws(SafetensorsError) {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .headerNotUTF8 }
    var reader = SafetensorsHeaderReader(bytes: bytes)
    try reader.readHeader(into: &self)
  }
}

/// A reader of exactly the JSON that a safetensors header may hold.
///
/// The grammar is spelled out, two objects deep, so nothing recurses and no nesting can exhaust the
/// stack.
private struct SafetensorsHeaderReader {
  /// Valid UTF-8.
  let bytes: [UInt8]
  var offset = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func readHeader(into header: inout SafetensorsHeader) throws(SafetensorsError) {
    guard bytes.first == UInt8(ascii: "{") else { throw malformed("no opening brace") }
    var names: Set<String> = []
    try readObject { (reader, name) throws(SafetensorsError) in
      guard names.insert(name).inserted else { throw .duplicateName(name) }
      if name == "__metadata__" {
        try reader.readMetadata(into: &header.metadata)
      } else {
        header.tensors.append(try reader.readTensor(name))
      }
    }
    skipSpace()
    guard offset == bytes.count else { throw malformed("text after the closing brace") }
  }

  private mutating func readMetadata(
    into metadata: inout [String: String]
  ) throws(SafetensorsError) {
    try readObject { (reader, name) throws(SafetensorsError) in
      let text = try reader.readString()
      guard metadata.updateValue(text, forKey: name) == nil else { throw .duplicateName(name) }
    }
  }

  private mutating func readTensor(
    _ name: String
  ) throws(SafetensorsError) -> SafetensorsHeader.Tensor {
    var datatype: String?
    var shape: [Int]?
    var offsets: [Int]?
    try readObject { (reader, field) throws(SafetensorsError) in
      switch field {
      case "dtype" where datatype == nil: datatype = try reader.readString()
      case "shape" where shape == nil: shape = try reader.readNumbers()
      case "data_offsets" where offsets == nil: offsets = try reader.readNumbers()
      case "dtype", "shape", "data_offsets": throw .duplicateName(field)
      default: throw reader.malformed("a tensor has a field that is not part of the format")
      }
    }
    guard let datatype else { throw .missingField("dtype", tensor: name) }
    guard let shape else { throw .missingField("shape", tensor: name) }
    guard let offsets else { throw .missingField("data_offsets", tensor: name) }
    guard offsets.count == 2 else { throw malformed("data_offsets are not two numbers") }
    return SafetensorsHeader.Tensor(
      name: name, datatype: datatype, shape: shape, start: offsets[0], end: offsets[1])
  }

  // MARK: JSON

  private mutating func readObject(
    _ readValue: (inout Self, String) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try expect("{")
    if takes("}") { return }
    repeat {
      let name = try readString()
      try expect(":")
      try readValue(&self, name)
    } while takes(",")
    try expect("}")
  }

  private mutating func readNumbers() throws(SafetensorsError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if takes("]") { return numbers }
    repeat { numbers.append(try readNumber()) } while takes(",")
    try expect("]")
    return numbers
  }

  private mutating func readNumber() throws(SafetensorsError) -> Int {
    skipSpace()
    let start = offset
    var value = 0
    while offset < bytes.count, case let digit = Int(bytes[offset]) - 48, 0...9 ~= digit {
      let (tens, tensOverflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = tens.addingReportingOverflow(digit)
      if tensOverflow || sumOverflow { throw .badNumber(offset: start) }
      value = sum
      offset += 1
    }
    let digitCount = offset - start
    let isNumeric = offset < bytes.count && "-+.eE".utf8.contains(bytes[offset])
    let hasLeadingZero = digitCount > 1 && bytes[start] == UInt8(ascii: "0")
    if isNumeric || hasLeadingZero { throw .badNumber(offset: start) }
    guard digitCount > 0 else { throw malformed("expected a number") }
    return value
  }

  private mutating func readString() throws(SafetensorsError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: try readEscape())
      case 0..<0x20: throw malformed("control character in a string")
      default: text.append(byte)
      }
    }
    throw malformed("a string has no end")
  }

  private mutating func readEscape() throws(SafetensorsError) -> [UInt8] {
    guard offset < bytes.count else { throw malformed("a string has no end") }
    let byte = bytes[offset]
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var code = try readHexadecimal()
      if 0xd800..<0xdc00 ~= code {
        guard bytes[offset...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
          throw malformed("half of a surrogate pair")
        }
        offset += 2
        let low = try readHexadecimal()
        guard 0xdc00..<0xe000 ~= low else { throw malformed("half of a surrogate pair") }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw malformed("half of a surrogate pair") }
      return Array(String(Character(scalar)).utf8)
    default: throw malformed("unknown escape in a string")
    }
  }

  private mutating func readHexadecimal() throws(SafetensorsError) -> UInt32 {
    guard bytes.count - offset >= 4 else { throw malformed("a string has no end") }
    var code: UInt32 = 0
    for byte in bytes[offset..<offset + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw malformed("\\u needs four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
    }
    offset += 4
    return code
  }

  private mutating func skipSpace() {
    while offset < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[offset]) { offset += 1 }
  }

  private mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: scalar) else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws(SafetensorsError) {
    guard takes(scalar) else { throw malformed("expected \(scalar)") }
  }

  private func malformed(_ reason: String) -> SafetensorsError {
    .malformedHeader(offset: offset, reason: reason)
  }
}

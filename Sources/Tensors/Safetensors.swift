internal import Files

/// Named tensors and string metadata in the safetensors format.
///
/// A file is the header's length (`UInt64`, little-endian), the header (a JSON object that gives
/// each tensor's `dtype`, `shape` and `data_offsets`), and the tensors' bytes without gaps. Nothing
/// in it can be executed. The same content always gives the same bytes: names are sorted, and the
/// header is padded with spaces so that the data starts at a multiple of 8.
///
/// Source: https://github.com/huggingface/safetensors, section "Format".
public struct Safetensors: Hashable, Sendable {
  /// One tensor.
  public struct Entry: Hashable, Sendable {
    /// The size of each axis; `[]` is a single number.
    public let shape: [Int]
    /// The elements, row-major.
    public let values: [Float]

    /// Makes a tensor; `shape` must multiply to the number of values.
    public init(shape: [Int], values: [Float]) {
      precondition(
        shape.allSatisfy { $0 >= 0 } && checkedProduct(shape) == values.count,
        "shape \(shape) does not hold \(values.count) values")
      self.shape = shape
      self.values = values
    }
  }

  /// The tensors by name. `__metadata__` is not a possible name.
  public var entries: [String: Entry]
  /// Free text by name, kept in the header.
  public var metadata: [String: String]

  /// The largest header that is read, in bytes.
  static let headerLimit: UInt64 = 100_000_000

  /// Makes a file's content from tensors and metadata.
  public init(entries: [String: Entry] = [:], metadata: [String: String] = [:]) {
    self.entries = entries
    self.metadata = metadata
  }

  /// Reads a file's bytes. No input ends the process.
  ///
  /// F32 is read bit for bit. F64, F16, BF16, BOOL and integers of 8 to 64 bits are converted to
  /// the nearest `Float`.
  /// - Throws: the first thing that the format forbids or that Foal does not support.
  public init(bytes: [UInt8]) throws(SafetensorsError) {
    guard bytes.count >= 8 else { throw .tooShort(byteCount: bytes.count) }
    let length = UInt64(littleEndianBytes: bytes, at: 0)
    guard length <= Self.headerLimit else { throw .headerTooLong(length: length) }
    let available = bytes.count - 8
    guard length <= UInt64(available) else {
      throw .headerPastEnd(length: length, available: available)
    }
    let dataStart = 8 + Int(length)
    let header = try SafetensorsHeader(parsing: Array(bytes[8..<dataStart]))
    metadata = header.metadata
    entries = [:]
    entries.reserveCapacity(header.tensors.count)

    var expectedStart = 0
    for tensor in header.tensors.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      let datatype = try tensor.checkedDatatype(dataLength: bytes.count - dataStart)
      guard tensor.start == expectedStart else {
        throw .holeOrOverlap(
          expectedStart: expectedStart, found: tensor.start, tensor: tensor.name)
      }
      entries[tensor.name] = Entry(
        shape: tensor.shape,
        values: datatype.floats(
          in: bytes, from: dataStart + tensor.start, to: dataStart + tensor.end))
      expectedStart = tensor.end
    }
    guard dataStart + expectedStart == bytes.count else {
      throw .trailingBytes(count: bytes.count - dataStart - expectedStart)
    }
  }

  /// Returns the file's bytes, every tensor as F32.
  public func bytes() -> [UInt8] {
    precondition(entries["__metadata__"] == nil, "a tensor cannot be named __metadata__")
    let names = entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(jsonString($0.key)):\(jsonString($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var dataLength = 0
    for name in names {
      guard let entry = entries[name] else { continue }
      let end = dataLength + 4 * entry.values.count
      let shape = entry.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(jsonString(name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(dataLength),\(end)]}")
      dataLength = end
    }
    var header = Array("{\(fields.joined(separator: ","))}".utf8)
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: -header.count & 7))

    var result: [UInt8] = []
    result.reserveCapacity(8 + header.count + dataLength)
    result.append(littleEndian: UInt64(header.count))
    result.append(contentsOf: header)
    for name in names {
      for value in entries[name]?.values ?? [] { result.append(littleEndian: value.bitPattern) }
    }
    return result
  }

  /// Reads a file.
  /// - Throws: `SafetensorsError.file` when it cannot be read, otherwise as `init(bytes:)`.
  public init(contentsOf path: String) throws(SafetensorsError) {
    let content: [UInt8]
    do {
      content = try DurableFile.read(path)
    } catch {
      throw .file(path: path, reason: error.description)
    }
    try self.init(bytes: content)
  }

  /// Writes a file so that a crash leaves either the old or the new content, never a part: to a
  /// temporary file in the same folder, flushed to the disk and renamed.
  /// - Throws: `SafetensorsError.file`; the old content is then still there.
  public func write(to path: String) throws(SafetensorsError) {
    do {
      try DurableFile.write(bytes(), to: path)
    } catch {
      throw .file(path: path, reason: error.description)
    }
  }
}

/// Returns the product of the sizes, or nil if it overflows.
func checkedProduct(_ sizes: [Int]) -> Int? {
  var product = 1
  for size in sizes {
    let (value, overflow) = product.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    product = value
  }
  return product
}

/// Returns a JSON string literal.
private func jsonString(_ text: String) -> String {
  var literal = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": literal += "\\\""
    case "\\": literal += "\\\\"
    case "\u{0}"..<"\u{20}":
      let digits = String(scalar.value, radix: 16)
      literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: literal.unicodeScalars.append(scalar)
    }
  }
  return literal + "\""
}

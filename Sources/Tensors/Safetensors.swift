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
    /// The elements, row-major, as a tensor of one axis; whoever takes it shares its memory.
    public let tensor: Tensor

    /// Makes a tensor; `shape` must multiply to the number of values.
    public init(shape: [Int], values: [Float]) {
      self.init(shape: shape, flat: Tensor(values))
    }

    /// Makes an entry of a tensor, whose memory it shares.
    public init(_ tensor: Tensor) {
      self.init(
        shape: tensor.shape.array, flat: tensor.withoutGradient.reshaped(to: Shape(tensor.count)))
    }

    init(shape: [Int], flat: Tensor) {
      precondition(
        shape.allSatisfy { $0 >= 0 } && checkedProduct(shape) == flat.count,
        "shape \(shape) does not hold \(flat.count) values")
      self.shape = shape
      tensor = flat
    }

    /// The elements, row-major, copied.
    public var values: [Float] { tensor.elements }

    public func hash(into hasher: inout Hasher) { hasher.combine(shape) }
  }

  /// The tensors by name. `__metadata__` is not a possible name.
  public var entries: [String: Entry]
  /// Free text by name, kept in the header.
  public var metadata: [String: String]

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
    try self.init(SafetensorsFile(FileInMemory(bytes), named: ""))
  }

  /// Reads all tensors of an open file, in pieces.
  package init(_ file: SafetensorsFile) throws(SafetensorsError) {
    metadata = file.metadata
    entries = [:]
    entries.reserveCapacity(file.shapes.count)
    for (name, shape) in file.shapes {
      var flat = Tensor(ownStorage: Shape(checkedProduct(shape) ?? 0))
      try file.read(name, into: &flat, at: 0)
      entries[name] = Entry(shape: shape, flat: flat)
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
      let end = dataLength + 4 * entry.tensor.count
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
      guard let tensor = entries[name]?.tensor else { continue }
      let values = tensor.span
      for index in values.indices { result.append(littleEndian: values[index].bitPattern) }
    }
    return result
  }

  /// Reads a file, in pieces: no more of it is in memory than its tensors.
  /// - Throws: `SafetensorsError.file` when it cannot be read, otherwise as `init(bytes:)`.
  public init(contentsOf path: String) throws(SafetensorsError) {
    try self.init(SafetensorsFile(contentsOf: path))
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

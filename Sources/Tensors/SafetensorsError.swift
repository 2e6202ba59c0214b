/// A reason why bytes are not a safetensors file that Foal can read, or a file cannot be used.
///
/// Every description is one line, whatever the file holds.
public enum SafetensorsError: Error, Hashable, Sendable {
  /// The file has fewer than the 8 bytes that hold the header's length.
  case tooShort(byteCount: Int)
  /// The header's length is over 100,000,000 bytes.
  case headerTooLong(length: UInt64)
  /// The header reaches past the end of the file.
  case headerPastEnd(length: UInt64, available: Int)
  /// The header is not UTF-8.
  case headerNotUTF8
  /// The header is not a JSON object of the form that the format asks for.
  case malformedHeader(offset: Int, reason: String)
  /// Two tensors, two metadata entries or two fields of a tensor have one name.
  case duplicateName(String)
  /// A shape or an offset is negative, fractional or over 2⁶³ - 1.
  case badNumber(offset: Int)
  /// A tensor lacks one of `dtype`, `shape` and `data_offsets`.
  case missingField(String, tensor: String)
  /// The tensor's datatype is unknown or has no conversion to `Float`.
  case unsupportedDatatype(String, tensor: String)
  /// The tensor's size in bytes is over 2⁶³ - 1.
  case sizeOverflow(tensor: String)
  /// The tensor's end lies before its start, or past the end of the data.
  case badOffsets(start: Int, end: Int, dataLength: Int, tensor: String)
  /// The tensor's offsets and its shape disagree.
  case sizeMismatch(expected: Int, found: Int, tensor: String)
  /// The tensor does not start where the one before it ends.
  case holeOrOverlap(expectedStart: Int, found: Int, tensor: String)
  /// The file goes on after its last tensor.
  case trailingBytes(count: Int)
  /// The operating system refused to read or write the file.
  case file(path: String, reason: String)
}

extension SafetensorsError: CustomStringConvertible {
  /// Says in one line what is wrong.
  public var description: String {
    switch self {
    case .tooShort(let byteCount):
      "not a safetensors file: \(byteCount) bytes, at least 8 are needed"
    case .headerTooLong(let length):
      "not a safetensors file: header of \(length) bytes is over the limit of 100000000"
    case .headerPastEnd(let length, let available):
      "safetensors file is cut short: header of \(length) bytes, \(available) are there"
    case .headerNotUTF8:
      "safetensors header is not UTF-8"
    case .malformedHeader(let offset, let reason):
      "safetensors header is malformed at byte \(offset): \(reason)"
    case .duplicateName(let name):
      "safetensors header has \(quoted(name)) twice"
    case .badNumber(let offset):
      "safetensors header has a number that is not in 0...2^63-1 at byte \(offset)"
    case .missingField(let field, let tensor):
      "tensor \(quoted(tensor)) has no \(field)"
    case .unsupportedDatatype(let datatype, let tensor):
      "tensor \(quoted(tensor)): dtype \(quoted(datatype)) is not supported"
    case .sizeOverflow(let tensor):
      "tensor \(quoted(tensor)): its size overflows"
    case .badOffsets(let start, let end, let dataLength, let tensor):
      "tensor \(quoted(tensor)): offsets \(start)..<\(end) do not lie in \(dataLength) bytes of data"
    case .sizeMismatch(let expected, let found, let tensor):
      "tensor \(quoted(tensor)): its shape needs \(expected) bytes, its offsets hold \(found)"
    case .holeOrOverlap(let expectedStart, let found, let tensor):
      "tensor \(quoted(tensor)) starts at \(found), the one before it ends at \(expectedStart)"
    case .trailingBytes(let count):
      "safetensors file has \(count) bytes after its last tensor"
    case .file(let path, let reason):
      "\(quoted(path)): \(reason)"
    }
  }
}

/// Returns a name in quotation marks with control characters escaped, cut at 80 characters.
private func quoted(_ name: String) -> String {
  let shown = String(name.prefix(80)).debugDescription
  return name.count > 80 ? shown + "…" : shown
}

package import Files

/// A safetensors file whose header was read; its tensors are read when they are asked for, in pieces,
/// to where they are wanted.
public struct SafetensorsFile: Sendable {
  /// Free text by name.
  public let metadata: [String: String]
  /// The shapes of the tensors by name.
  public let shapes: [String: [Int]]
  private let source: any ReadableFile
  private let path: String
  private let places: [String: Place]

  /// Where a tensor lies in the file.
  private struct Place: Sendable {
    var datatype: SafetensorsDatatype
    var bytes: Range<Int>
  }

  /// The largest header that is read, in bytes.
  static let headerLimit: UInt64 = 100_000_000

  /// Opens a file and reads its header.
  /// - Throws: `SafetensorsError.file` when it cannot be read, otherwise the first thing that the
  ///   format forbids or that Foal does not support.
  public init(contentsOf path: String) throws(SafetensorsError) {
    let source: any ReadableFile
    do {
      source = try SystemFiles().open(path)
    } catch {
      throw .file(path: path, reason: error.description)
    }
    try self.init(source, named: path)
  }

  /// Reads the header of an open file.
  /// - Parameter path: the file's path, for messages.
  package init(_ source: any ReadableFile, named path: String) throws(SafetensorsError) {
    self.source = source
    self.path = path
    guard source.byteCount >= 8 else { throw .tooShort(byteCount: source.byteCount) }
    let length = UInt64(
      littleEndianBytes: try Self.bytes(0..<8, of: source, named: path), at: 0)
    guard length <= Self.headerLimit else { throw .headerTooLong(length: length) }
    let available = source.byteCount - 8
    guard length <= UInt64(available) else {
      throw .headerPastEnd(length: length, available: available)
    }
    let start = 8 + Int(length)
    let header = try SafetensorsHeader(
      parsing: try Self.bytes(8..<start, of: source, named: path))
    metadata = header.metadata
    (shapes, places) = try Self.places(of: header, in: start..<source.byteCount)
  }

  /// Checks that the tensors fill the data without gaps.
  private static func places(
    of header: SafetensorsHeader, in data: Range<Int>
  ) throws(SafetensorsError) -> ([String: [Int]], [String: Place]) {
    var shapes: [String: [Int]] = [:]
    var places: [String: Place] = [:]
    var expectedStart = 0
    for tensor in header.tensors.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      let datatype = try tensor.checkedDatatype(dataLength: data.count)
      guard tensor.start == expectedStart else {
        throw .holeOrOverlap(
          expectedStart: expectedStart, found: tensor.start, tensor: tensor.name)
      }
      guard (tensor.end - tensor.start) / datatype.byteCount <= Int32.max else {
        throw .sizeOverflow(tensor: tensor.name)
      }
      shapes[tensor.name] = tensor.shape
      places[tensor.name] = Place(
        datatype: datatype,
        bytes: data.lowerBound + tensor.start..<data.lowerBound + tensor.end)
      expectedStart = tensor.end
    }
    guard expectedStart == data.count else {
      throw .trailingBytes(count: data.count - expectedStart)
    }
    return (shapes, places)
  }

  private static func bytes(
    _ range: Range<Int>, of source: any ReadableFile, named path: String
  ) throws(SafetensorsError) -> [UInt8] {
    do {
      return try source.bytes(at: range.lowerBound, count: range.count)
    } catch {
      throw .file(path: path, reason: error.description)
    }
  }

  /// Reads a tensor of the file into another, from a position on.
  /// - Parameters:
  ///   - name: the name of a tensor that the file has.
  ///   - target: a tensor that nobody else holds; it must have room for all elements.
  package func read(
    _ name: String, into target: inout Tensor, at start: Int
  ) throws(SafetensorsError) {
    guard let place = places[name] else { preconditionFailure("no tensor \(name) in the file") }
    let size = place.datatype.byteCount
    precondition(
      start + place.bytes.count / size <= target.count,
      "\(name) does not fit into \(target.count) elements from \(start) on")
    do {
      // A piece is a multiple of 8 bytes, the size of the largest element.
      try source.forEachPiece(of: place.bytes) { position, bytes in
        target.withMutableSpan { elements in
          place.datatype.write(
            bytes, to: &elements, at: start + (position - place.bytes.lowerBound) / size)
        }
      }
    } catch {
      throw .file(path: path, reason: error.description)
    }
  }
}

/// A file that is read in pieces at any place, so that no more of it is in memory than is wanted.
package protocol ReadableFile: Sendable {
  /// The number of bytes when the file was opened.
  var byteCount: Int { get }
  /// Reads bytes from a place on.
  /// - Throws: `FileFailure` if the file does not have as many.
  func bytes(at start: Int, count: Int) throws(FileFailure) -> [UInt8]
}

extension ReadableFile {
  /// The largest piece that a file is read in.
  package static var pieceSize: Int { 1 << 20 }

  /// Reads part of the file, piece by piece.
  package func forEachPiece(
    of range: Range<Int>, _ body: (_ start: Int, _ bytes: [UInt8]) -> Void
  ) throws(FileFailure) {
    var start = range.lowerBound
    while start < range.upperBound {
      let count = min(Self.pieceSize, range.upperBound - start)
      body(start, try bytes(at: start, count: count))
      start += count
    }
  }
}

/// A file's content that is in memory already.
package struct FileInMemory: ReadableFile {
  private let content: [UInt8]

  package init(_ content: [UInt8]) { self.content = content }

  package var byteCount: Int { content.count }

  package func bytes(at start: Int, count: Int) throws(FileFailure) -> [UInt8] {
    guard start >= 0, count >= 0, start <= content.count - count else {
      throw FileFailure("it has \(content.count) bytes, \(start + count) were looked for")
    }
    return Array(content[start..<start + count])
  }
}

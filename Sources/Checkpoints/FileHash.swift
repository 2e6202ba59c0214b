internal import Checksums
package import Files

/// The length and the hash of a file, taken in pieces.
package struct FileHash: Sendable, Hashable {
  package let byteCount: Int
  /// The SHA-256 in hexadecimal digits.
  package let sha256: String

  /// Reads a file of the machine.
  package init(contentsOf path: String) throws(FileFailure) {
    try self.init(SystemFiles().open(path))
  }

  /// Reads an open file.
  package init(_ file: any ReadableFile) throws(FileFailure) {
    var hash = SHA256()
    try file.forEachPiece(of: 0..<file.byteCount) { hash.update($1) }
    byteCount = file.byteCount
    sha256 = hash.finish()
  }
}

internal import Checksums
internal import Foundation

/// What a checkpoint's folder must hold: the list by which any damage is found.
struct Manifest: Hashable, Codable {
  /// The version of the format that this Foal writes, and the newest that it reads.
  static let currentVersion = 1
  /// The largest manifest that is read, in bytes.
  static let byteLimit = 1 << 20
  static let fileName = "manifest.json"

  /// A file and its content's length and hash.
  struct File: Hashable, Codable {
    var name: String
    var byteCount: Int
    var sha256: String

    init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      byteCount = bytes.count
      sha256 = SHA256.hex(of: bytes)
    }
  }

  var formatVersion = Manifest.currentVersion
  var foalVersion: String
  var environmentStep: Int
  var notes: [String: String]
  var files: [File]
  /// The hash of the manifest with this left empty, so that it too can be checked.
  var sha256 = ""

  /// The manifest's one text.
  var bytes: [UInt8] {
    var sealed = self
    sealed.sha256 = ""
    sealed.sha256 = SHA256.hex(of: sealed.text)
    return sealed.text
  }

  private var text: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("a manifest is made of strings and integers, which can be encoded")
    }
    return [UInt8](data)
  }

  private struct Version: Decodable {
    var formatVersion: Int
  }

  /// Reads a manifest's bytes.
  /// - Parameter path: the checkpoint's folder, for messages.
  init(reading bytes: [UInt8], of path: String) throws(CheckpointError) {
    let data = Data(bytes)
    let decoder = JSONDecoder()
    guard let manifest = try? decoder.decode(Manifest.self, from: data) else {
      if let version = try? decoder.decode(Version.self, from: data),
        version.formatVersion > Manifest.currentVersion
      {
        throw .madeByNewerVersion(path: path)
      }
      throw .damaged(path: path, reason: "its manifest cannot be read")
    }
    // There is one text for each content: any other differs from what was written.
    guard manifest.bytes == bytes else {
      throw .damaged(path: path, reason: "its manifest is not as it was written")
    }
    guard manifest.formatVersion <= Manifest.currentVersion else {
      throw .madeByNewerVersion(path: path)
    }
    self = manifest
  }

  init(
    foalVersion: String, environmentStep: Int, notes: [String: String], files: [File]
  ) {
    self.foalVersion = foalVersion
    self.environmentStep = environmentStep
    self.notes = notes
    self.files = files
  }
}

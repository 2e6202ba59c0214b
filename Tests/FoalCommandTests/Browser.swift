import Foundation
import Testing

/// Debian's Chromium without a window, to look at pages as a reader's browser does.
enum Browser {
  /// Why there is no browser here.
  static let absence: Comment = "Chromium is not installed: apt-get install chromium"

  /// Where it is; nil if it is not installed.
  static let path: String? = ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
    .first(where: FileManager.default.isExecutableFile)

  /// Looks at a page and returns what the browser prints: the document, and what it complains of.
  static func run(_ flags: [String], _ page: URL) throws -> (output: String, complaints: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    let profile = FileManager.default.temporaryDirectory.appending(
      path: "foal-browser-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: profile) }
    process.arguments =
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--disable-dev-shm-usage", "--enable-logging=stderr", "--v=0",
        "--user-data-dir=\(profile.path)",
      ] + flags + [page.absoluteString]
    let folder = page.deletingLastPathComponent()
    let files = ["out", "err"].map { folder.appending(path: "\(UUID().uuidString).\($0)") }
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return (texts[0], texts[1])
  }

  /// The messages that a page wrote to the browser's console.
  static func consoleMessages(in complaints: String) -> [String] {
    complaints.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init)
  }
}

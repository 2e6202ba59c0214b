internal import Foundation

/// One of the process's two streams for writing, and what is known about it.
package enum StandardStream: Sendable {
  /// Standard output: results.
  case output
  /// Standard error: progress, logs and failures.
  case error

  private var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }

  /// Tells whether a person reads the stream directly.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Tells whether the terminal knows no control codes, as `TERM=dumb` says.
  package var isDumb: Bool { ProcessInfo.processInfo.environment["TERM"] == "dumb" }

  /// The colour and weight that the stream may show.
  package var style: Style {
    Style(isTerminal: isTerminal, environment: ProcessInfo.processInfo.environment)
  }

  /// The stream's width in columns: the terminal's own, else `COLUMNS`, else 80.
  package var columns: Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    let stated = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 80
    return stated > 0 ? stated : 80
  }

  /// The stream's height in rows: the terminal's own, else 24.
  package var rows: Int {
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0
    return isKnown ? Int(size.ws_row) : 24
  }

  /// Writes all of the text.
  /// - Throws: `CommandFailure` when the stream does not take it, as a full disk does not.
  package func write(_ text: String) throws(CommandFailure) {
    try write(Data(text.utf8))
  }

  /// Writes all of the bytes.
  /// - Throws: `CommandFailure` when the stream does not take them.
  func write(_ bytes: Data) throws(CommandFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        let name = self == .output ? "output" : "error"
        throw CommandFailure(
          "cannot write to standard \(name): \(String(cString: strerror(errno)))")
      }
    }
  }
}

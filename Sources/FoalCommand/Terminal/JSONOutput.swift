internal import Foundation

/// Writes one value as one line of JSON, keys sorted, numbers that JSON cannot hold as `null`.
package enum JSONOutput {
  /// Writes the value to standard output.
  /// - Throws: `CommandFailure` when standard output does not take it.
  package static func write(_ value: some Encodable) throws(CommandFailure) {
    try StandardStream.output.write(try text(of: value))
  }

  /// Encodes the value as a line of JSON.
  package static func text(of value: some Encodable) throws(CommandFailure) -> String {
    // The encoder can write infinities and NaN only as strings: a string that no value holds stands
    // for them, and is then replaced, quotes included.
    let mark = "not finite \(UUID().uuidString)"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: mark, negativeInfinity: mark, nan: mark)
    do {
      let text = String(decoding: try encoder.encode(value), as: UTF8.self)
      return text.replacingOccurrences(of: "\"\(mark)\"", with: "null") + "\n"
    } catch {
      throw CommandFailure("cannot write the result as JSON: \(error)")
    }
  }
}

internal import Foundation

/// Dates as the store holds them: `2026-11-21T12:05:07.123Z`, which sorts as text.
enum Timestamp {
  private static let seconds = Date.ISO8601FormatStyle()

  /// Writes a date to the millisecond.
  static func text(_ date: Date) -> String {
    // Whole seconds are formatted alone: a formatter may cut 0.123, as a Double, to 0.122.
    let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
    let (second, part) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    let whole = part < 0 ? second - 1 : second
    let rest = "\(part < 0 ? part + 1000 : part)"
    let text = seconds.format(Date(timeIntervalSince1970: Double(whole)))
    return text.dropLast() + "." + String(repeating: "0", count: 3 - rest.count) + rest + "Z"
  }

  /// Reads a date that `text` wrote; nil if it is none.
  static func date(_ text: String) -> Date? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].count == 4, parts[1].last == "Z",
      let milliseconds = Int(parts[1].dropLast()), milliseconds >= 0,
      let whole = try? seconds.parse("\(parts[0])Z")
    else { return nil }
    let total = whole.timeIntervalSince1970 * 1000 + Double(milliseconds)
    return Date(timeIntervalSince1970: total / 1000)
  }
}

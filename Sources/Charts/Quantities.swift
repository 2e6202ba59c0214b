/// How the tool writes counts, rates and times.
package enum Quantities {
  /// Writes a count with its thousands apart: `1,250,000`.
  package static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// Writes a number in three digits and a power of a thousand: `52.1k`, `1.25M`.
  package static func short(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    var scaled = value.magnitude
    var suffix = ""
    // 999.5 would be written as 1000: it belongs to the next power.
    for next in ["k", "M", "G", "T"] where scaled >= 999.5 {
      scaled /= 1000
      suffix = next
    }
    let decimals =
      scaled >= 99.95 || scaled == scaled.rounded() && suffix.isEmpty
      ? 0 : scaled >= 9.995 ? 1 : 2
    return (value < 0 ? "-" : "") + fixed(scaled, decimals: decimals) + suffix
  }

  /// Writes a number in three digits or, if it has more before the point, in all of those: `9.8`,
  /// `0.0312`, `475`.
  package static func significant(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
    var decimals = 2
    var bound = 10.0
    while decimals > 0, value.magnitude >= bound { (decimals, bound) = (decimals - 1, bound * 10) }
    bound = 1
    while decimals < 6, value != 0, value.magnitude < bound {
      (decimals, bound) = (decimals + 1, bound / 10)
    }
    var text = fixed(value, decimals: decimals)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// Writes a return in as many decimals as its size calls for: `187`, `-12`, `4.2`, `0.31`.
  package static func shortReturn(_ value: Double) -> String {
    if value == 0 { return "0" }
    return fixed(value, decimals: value.magnitude >= 9.95 ? 0 : value.magnitude >= 0.995 ? 1 : 2)
  }

  /// Writes a value and its interval: `187 [175, 199]`.
  package static func interval(_ value: Double, _ low: Double, _ high: Double) -> String {
    "\(shortReturn(value)) [\(shortReturn(low)), \(shortReturn(high))]"
  }

  /// Writes a time: `8 s`, `2:05`, `1:02:05`.
  package static func time(_ duration: Duration) -> String {
    let seconds = max(0, Int((duration / .seconds(1)).rounded()))
    let padded = { (value: Int) in (value < 10 ? "0" : "") + String(value) }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60):\(padded(seconds % 60))" }
    return "\(seconds / 3600):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
  }

  /// Writes a number with a fixed count of decimals: `0.50`.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "-" }
    var power = 1
    for _ in 0..<min(12, decimals) { power *= 10 }
    guard value.magnitude < 1e18 / Double(power) else { return "\(value)" }
    let scaled = Int((value.magnitude * Double(power)).rounded())
    var fraction = String(scaled % power)
    while fraction.count < min(12, decimals) { fraction = "0" + fraction }
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return sign + String(scaled / power) + (decimals > 0 ? "." + fraction : "")
  }
}

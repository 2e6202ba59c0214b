internal import Foundation

extension Quantities {
  /// Writes the round numbers along an axis, all with as many decimals as the step between them
  /// needs: thousands as `k`, millions as `M`, very small numbers as `2e-8`.
  static func ticks(_ ticks: [Double], step: Double) -> [String] {
    let largest = ticks.map(\.magnitude).max() ?? 0
    if largest >= 1e15 || step < 0.99e-4 { return ticks.map { scientific($0, step: step) } }
    if largest >= 10_000 { return ticks.map { short($0, step: step) } }
    let decimals = max(0, Int((-log10(step) + 0.99).rounded(.down)))
    return ticks.map { fixed($0, decimals: decimals) }
  }

  /// Writes a round number by itself: `0.02`, `500`, `20k`, `1e-8`.
  static func tick(_ value: Double) -> String {
    let size = value.magnitude
    if size == 0 { return "0" }
    if size >= 1e15 || size < 1e-4 { return scientific(value, step: size / 10) }
    return size >= 10_000 ? short(value, step: size / 10) : significant(value)
  }

  /// Writes a large number by a power of a thousand, with the decimals that the step needs.
  private static func short(_ value: Double, step: Double) -> String {
    if value == 0 { return "0" }
    let powers: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M")]
    let (power, suffix) = powers.first { value.magnitude >= $0.0 } ?? (1e3, "k")
    let scaled = value / power
    for decimals in 0...3 {
      let text = fixed(scaled, decimals: decimals)
      if let read = Double(text), (read - scaled).magnitude < step / power / 100 {
        return text + suffix
      }
    }
    return fixed(scaled, decimals: 3) + suffix
  }

  /// Writes a number by a power of ten, with the digits that the step needs.
  private static func scientific(_ value: Double, step: Double) -> String {
    // Powers of ten beyond these have no inverse.
    if value.magnitude < 1e-300 { return "0" }
    var exponent = log10(value.magnitude).rounded(.down)
    var mantissa = value / pow(10, exponent)
    if mantissa.magnitude >= 9.9995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    let digits = Int(min(3, max(0, (exponent - log10(step)).rounded(.up))))
    var text = fixed(mantissa, decimals: digits)
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return "\(text)e\(Int(exponent))"
  }
}

extension Quantities {
  /// Writes a number as a reader wants it in a sentence: three digits, large ones by their power of
  /// a thousand: `2.1M`, `491`, `0.031`.
  package static func readable(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    if value.magnitude >= 1e15 || (value != 0 && value.magnitude < 1e-4) {
      return scientific(value, step: value.magnitude / 100)
    }
    guard value.magnitude >= 10_000 else { return significant(value) }
    var text = short(value)
    let suffix = text.popLast().map(String.init) ?? ""
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text + suffix
  }
}

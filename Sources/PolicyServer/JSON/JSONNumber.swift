/// The numbers of JSON: `-12`, `0.5`, `1e-3`.
enum JSONNumber {
  /// The powers of ten that a `Double` holds exactly.
  private static let powers: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  /// Reads a number, exactly as `Double` would, and moves the position behind it.
  static func read(_ bytes: [UInt8], _ position: inout Int) throws(APIError) -> Double {
    let start = position
    var parts = Parts()
    parts.isNegative = take(UInt8(ascii: "-"), bytes, &position)
    let first = position
    parts.readDigits(bytes, &position, counting: 0)
    var isSound = position > first && !(bytes[first] == UInt8(ascii: "0") && position > first + 1)
    if isSound, take(UInt8(ascii: "."), bytes, &position) {
      let first = position
      parts.readDigits(bytes, &position, counting: -1)
      isSound = position > first
    }
    if isSound,
      take(UInt8(ascii: "e"), bytes, &position) || take(UInt8(ascii: "E"), bytes, &position)
    {
      let isNegative = take(UInt8(ascii: "-"), bytes, &position)
      if !isNegative { _ = take(UInt8(ascii: "+"), bytes, &position) }
      let first = position
      parts.readExponent(bytes, &position, isNegative)
      isSound = position > first
    }
    guard isSound else {
      throw APIError(400, "the body is not JSON: no number at byte \(start + 1)")
    }
    if let value = parts.exactValue(powers) { return value }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw APIError(400, "\(text.prefix(40)) is too large a number")
    }
    return value
  }

  private static func take(_ wanted: UInt8, _ bytes: [UInt8], _ position: inout Int) -> Bool {
    guard position < bytes.count, bytes[position] == wanted else { return false }
    position += 1
    return true
  }

  /// A number's digits as one integer, and the power of ten that it is to be multiplied with.
  private struct Parts {
    var isNegative = false
    private var digits: UInt64 = 0
    private var exponent = 0
    private var isExact = true

    mutating func readDigits(_ bytes: [UInt8], _ position: inout Int, counting step: Int) {
      while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
        if digits < 100_000_000_000_000 {
          digits = digits * 10 + UInt64(bytes[position] - 0x30)
          exponent += step
        } else {
          isExact = false
        }
        position += 1
      }
    }

    mutating func readExponent(_ bytes: [UInt8], _ position: inout Int, _ isNegative: Bool) {
      var value = 0
      while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
        if value < 10_000 { value = value * 10 + Int(bytes[position] - 0x30) }
        position += 1
      }
      exponent += isNegative ? -value : value
    }

    /// The value, where one division or multiplication of exact numbers gives it; nil elsewhere.
    func exactValue(_ powers: [Double]) -> Double? {
      guard isExact, abs(exponent) < powers.count else { return nil }
      let whole = Double(digits)
      let value = exponent < 0 ? whole / powers[-exponent] : whole * powers[exponent]
      return isNegative ? -value : value
    }
  }
}

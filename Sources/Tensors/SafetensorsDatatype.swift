/// The element types of a safetensors file that convert to `Float`.
enum SafetensorsDatatype: String {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"

  /// The size of an element in bytes.
  var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Converts elements' bytes and writes them from a position on.
  func write(_ bytes: [UInt8], to elements: inout MutableSpan<Float>, at start: Int) {
    func convert<Bits: FixedWidthInteger & UnsignedInteger>(_ value: (Bits) -> Float) {
      for index in 0..<bytes.count / byteCount {
        elements[start + index] = value(Bits(littleEndianBytes: bytes, at: index * byteCount))
      }
    }
    switch self {
    case .float64: convert { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .float32: convert { (bits: UInt32) in Float(bitPattern: bits) }
    case .float16: convert { (bits: UInt16) in Float(halfBits: bits) }
    case .bfloat16: convert { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .int64: convert { (bits: UInt64) in Float(Int64(bitPattern: bits)) }
    case .int32: convert { (bits: UInt32) in Float(Int32(bitPattern: bits)) }
    case .int16: convert { (bits: UInt16) in Float(Int16(bitPattern: bits)) }
    case .int8: convert { (bits: UInt8) in Float(Int8(bitPattern: bits)) }
    case .uint64: convert { (bits: UInt64) in Float(bits) }
    case .uint32: convert { (bits: UInt32) in Float(bits) }
    case .uint16: convert { (bits: UInt16) in Float(bits) }
    case .uint8: convert { (bits: UInt8) in Float(bits) }
    case .bool: convert { (bits: UInt8) in bits == 0 ? 0 : 1 }
    }
  }
}

extension Float {
  /// Makes the value of an IEEE 754 half-precision pattern. `Float16` is missing on some platforms.
  init(halfBits bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1f
    let fraction = UInt32(bits & 0x3ff)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      self = sign == 0 ? magnitude : -magnitude
    case 0x1f: self.init(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// Reads a little-endian integer that starts at an offset.
  @inline(__always)
  init(littleEndianBytes bytes: [UInt8], at offset: Int) {
    var value: Self = 0
    for index in 0..<(Self.bitWidth / 8) {
      value |= Self(truncatingIfNeeded: bytes[offset + index]) << (8 * index)
    }
    self = value
  }
}

extension [UInt8] {
  /// Appends an integer's bytes, the least significant first.
  @inline(__always)
  mutating func append(littleEndian value: some FixedWidthInteger) {
    for index in 0..<(value.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: value >> (8 * index)))
    }
  }
}

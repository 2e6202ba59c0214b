/// Computes CRC-32C (Castagnoli), the checksum that frames records in event files.
///
/// Source: RFC 3720, appendix B.4, whose vectors the tests hold.
public enum CRC32C {
  /// The remainders of every byte; the polynomial is 0x1EDC6F41, its bits reversed.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in
      rest & 1 == 1 ? rest >> 1 ^ 0x82F6_3B78 : rest >> 1
    }
  }

  /// Computes the checksum of bytes.
  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { rest, byte in
      rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)]
    }
  }
}

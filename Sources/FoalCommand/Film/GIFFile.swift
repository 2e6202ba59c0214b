/// An animated picture in the Graphics Interchange Format, version 89a.
///
/// Source: CompuServe (1990), "Graphics Interchange Format, version 89a".
struct GIFFile: Sendable {
  /// Bits for a dot: the palette has at most 16 colours.
  private static let bits = 4
  private(set) var bytes: [UInt8]

  /// Begins a film of pictures of a size, which is repeated without end.
  init(width: Int, height: Int) {
    bytes = Array("GIF89a".utf8)
    append(width)
    append(height)
    // A palette for all pictures; the ground is colour 0.
    bytes += [0x80 | UInt8(GIFFile.bits - 1), 0, 0] as [UInt8]
    for index in 0..<1 << GIFFile.bits {
      let shade = Bitmap.palette[min(index, Bitmap.palette.count - 1)]
      bytes += [shade.red, shade.green, shade.blue] as [UInt8]
    }
    // The film begins again, without end.
    bytes += [0x21, 0xff, 11]
    bytes += Array("NETSCAPE2.0".utf8)
    bytes += [3, 1, 0, 0, 0]
  }

  /// Adds a picture.
  /// - Parameter hundredths: how long it is shown, in hundredths of a second.
  mutating func append(_ picture: Bitmap, hundredths: Int) {
    bytes += [0x21, 0xf9, 4, 0]
    append(hundredths)
    bytes += [0, 0, 0x2c, 0, 0, 0, 0]
    append(picture.width)
    append(picture.height)
    bytes += [0, UInt8(GIFFile.bits)]
    let packed = GIFFile.compress(picture.dots)
    for start in stride(from: 0, to: packed.count, by: 255) {
      let block = packed[start..<min(start + 255, packed.count)]
      bytes.append(UInt8(block.count))
      bytes += block
    }
    bytes.append(0)
  }

  /// Ends the film.
  mutating func finish() { bytes.append(0x3b) }

  private mutating func append(_ number: Int) {
    bytes += [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
  }

  /// Lempel, Ziv and Welch's compression with codes of 5 to 12 bits.
  private static func compress(_ dots: [UInt8]) -> [UInt8] {
    let (clear, end) = (1 << bits, 1 << bits + 1)
    var packed: [UInt8] = []
    var (pool, filled) = (0, 0)
    var size = bits + 1
    func put(_ code: Int) {
      pool |= code << filled
      filled += size
      while filled >= 8 {
        packed.append(UInt8(truncatingIfNeeded: pool))
        pool >>= 8
        filled -= 8
      }
    }
    // The code of a string and one more dot; 0 for none.
    var table = Array(repeating: UInt16(0), count: 4096 << bits)
    var next = end + 1
    put(clear)
    var current = Int(dots.first ?? 0)
    for dot in dots.dropFirst() {
      let key = current << bits | Int(dot)
      if table[key] != 0 {
        current = Int(table[key])
        continue
      }
      put(current)
      if next < 4096 {
        table[key] = UInt16(next)
        if next == 1 << size { size += 1 }
        next += 1
      } else {
        put(clear)
        for index in table.indices { table[index] = 0 }
        (size, next) = (bits + 1, end + 1)
      }
      current = Int(dot)
    }
    put(current)
    // A reader has one entry more by now.
    if next == 1 << size, size < 12 { size += 1 }
    put(end)
    if filled > 0 { packed.append(UInt8(truncatingIfNeeded: pool)) }
    return packed
  }
}

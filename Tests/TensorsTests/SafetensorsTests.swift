import Foundation
import Tensors
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
  /// A file of one header text and its data, with a correct length in front.
  static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
    let length = UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header.utf8 + data
  }

  static func failure(_ bytes: [UInt8]) -> SafetensorsError? {
    do {
      _ = try Safetensors(bytes: bytes)
      return nil
    } catch {
      return error
    }
  }

  static let small = Safetensors(
    entries: ["w": .init(shape: [1, 2], values: [1, -2]), "b": .init(shape: [], values: [0.5])],
    metadata: ["k": "v\n"])

  @Test("a small file has these bytes")
  func literalBytes() throws {
    let header =
      #"{"__metadata__":{"k":"v\u000a"},"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"#
      + #""w":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}    "#
    #expect(header.utf8.count % 8 == 0)
    let data: [UInt8] = [0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]
    #expect(Self.small.bytes() == Self.file(header, data: data))
    #expect(try Safetensors(bytes: Self.small.bytes()) == Self.small)
  }

  @Test("nothing but a header is a file")
  func emptyFile() throws {
    let bytes: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d, 32, 32, 32, 32, 32, 32]
    #expect(Safetensors().bytes() == bytes)
    #expect(try Safetensors(bytes: bytes) == Safetensors())
  }

  @Test("what is written is read back bit for bit")
  func roundTrip() throws {
    var random = RandomStream(seed: 3)
    let patterns =
      [0x7fc0_1234, 0xff80_0000, 1, 0x8000_0000]
      + (0..<60).map { _ in
        random.nextWord()
      }
    let written = Safetensors(
      entries: [
        "torso/0.weight": .init(shape: [4, 16], values: patterns.map(Float.init(bitPattern:))),
        "": .init(shape: [3, 0, 2], values: []),
        "é \"\\/\u{1}\u{1F40E}": .init(shape: [1], values: [3]),
      ], metadata: ["": "", "a": "{\"nested\": [1]}"])
    let read = try Safetensors(bytes: written.bytes())
    #expect(read.metadata == written.metadata)
    #expect(read.entries.keys == written.entries.keys)
    #expect(read.entries["torso/0.weight"]?.values.map(\.bitPattern) == patterns)
    #expect(read.entries[""]?.shape == [3, 0, 2])
    #expect(read.bytes() == written.bytes())
  }

  @Test("a file of the reference implementation is read")
  func referenceFile() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "reference", withExtension: "safetensors", subdirectory: "Fixtures"))
    let file = try Safetensors(contentsOf: url.path)
    #expect(file.metadata == ["writer": "reference", "note": "a \"b\"\né"])
    let expected: [String: ([Int], [Float])] = [
      "weight": ([2, 3], [0.5, -1.25, 3e38, .leastNonzeroMagnitude, -0.0, 7]),
      "scalar": ([], [42]),
      "empty": ([0, 4], []),
      "double": ([2], [0.1, -.infinity]),
      "half": ([5], [1.5, -0x1p-24, 65504, .infinity, -0.0]),
      "long": ([2], [-0x1p40, 3]),
      "int": ([2], [-7, 0x1p31]),
      "byte": ([3], [0, 128, 255]),
      "flag": ([2], [0, 1]),
      "quote\"\né": ([1], [1]),
    ]
    #expect(file.entries.count == expected.count)
    for (name, (shape, values)) in expected {
      let entry = try #require(file.entries[name])
      #expect(entry.shape == shape)
      #expect(entry.values.map(\.bitPattern) == values.map(\.bitPattern), "\(name)")
    }
  }

  @Test(
    "small datatypes are converted",
    arguments: [
      ("BF16", [0xc0, 0x3f, 0x28, 0xc2], [1.5, -42]),
      ("F16", [0x00, 0x3c, 0xff, 0x83], [1, -0x3ffp-24]),
      ("I16", [0xff, 0xff, 0, 1], [-1, 256]),
      ("U16", [0xff, 0xff, 0, 1], [65535, 256]),
      ("I8", [0x80, 1], [-128, 1]),
      ("U32", [0, 0, 0, 0x80, 1, 0, 0, 0], [0x1p31, 1]),
      ("U64", [0, 0, 0, 0, 0, 0, 0, 0x80, 1, 0, 0, 0, 0, 0, 0, 0], [0x1p63, 1]),
    ] as [(String, [UInt8], [Float])])
  func datatypes(datatype: String, data: [UInt8], expected: [Float]) throws {
    let header =
      "{\"a\":{\"dtype\":\"\(datatype)\",\"shape\":[2],\"data_offsets\":[0,\(data.count)]}}"
    let file = try Safetensors(bytes: Self.file(header, data: data))
    #expect(file.entries["a"]?.values == expected)
  }

  /// A header, the data's length, and a part of the error's description.
  static let rejected: [(String, Int, String)] = [
    ("", 0, "no opening brace"),
    ("[]", 0, "no opening brace"),
    (" {}", 0, "no opening brace"),
    ("null", 0, "no opening brace"),
    ("{", 0, "expected \""),
    ("{}x", 0, "after the closing brace"),
    ("{\"a\"}", 0, "expected :"),
    ("{\"a\":3}", 0, "expected {"),
    ("{\"a\":{},}", 0, "has no dtype"),
    ("{\"a\u{1}\":3}", 0, "control character"),
    ("{\"a\\x\":3}", 0, "unknown escape"),
    ("{\"a\\u12g4\":3}", 0, "four hexadecimal digits"),
    ("{\"\\ud800\":3}", 0, "surrogate"),
    ("{\"\\ud800\\u0041\":3}", 0, "surrogate"),
    ("{\"\\udc00\":3}", 0, "surrogate"),
    ("{\"__metadata__\":{\"a\":1}}", 0, "expected \""),
    ("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "\"a\" twice"),
    ("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "\"__metadata__\" twice"),
    (tensor("[1]", "[0,4]") + "!", 4, "after the closing brace"),
    (tensor("[1]", "[0]"), 4, "not two numbers"),
    (tensor("[1]", "[0,4,4]"), 4, "not two numbers"),
    (tensor("1", "[0,4]"), 4, "expected ["),
    (tensor("[\"1\"]", "[0,4]"), 4, "expected a number"),
    (tensor("[-1]", "[0,4]"), 4, "number that is not in 0...2^63-1"),
    (tensor("[1.5]", "[0,4]"), 4, "number that is not in 0...2^63-1"),
    (tensor("[1e0]", "[0,4]"), 4, "number that is not in 0...2^63-1"),
    (tensor("[01]", "[0,4]"), 4, "number that is not in 0...2^63-1"),
    (tensor("[9223372036854775808]", "[0,4]"), 4, "number that is not in 0...2^63-1"),
    (tensor("[1]", "[0,99999999999999999999999]"), 4, "number that is not in 0...2^63-1"),
    (tensor("[9223372036854775807]", "[0,4]"), 4, "size overflows"),
    (tensor("[4294967296,4294967296]", "[0,4]"), 4, "size overflows"),
    (tensor("[2]", "[0,4]"), 4, "shape needs 8 bytes, its offsets hold 4"),
    (tensor("[]", "[0,8]"), 8, "shape needs 4 bytes, its offsets hold 8"),
    (tensor("[1]", "[4,0]"), 4, "offsets 4..<0 do not lie in 4 bytes"),
    (tensor("[2]", "[0,8]"), 4, "offsets 0..<8 do not lie in 4 bytes"),
    (tensor("[1]", "[0,9223372036854775807]"), 4, "do not lie in 4 bytes"),
    (tensor("[1]", "[4,8]"), 8, "starts at 4, the one before it ends at 0"),
    (tensor("[1]", "[0,4]"), 5, "1 bytes after its last tensor"),
    (tensor("[1]", "[0,4]", datatype: "F8_E4M3"), 4, "dtype \"F8_E4M3\" is not supported"),
    (tensor("[1]", "[0,4]", datatype: "f32"), 4, "dtype \"f32\" is not supported"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "has no data_offsets"),
    ("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "has no shape"),
    ("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 4, "\"dtype\" twice"),
    ("{\"a\":{\"more\":1}}", 4, "not part of the format"),
    (both("[0,4]", "[4,8]", second: "a"), 8, "\"a\" twice"),
    (both("[0,4]", "[4,8]", second: "\\u0061"), 8, "\"a\" twice"),
    (both("[0,4]", "[0,4]"), 4, "starts at 0, the one before it ends at 4"),
    (both("[0,4]", "[2,6]"), 6, "starts at 2, the one before it ends at 4"),
    (both("[0,4]", "[5,9]"), 9, "starts at 5, the one before it ends at 4"),
  ]

  static func field(_ name: String, _ shape: String, _ offsets: String, _ datatype: String)
    -> String
  {
    "\"\(name)\":{\"dtype\":\"\(datatype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  static func tensor(_ shape: String, _ offsets: String, datatype: String = "F32") -> String {
    "{\(field("a", shape, offsets, datatype))}"
  }

  static func both(_ first: String, _ last: String, second: String = "b") -> String {
    "{\(field("a", "[1]", first, "F32")), \(field(second, "[1]", last, "F32"))}"
  }

  @Test("what the format forbids is refused in one line", arguments: rejected)
  func rejection(header: String, dataLength: Int, message: String) throws {
    let bytes = Self.file(header, data: [UInt8](repeating: 0, count: dataLength))
    let error = try #require(Self.failure(bytes))
    #expect(error.description.contains(message), "\(error)")
    #expect(error.description.split(whereSeparator: { $0.isNewline }).count == 1)
  }

  @Test("lengths that lie are refused")
  func lengths() {
    for count in 0..<8 {
      #expect(Self.failure([UInt8](repeating: 0, count: count)) == .tooShort(byteCount: count))
    }
    #expect(
      Self.failure([3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]) == .headerPastEnd(length: 3, available: 2))
    #expect(
      Self.failure([0, 0xe1, 0xf5, 5, 0, 0, 0, 0])
        == .headerPastEnd(
          length: 100_000_000, available: 0))
    #expect(
      Self.failure([1, 0xe1, 0xf5, 5, 0, 0, 0, 0]) == .headerTooLong(length: 100_000_001))
    #expect(
      Self.failure([UInt8](repeating: 0xff, count: 8)) == .headerTooLong(length: .max))
    #expect(
      Self.failure([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff]) == .headerNotUTF8)
  }

  @Test("names in a message keep it one short line")
  func namesInMessages() throws {
    let long = String(repeating: "x\\n", count: 5000)
    let error = try #require(Self.failure(Self.file("{\"\(long)\":{}}")))
    #expect(error.description.count < 300)
    #expect(error.description.split(whereSeparator: { $0.isNewline }).count == 1)
  }

  @Test("deep nesting is refused, not followed", arguments: ["{\"a\":", "["])
  func deepNesting(opening: String) {
    let nested = String(repeating: opening, count: 1_000_000)
    #expect(Self.failure(Self.file(nested)) != nil)
    #expect(Self.failure(Self.file("{\"a\":" + nested)) != nil)
    #expect(Self.failure(Self.file("{\"a\":{\"shape\":" + nested)) != nil)
  }

  @Test("every truncation is refused")
  func truncations() {
    let bytes = Self.small.bytes()
    for count in 0..<bytes.count {
      #expect(Self.failure(Array(bytes[..<count])) != nil, "\(count) bytes")
    }
    #expect(Self.failure(bytes + [0]) == .trailingBytes(count: 1))
  }

  @Test("every change of one byte gives an error or values of the right number")
  func changedBytes() {
    let original = Self.small.bytes()
    var accepted = 0
    for index in original.indices {
      for value in UInt8.min...UInt8.max {
        var bytes = original
        bytes[index] = value
        guard let file = try? Safetensors(bytes: bytes) else { continue }
        accepted += 1
        for entry in file.entries.values {
          if entry.shape.reduce(1, *) != entry.values.count { Issue.record("byte \(index)") }
        }
      }
    }
    #expect(accepted > 12 * 256)
  }

  @Test("random bytes behind a length never end the process")
  func randomBytes() {
    var random = RandomStream(seed: 11)
    let alphabet = Array("{}[]\":,\\u0019aef_- metadata dtype F32 shape data_offsets\u{7f}".utf8)
    for _ in 0..<20_000 {
      let body = (0..<random.integer(below: 60)).map { _ in
        alphabet[random.integer(below: alphabet.count)]
      }
      _ = try? Safetensors(bytes: Self.file("{\"" + String(decoding: body, as: UTF8.self)))
    }
  }

  @Test("a file is written whole, replaced whole and read back")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.safetensors").path
    try Safetensors().write(to: path)
    try Self.small.write(to: path)
    #expect(try Safetensors(contentsOf: path) == Self.small)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.safetensors"])

    let absent = folder.appending(path: "absent/a.safetensors").path
    #expect {
      try Self.small.write(to: absent)
    } throws: {
      "\($0)".contains("cannot create a file beside it: No such file")
    }
    #expect {
      try Safetensors(contentsOf: absent)
    } throws: {
      "\($0)".contains("cannot open: No such file")
    }
    #expect {
      try Safetensors(contentsOf: folder.path)
    } throws: {
      "\($0)".contains("cannot read: Is a directory")
    }
    #expect {
      try Self.small.write(to: folder.path)
    } throws: {
      "\($0)".contains("cannot rename")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.safetensors"])
  }
}

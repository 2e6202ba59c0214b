import Foundation
import PolicyServer
import Testing

@Suite("JSONScanner")
struct JSONScannerTests {
  private func error(_ text: String) -> String {
    var scanner = JSONScanner(Array(text.utf8), limits: JSONLimits(depth: 3, elements: 5))
    do throws(APIError) {
      try scanner.skip()
      try scanner.end()
      return ""
    } catch {
      return error.message
    }
  }

  @Test(
    "takes what is JSON",
    arguments: [
      "null", " [1, 2.5e3, -0.1] ", #"{"a":{"b":[true]}}"#, #""\u00e9\n\ud83d\ude00""#, "[]", "{}",
    ])
  func takes(_ text: String) {
    #expect(error(text) == "")
  }

  @Test(
    "refuses what is not",
    arguments: [
      "", "NaN", "[1,]", "{\"a\"}", "[1", "01", "1.", ".5", "1e", "+1", "-", "Infinity", "tru",
      "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"a", "\"\u{1}\"", "[1] 2", "{1:2}", "[1 2]",
      "'a'", "\u{feff}1", "nul", "{\"a\":1,}", "--1", "1e+",
    ])
  func refuses(_ text: String) {
    #expect(error(text).contains("JSON"))
  }

  @Test("refuses text that is no UTF-8")
  func refusesOtherBytes() {
    var scanner = JSONScanner([0x22, 0xff, 0x22])
    #expect(throws: APIError.self) { try scanner.string("it") }
  }

  @Test("refuses what is nested too deep or holds too much")
  func limits() {
    #expect(error("[[[1]]]") == "")
    #expect(error("[[[[1]]]]").contains("nested more than 3"))
    #expect(error("[1,1,1,1]") == "")
    #expect(error("[1,1,1,1,1]").contains("more than 5 values"))
    #expect(error(String(repeating: "[", count: 100_000)).contains("nested"))
  }

  @Test("reads numbers as Double does, to the last bit")
  func numbers() throws {
    var random = SystemRandomNumberGenerator()
    var texts = [
      "0", "-0", "1e22", "1e23", "123456789012345678901234567890", "5e-324", "0.1", "1e-22",
    ]
    texts += (0..<2000).map { _ in "\(Double(bitPattern: random.next() & 0x7fef_ffff_ffff_ffff))" }
    texts += (0..<2000).map { _ in "\(Float.random(in: -1...1))" }
    texts += (0..<2000).map { _ in "\(UInt64.random(in: 0...(1 << 60)))e-\(Int.random(in: 0...30))"
    }
    for text in texts {
      var scanner = JSONScanner(Array(text.utf8))
      let value = try scanner.number("it")
      #expect(value.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
  }

  @Test(
    "refuses numbers that it cannot hold", arguments: ["1e999", "-1e400", "1e99999999999999999999"])
  func hugeNumbers(_ text: String) {
    #expect(error(text).contains("too large"))
  }

  @Test("refuses what a Float cannot hold, and halves where whole numbers are asked for")
  func kinds() {
    #expect(throws: APIError.self) {
      var scanner = JSONScanner(Array("1e39".utf8))
      _ = try scanner.float("it")
    }
    for text in ["0.5", "1e300", "9007199254740994"] {
      #expect(throws: APIError.self) {
        var scanner = JSONScanner(Array(text.utf8))
        _ = try scanner.integer("it")
      }
    }
  }

  @Test("names what was expected and what came")
  func names() throws {
    var scanner = JSONScanner(Array("[1]".utf8))
    let error = #expect(throws: APIError.self) { try scanner.string("goal") }
    #expect(error?.message == "goal: expected a string, got a list")
    #expect(error?.status == 400)
  }
}

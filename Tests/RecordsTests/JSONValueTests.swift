import Foundation
import Records
import Testing

@Suite struct JSONValueTests {
  static let texts: [(JSONValue, String)] = [
    (.null, "null"), (.bool(true), "true"), (-3, "-3"), (.unsigned(.max), "18446744073709551615"),
    (.number(0.1), "0.1"), (.number(1e300), "1e+300"),
    ("a\"\\\n\u{1}é/", #""a\"\\\u000a\u0001é/""#),
    (.array([1, .array([])]), "[1,[]]"),
    // By UTF-8, not by any language's order.
    (.object(["b": 1, "B": 2, "é": 3, "a": .object([:])]), #"{"B":2,"a":{},"b":1,"é":3}"#),
  ]

  @Test(arguments: texts)
  func hasOneTextAndIsReadFromIt(value: JSONValue, text: String) throws {
    #expect(value.canonicalText == text)
    #expect(try JSONValue(parsing: text) == value)
    #expect(try JSONValue(encoding: value) == value)
  }

  private struct Settings: Codable, Equatable {
    var steps = 12
    var rate: Float = 1e-3
    var bound = Double.infinity
    var seed = UInt64.max
    var hidden = [64, 32]
    var nested = ["a": [["b": 1]]]
  }

  @Test func holdsWhatEncodesAndGivesItBack() throws {
    let value = try JSONValue(encoding: Settings())
    #expect(value["rate"] == .number(0.001))
    #expect(value["bound"] == "inf")
    #expect(value["none"] == nil && JSONValue.null["steps"] == nil)
    #expect(try value.decoded(as: Settings.self) == Settings())
  }

  @Test func namesItsLeavesByTheirPath() throws {
    let leaves = try JSONValue(encoding: Settings()).leaves
    #expect(
      leaves == [
        "steps": 12, "rate": .number(0.001), "bound": "inf", "seed": .unsigned(.max),
        "hidden": .array([64, 32]), "nested.a.0.b": 1,
      ])
  }

  @Test(arguments: ["", "{", "nul", "{\"a\":}", "\u{0}"])
  func refusesWhatIsNotJSON(text: String) {
    #expect(throws: (any Error).self) { try JSONValue(parsing: text) }
  }
}

import Environments
import Foundation
import Tensors
import Testing

struct PlayroomDescriptionTests {
  private static let sound = """
    {"rooms": ["#####", "#...#", "#...#", "#...#", "#####"],
     "objects": [{"kind": "red ball", "at": [1, 1]}, {"kind": "blue box"}],
     "rules": [{"when": "hold", "subject": "red ball", "makes": "green gem"}],
     "goal": {"when": "hold", "subject": "green gem"}}
    """

  @Test func aSoundFileIsRead() throws {
    let task = try playroom(Self.sound)
    #expect(task.rules.map { "\($0)" } == ["holding red ball makes green gem"])
    #expect(task.depth == 1)
    let words = try #require(task.instruction).split(separator: " ")
    #expect(words.allSatisfy { Playroom.vocabulary.contains(String($0)) })
  }

  @Test(arguments: [
    (
      #""hold", "subject": "green"#, #""juggle", "subject": "green"#, "unknown predicate \"juggle\""
    ),
    ("[1, 1]", "[7, 1]", "the red ball is at [7, 1], off the grid"),
    ("[1, 1]", "[0, 1]", "the red ball is at [0, 1], off the grid"),
    ("blue box", "blue sofa", "unknown shape \"sofa\""),
    ("blue box", "pink box", "unknown color \"pink\""),
    ("blue box", "box", "\"box\" is no color and shape"),
    (
      #""makes": "green gem""#, #""makes": "red ball""#,
      "the rules make red ball of what red ball is needed for: a rule loop"
    ),
    ("red ball\", \"at\"", "red cup\", \"at\"", "the task cannot be solved"),
    ("\"goal\":", "\"gaol\":", "the task has no \"goal\""),
    ("\"kind\": \"blue box\"", "\"sort\": 1", "objects[1] has no \"kind\""),
    ("[1, 1]", "\"here\"", "objects[0].at is of another type"),
    ("#...#", "#..#", "rooms are 5...19 rows"),
    ("{\"rooms\"", "{{", "it is not JSON"),
  ])
  func whatIsWrongIsNamedInOneLine(part: String, wrong: String, message: String) throws {
    let text = Self.sound.replacingOccurrences(of: part, with: wrong)
    #expect(text != Self.sound)
    let error = #expect(throws: PlayroomError.self) { try playroom(text) }
    let description = try #require(error?.description)
    #expect(description.hasPrefix(message), "\(description)")
    #expect(!description.contains("\n"))
  }

  @Test func aTaskIsWrittenAndReadBack() throws {
    var random = RandomStream(seed: 4)
    for configuration in Configurations.all {
      for _ in 0..<10 {
        let task = PlayroomFamily(configuration).task(.heldOut, using: &random)
        let data = try JSONEncoder().encode(PlayroomDescription(task))
        let read = try Playroom(json: data)
        #expect(Array(read.rules) == Array(task.rules) && read.goal == task.goal)
        #expect(read.telling == task.telling && read.map == task.map)
        #expect(read.observationSpace == task.observationSpace)
      }
    }
  }
}

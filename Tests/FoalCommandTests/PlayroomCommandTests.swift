import Environments
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct PlayroomCommandTests {
  @Test func aTaskIsShownAndDrawn() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let shown = try BuiltTool.run(["environments", "show", "playroom:17"], in: folder)
      #expect(shown.status == 0 && shown.text.contains("goal: ") && shown.text.contains("██"))
      let drawn = try BuiltTool.run(
        ["environments", "draw", "playroom:17", "--output", "task.svg"], in: folder)
      #expect(drawn.status == 0)
      let picture = try Data(contentsOf: folder.appendingPathComponent("task.svg"))
      #expect(XMLParser(data: picture).parse())
      let again = try BuiltTool.run(
        ["environments", "draw", "playroom:17", "--output", "task.svg"], in: folder)
      #expect(again.status == 1 && again.complaint.contains("exists"))
    }
  }

  @Test func aWrongFileIsNamedInOneLine() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let file = folder.appendingPathComponent("task.json")
      try Data(#"{"rooms": [], "objects": [], "goal": {"when": "sing", "subject": "a b"}}"#.utf8)
        .write(to: file)
      let wrong = try BuiltTool.run(["environments", "show", "task.json"], in: folder)
      #expect(wrong.status == 1 && wrong.complaint.hasPrefix("foal: task.json: rooms are"))
      #expect(wrong.complaint.filter { $0 == "\n" }.count == 1)
      let missing = try BuiltTool.run(["watch", "expert", "none.json"], in: folder)
      #expect(missing.complaint == "foal: cannot read none.json\n")
      let film = try BuiltTool.run(
        ["watch", "expert", "playroom:1", "--output", "film.avi"], in: folder)
      #expect(film.status == 64 && film.complaint.contains(".gif or .mp4"))
    }
  }

  @Test func aFilmShowsEveryState() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(
        ["watch", "expert", "playroom:3", "--tries", "2", "--output", "film.gif", "--json"],
        in: folder)
      let tries = try #require(try ending.document()["tries"] as? [[String: Any]])
      let steps = tries.compactMap { $0["steps"] as? Int }
      #expect(tries.compactMap { $0["return"] as? Double } == [1, 1])
      let film = try GIF(try Data(contentsOf: folder.appendingPathComponent("film.gif")))
      #expect(film.pictures.count == steps.reduce(0, +))
      #expect(film.pictures.allSatisfy { $0.count == film.width * film.height })
      // The corner is wall, in gray, and the agent's orange is on every picture.
      let shades = 1 + Drawing.Color.allCases.firstIndex(of: .orange)!
      #expect(film.pictures.allSatisfy { $0.contains(shades) && $0[0] == 2 })
    }
  }
}

/// The pictures of a GIF, read as its specification says.
private struct GIF {
  let width: Int
  let height: Int
  var pictures: [[Int]] = []

  init(_ data: Data) throws {
    let bytes = data.map { Int($0) }
    try #require(String(decoding: data.prefix(6), as: UTF8.self) == "GIF89a" && bytes.last == 0x3b)
    width = bytes[6] | bytes[7] << 8
    height = bytes[8] | bytes[9] << 8
    var at = 13 + 3 << (bytes[10] & 7 + 1)
    while bytes[at] != 0x3b {
      if bytes[at] == 0x21 {
        at += 2
        while bytes[at] != 0 { at += bytes[at] + 1 }
        at += 1
        continue
      }
      let bits = bytes[at + 10]
      at += 11
      var packed: [Int] = []
      while bytes[at] != 0 {
        packed += bytes[at + 1...at + bytes[at]]
        at += bytes[at] + 1
      }
      at += 1
      pictures.append(try GIF.unpack(packed, bits))
    }
  }

  private static func unpack(_ packed: [Int], _ bits: Int) throws -> [Int] {
    let (clear, end) = (1 << bits, 1 << bits + 1)
    var (table, size, last): ([[Int]], Int, [Int]) = ([], bits + 1, [])
    var (dots, place): ([Int], Int) = ([], 0)
    while true {
      var code = 0
      for bit in 0..<size {
        code |= (packed[(place + bit) >> 3] >> ((place + bit) & 7) & 1) << bit
      }
      place += size
      if code == end { return dots }
      if code == clear {
        table = (0..<end + 1).map { $0 < clear ? [$0] : [] }
        (size, last) = (bits + 1, [])
        continue
      }
      try #require(code <= table.count)
      let string = code < table.count ? table[code] : last + [last[0]]
      if !last.isEmpty, table.count < 4096 { table.append(last + [string[0]]) }
      if table.count == 1 << size, size < 12 { size += 1 }
      dots += string
      last = string
    }
  }
}

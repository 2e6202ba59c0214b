import FoalCommand
import Foundation
import Testing

@Suite("foal reproduce")
struct ReproduceTests {
  @Test("--list names all 37 systems with their status")
  func list() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(["reproduce", "--list", "--json"], in: folder)
      #expect(ending.status == 0 && ending.complaint.isEmpty, "\(ending.complaint)")
      let systems = try #require(try ending.document()["systems"] as? [[String: Any]])
      #expect(systems.map { $0["number"] as? Int } == (1...37).map { $0 })
      for system in systems {
        let works = system["status"] as? String == "works"
        #expect(works == (system["reproduced"] != nil), "\(system)")
      }
      let text = try BuiltTool.run(["reproduce", "--list"], in: folder).text
      #expect(text.contains(" 2  her"), "\(text)")
    }
  }

  @Test(
    "what is not right is said in one line",
    arguments: [
      (["herr"], "the nearest is her", 64), (["38"], "no system \"38\"", 64),
      ([], "missing expected argument", 64), (["--list", "--quick"], "--list goes alone", 64),
      (["her", "--seeds", "-1"], "--seeds is -1", 64),
      (["her", "--seeds", "many"], "many", 64), (["34"], "not yet reproduced", 1),
    ] as [([String], String, Int32)])
  func badInput(arguments: [String], words: String, status: Int32) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(["reproduce"] + arguments, in: folder)
      #expect(ending.status == status, "\(ending)")
      #expect(ending.complaint.contains(words), "\(ending.complaint)")
      #expect(ending.complaint.split(separator: "\n").count == 1, "\(ending.complaint)")
      #expect(ending.output.isEmpty)
    }
  }
}

import Foal
import Foundation
import Testing

/// The README, once it shows the environment.
private let readmeText: String? = {
  let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let text = try? String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
  return text.flatMap { $0.contains("struct Doors") ? $0 : nil }
}()

@Suite("First page")
struct FirstPageTests {
  @Test("an agent learns to look behind each door once, then to stay with the prize")
  func doors() throws {
    // first page: learning
    let doors = TaskSource(Doors())
    var settings = Pretraining.Configuration(triesPerTask: 4, steps: 200_000)
    settings.learner.slots = 64
    settings.learner.rolloutSteps = 32
    var school = try Pretraining(on: doors, settings, seed: 1)
    try school.run()
    let agent = school.agent(named: "door-opener")
    let evaluation = try Evaluation(agent, on: doors, .init(tasks: 1000, tries: 4))
    for attempt in evaluation.tries {
      print("try \(attempt.try): the prize was found in \(100 * attempt.mean) % of the tasks")
    }
    // first page: end
    // Nobody can do better than 1/4, 2/4, 3/4 and 4/4.
    for (attempt, best) in zip(evaluation.tries, [0.25, 0.5, 0.75, 1]) {
      #expect(abs(attempt.mean - best) < 0.06, "try \(attempt.try): \(attempt.mean)")
    }
    let wiped = try #require(evaluation.controls.memoryWiped.last)
    #expect(abs(wiped.mean - 0.25) < 0.06)
  }

  /// The lines between a marker and the next end.
  private func excerpt(_ marker: String, of text: String) throws -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func isMarker(_ line: String, _ name: String) -> Bool {
      line.drop { $0 == " " } == "// first page: \(name)"
    }
    let start = try #require(lines.firstIndex { isMarker($0, marker) })
    let end = try #require(lines[start...].firstIndex { isMarker($0, "end") })
    let indentation = lines[start].prefix { $0 == " " }.count
    return lines[start + 1..<end].map { String($0.dropFirst(indentation)) }
  }

  private func excerpts() throws -> (environment: [String], learning: [String]) {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    func text(_ name: String) throws -> String {
      try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
    return (
      try excerpt("an environment", of: text("Doors.swift")),
      try excerpt("learning", of: text("FirstPageTests.swift"))
    )
  }

  @Test("the environment takes at most 16 lines, learning 12 more")
  func isShort() throws {
    let (environment, learning) = try excerpts()
    #expect((1...16).contains(environment.count))
    #expect((1...12).contains(learning.count))
  }

  @Test("the README shows the same lines", .enabled(if: readmeText != nil))
  func readme() throws {
    let readme = try #require(readmeText)
    let (environment, learning) = try excerpts()
    #expect(readme.contains(environment.joined(separator: "\n")))
    #expect(readme.contains(learning.joined(separator: "\n")))
  }
}

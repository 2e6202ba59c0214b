import Foundation
import Reports
import Testing

@Suite("A person's words")
struct ReportWordsTests {
  /// A file with an empty text for every field that needs one, and some lines more.
  private func file(_ changed: [ReportField: String] = [:], extra: String = "") -> String {
    var text = "use-of-reinforcement-learning: framework\n"
    for field in ReportField.allCases where field.author == .human {
      text += "\(field.rawValue): \(changed[field] ?? "\"\"")\n"
    }
    return text + extra
  }

  @Test("the file that is begun reads as one where nothing is written yet")
  func template() throws {
    let template = ReportWords.template(for: try Samples.full())
    let words = try ReportWords(parsing: template, path: "report.yaml")
    #expect(words == ReportWords())
    #expect(template.contains("[@try-1]  interquartile mean return on try 1: 400 [390, 408]"))
    let comments = template.split(separator: "\n").filter { $0.hasPrefix("#") }
    for field in ReportField.allCases {
      let heading = "# \(field.number) \(field.title)."
      #expect(comments.contains { $0.hasPrefix(heading) }, "\(field)")
    }
    // Each comment line without a fact's value fits a screen.
    #expect(comments.filter { !$0.contains("[@") }.allSatisfy { $0.count <= 100 })
  }

  @Test("texts are kept byte for byte")
  func bytes() throws {
    let block = "|\n  Über  two   spaces,\n\n    an indent, a \"quote\", <b> & 馬\n  - end \n"
    let content = file([
      .goalOfReinforcement: block, .systemOwner: #""tab\tand\u00e9""#, .recourse: "~",
      .limitations: "'it''s'",
    ])
    let words = try ReportWords(parsing: content, path: "report.yaml")
    #expect(words.use == .framework)
    #expect(
      words.texts == [
        .goalOfReinforcement:
          "Über  two   spaces,\n\n  an indent, a \"quote\", <b> & 馬\n- end \n",
        .systemOwner: "tab\tandé", .limitations: "it's",
      ])
    #expect(
      try ReportWords(parsing: file(extra: "dates: \"A remark.\"\n"), path: "r").texts
        == [.dates: "A remark."])
  }

  @Test(
    "what is wrong in a file is said in one line",
    arguments: [
      ("", "r.yaml: it holds no fields"), ("- a\n- b\n", "r.yaml: it holds no fields"),
      ("goal: x\n", "r.yaml:1: there is no field \"goal\""),
      (
        "goal-of-reinforcment: x\n",
        "r.yaml:1: there is no field \"goal-of-reinforcment\"; did you mean \"goal-of-reinforcement\"?"
      ),
      ("recourse: a\nrecourse: b\n", "the field recourse is there twice"),
      ("recourse: [a, b]\n", "r.yaml:1: recourse is no text; put it in quotes, or after a |"),
      ("recourse: \"a\n", "r.yaml:2: it is not YAML: found unexpected end of stream"),
      ("recourse: a\n", "are missing; an empty text, \"\", stands for one that is not written yet"),
    ])
  func mistakes(content: String, message: String) throws {
    let error = try #require(throws: ReportError.self) {
      try ReportWords(parsing: content, path: "r.yaml")
    }
    #expect("\(error)".contains(message), "\(error)")
    #expect(!"\(error)".contains("\n"))
  }

  @Test("one missing field and a wrong use are named")
  func missing() throws {
    let content = file().replacing("recourse: \"\"\n", with: "")
    let missing = try #require(throws: ReportError.self) {
      try ReportWords(parsing: content, path: "r.yaml")
    }
    #expect("\(missing)".hasPrefix("r.yaml: the field recourse is missing;"))
    let use = try #require(throws: ReportError.self) {
      try ReportWords(parsing: file().replacing("framework", with: "toy"), path: "r.yaml")
    }
    #expect(
      "\(use)"
        == "r.yaml: use-of-reinforcement-learning is \"toy\"; known: tool, framework, metaphor")
  }
}

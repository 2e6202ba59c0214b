import Foundation
import Records
import Reports
import Testing
import Yams

@Suite("Reports as pages and documents")
struct RenderingTests {
  private func report(_ words: ReportWords? = Samples.words) throws -> RewardReport {
    RewardReport(try Samples.full(), words: words, date: Samples.date)
  }

  @Test("each form has all 26 fields and a stamp that reads back", arguments: ReportFormat.allCases)
  func forms(format: ReportFormat) throws {
    let source = try Samples.full()
    let report = RewardReport(source, words: Samples.words, date: Samples.date)
    let text = report.text(as: format, of: source)
    #expect(ReportFormat(of: text) == format)
    #expect(ReportStamp(readFrom: text) == report.stamp)
    #expect(text.utf8.count < 1_000_000)
    guard format != .card else { return }
    for field in ReportField.allCases {
      let title = format == .html ? field.title.replacing("&", with: "&amp;") : field.title
      #expect(text.contains(title) && text.contains(field.number), "\(field)")
    }
  }

  @Test("a page loads nothing, runs nothing and names each of its parts once")
  func page() throws {
    let html = try report().html()
    let lower = html.lowercased()
    for forbidden in [
      "<script", "javascript:", " src=", "<link rel=\"stylesheet", "@import", "url(", "<iframe",
      " onload=", " onclick=",
    ] {
      #expect(!lower.contains(forbidden), "\(forbidden)")
    }
    #expect(html.contains("Content-Security-Policy") && html.contains("default-src 'none'"))
    #expect(html.contains("prefers-color-scheme:dark") && html.contains("@media print"))
    let names = html.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
    #expect(names.count > 40 && Set(names).count == names.count)
    let targets = Set(html.matches(of: /href="#([^"]*)"/).map { String($0.1) })
    #expect(targets.isSubset(of: Set(names)))
    let opened = html.matches(of: /<(div|section|article|figure|ul|ol|dl|table|svg)[ >]/).count
    let closed = html.matches(of: /<\/(div|section|article|figure|ul|ol|dl|table|svg)>/).count
    #expect(opened == closed)
  }

  @Test("a page of very many points, settings, events and entries stays under a megabyte")
  func large() throws {
    var source = try Samples.full()
    let steps = (0..<100_000).map { Double($0) * 320 }
    for index in source.curves.indices {
      let values = steps.map { 480 * ($0 / 3.2e7) + 10 * sin($0) }
      source.curves[index].series = (0..<5).map { .init(seed: $0, steps: steps, values: values) }
    }
    source.runs = (0..<5).map { Samples.run(seed: $0) }
    source.configuration = (0..<300).map { .init("setting.\($0)", "\($0)") }
    #expect(RewardReport(source, date: Samples.date).html().utf8.count < 1_000_000)
  }

  @Test("markup in any text stays text")
  func escapes() throws {
    let evil = "</style><script>alert(1)</script><!-- \"'& --> <b>"
    var source = try Samples.full()
    source.runs[0].name = evil
    source.runs[0].task = evil
    source.configuration = [.init(evil, evil)]
    source.environment?.summary = evil
    source.events[0].message = evil
    source.rewardTerms[0].name = evil
    source.evaluations[0].run = evil
    let words = ReportWords(
      texts: [.recourse: "\(evil) https://example.org/\"><script>x [@\(evil)] [@nothing]"])
    let report = RewardReport(source, words: words, date: Samples.date)
    for text in [report.html(), report.json()] {
      #expect(ReportStamp(readFrom: text) == report.stamp)
    }
    let html = report.html()
    #expect(!html.contains("<script") && !html.contains("<b>,") && !html.contains("</style><"))
    #expect(html.components(separatedBy: "-->").count == 2)
    #expect(ReportStamp(readFrom: report.markdown()) == report.stamp)
    #expect(ReportStamp(readFrom: report.card(of: source)) == report.stamp)
  }

  @Test("a person's words become paragraphs, lists, links and cited facts")
  func words() throws {
    let text = """
      First line,
      second.

      - one [@try-1]
      - two, see https://example.org/a?b=1.

      Not a fact: [@none] & [@].

      """
    let html = try report(ReportWords(texts: [.recourse: text])).html()
    #expect(html.contains("<p>First line,\nsecond.</p>"))
    #expect(
      html.contains(
        "<li>one <a class=\"cite\" href=\"#fact-try-1\" title=\"interquartile mean return on try 1\">"
          + "400 [390, 408]</a></li>"))
    #expect(
      html.contains(
        "see <a href=\"https://example.org/a?b=1\" rel=\"noreferrer\">https://example.org/a?b=1</a>."
      ))
    #expect(html.contains("<mark>[@none]</mark> &amp; [@]."))
    let markdown = try report(ReportWords(texts: [.recourse: text])).markdown()
    #expect(markdown.contains("\n\(text)\nCited:\n\n- [@try-1]: "))
  }

  @Test("Markdown draws charts in characters and rules tables")
  func markdown() throws {
    let markdown = try report().markdown()
    #expect(markdown.hasPrefix("# cartpole-7: Reward Report\n"))
    #expect(markdown.contains("## 2. Optimization Intent\n") && markdown.contains("### 2.1 "))
    #expect(markdown.contains("```text\nReturn while learning\n"))
    #expect(markdown.contains("| task | try 1 | try 2 | gravity | action sign |\n| ---: |"))
    #expect(markdown.contains("| 133 | 32 | 31 | 13.4 (75 %) | -1 |"))
    // All fences are closed.
    #expect(markdown.components(separatedBy: "```").count % 2 == 1)
  }

  @Test("JSON holds the whole report")
  func json() throws {
    let report = try report()
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    let back = try decoder.decode(RewardReport.self, from: Data(report.json().utf8))
    #expect(back == report)
    #expect(back.html() == report.html())
  }

  @Test("a card's metadata are what the hub reads")
  func card() throws {
    let source = try Samples.full()
    let card = RewardReport(source, words: Samples.words, date: Samples.date).card(of: source)
    let parts = card.components(separatedBy: "---\n")
    try #require(parts.count >= 3 && parts[0].isEmpty)
    let metadata = try #require(try Yams.load(yaml: parts[1]) as? [String: Any])
    #expect(metadata["library_name"] as? String == "foal")
    #expect(
      metadata["tags"] as? [String] == ["reinforcement-learning", "foal", "cartpole", "PPO"])
    let model = try #require((metadata["model-index"] as? [[String: Any]])?.first)
    #expect(model["name"] as? String == "cartpole-7")
    let result = try #require((model["results"] as? [[String: Any]])?.first)
    #expect((result["task"] as? [String: String])?["type"] == "reinforcement-learning")
    let dataset = try #require(result["dataset"] as? [String: String])
    #expect(dataset["type"] == "cartpole")
    #expect(dataset["name"] == "1,000 held-out tasks of cartpole, 2 tries each, seed 3")
    let metrics = try #require(result["metrics"] as? [[String: Any]])
    #expect(metrics.count == 6)
    #expect(metrics[3]["type"] as? String == "mean_reward")
    #expect(metrics[3]["value"] as? Double == 470)
    #expect(metrics[3]["name"] as? String == "mean return on try 2, 95 %: 470 [461, 479]")
    #expect(metrics[3]["verified"] as? Bool == false)
  }

  @Test("a card tells cited facts and the agent's own file")
  func cardText() throws {
    let source = try Samples.full()
    let words = ReportWords(texts: [.goalOfReinforcement: "From [@try-1] on, [@none]."])
    let card = RewardReport(source, words: words, date: Samples.date).card(of: source)
    #expect(card.contains("\n\nFrom 400 [390, 408] on, [@none].\n\n"))
    #expect(card.contains("\nfoal evaluate cartpole-7.safetensors\n"))
  }

  @Test("a card without an evaluation claims nothing")
  func emptyCard() throws {
    let card = RewardReport(Samples.bare, date: Samples.date).card(of: Samples.bare)
    let metadata = try #require(
      try Yams.load(yaml: card.components(separatedBy: "---\n")[1]) as? [String: Any])
    let model = try #require((metadata["model-index"] as? [[String: Any]])?.first)
    #expect((model["results"] as? [Any])?.isEmpty == true)
  }
}

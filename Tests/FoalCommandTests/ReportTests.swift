import Foundation
import Testing

/// `foal report`, end to end.
@Suite struct ReportTests {
  /// A home with a run named `colt` that was evaluated.
  private func withRun(_ body: (URL) throws -> Void) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let pretrained = try BuiltTool.pretrain("colt.safetensors", in: folder, ["--name", "colt"])
      try #require(pretrained.status == 0, "\(pretrained.complaint)")
      let evaluated = try BuiltTool.run(
        ["evaluate", "colt.safetensors", "--tasks", "8", "--tries", "2", "--name", "exam"],
        in: folder)
      try #require(evaluated.status == 0, "\(evaluated.complaint)")
      try body(folder)
    }
  }

  private func text(_ path: String, in folder: URL) throws -> String {
    String(decoding: try Data(contentsOf: folder.appendingPathComponent(path)), as: UTF8.self)
  }

  @Test func beginsWritesAndChecks() throws {
    try withRun { folder in
      let begun = try BuiltTool.run(["report", "colt", "--init"], in: folder)
      #expect(begun.status == 0, "\(begun.complaint)")
      let template = try text("runs/colt/report.yaml", in: folder)
      #expect(template.contains("goal-of-reinforcement: \"\""))

      let again = try BuiltTool.run(["report", "colt", "--init"], in: folder)
      #expect(again.status == 1)
      #expect(again.complaint.hasPrefix("foal: runs/colt/report.yaml exists, and words"))

      let written = try BuiltTool.run(["report", "col", "--json"], in: folder)
      #expect(written.status == 0, "\(written.complaint)")
      let document = try written.document()
      #expect(document["run"] as? String == "colt")
      let files = try #require(document["files"] as? [String])
      #expect(
        Set(files) == [
          "runs/colt/report.html", "runs/colt/report.md", "runs/colt/report.json",
          "runs/colt/README.md",
        ])
      #expect((document["unwritten"] as? [String])?.count == 15)
      let page = try text("runs/colt/report.html", in: folder)
      #expect(page.contains("Return on each try") && page.contains("worst of 8 tasks"))
      #expect(try text("runs/colt/report.md", in: folder).contains("| first report |"))
      // The words are as they were.
      #expect(try text("runs/colt/report.yaml", in: folder) == template)

      let checked = try BuiltTool.run(["report", "colt", "--check"], in: folder)
      #expect(checked.status == 0, "\(checked.text)\(checked.complaint)")
      #expect(checked.text.contains("runs/colt/report.html: up to date\n"))
    }
  }

  @Test func saysWhatIsStaleAndKeepsAChangelog() throws {
    try withRun { folder in
      _ = try BuiltTool.run(["report", "colt", "--init"], in: folder)
      let words = folder.appendingPathComponent("runs/colt/report.yaml")
      let template = try text("runs/colt/report.yaml", in: folder)
      try template.replacing("recourse: \"\"", with: "recourse: 'See [@try-1].'")
        .write(to: words, atomically: true, encoding: .utf8)
      #expect(try BuiltTool.run(["report", "colt"], in: folder).status == 0)

      // Another evaluation on other tasks: the report knows nothing of it yet.
      _ = try BuiltTool.run(
        ["evaluate", "colt.safetensors", "--tasks", "9", "--tries", "2", "--seed", "5"],
        in: folder)
      let stale = try BuiltTool.run(["report", "colt", "--check", "--json"], in: folder)
      #expect(stale.status == 1)
      #expect(
        stale.complaint == "foal: the report of colt is stale; foal report colt writes it anew\n")
      let document = try stale.document()
      #expect(document["isCurrent"] as? Bool == false)
      let findings = try #require(
        (document["files"] as? [String: [String]])?["runs/colt/report.json"])
      #expect(findings.contains { $0.hasPrefix("evaluation was 8 held-out tasks") })
      #expect(findings.contains { $0.hasPrefix("3.4 Recourse cites [@try-1]") })

      // Written anew it is up to date, but for the words, which cite what has changed.
      let written = try BuiltTool.run(
        ["report", "colt", "--log", "tasks drawn anew", "--because", "too few", "--by", "Ada"],
        in: folder)
      #expect(written.status == 0 && written.text.contains("Recourse cites [@try-1]"))
      let markdown = try text("runs/colt/report.md", in: folder)
      #expect(markdown.contains("| too few | tasks drawn anew | Ada |"))
      #expect(markdown.contains("| 3 |") && markdown.contains("| foal report |"))
      let flagged = try BuiltTool.run(["report", "colt", "--check"], in: folder)
      #expect(flagged.status == 1 && flagged.text.contains("3.4 Recourse cites [@try-1]"))

      try template.replacing("recourse: \"\"", with: "recourse: 'Seen anew: [@try-1].'")
        .write(to: words, atomically: true, encoding: .utf8)
      #expect(try BuiltTool.run(["report", "colt"], in: folder).status == 0)
      let settled = try BuiltTool.run(["report", "colt", "--check"], in: folder)
      #expect(settled.status == 0, "\(settled.text)")
    }
  }

  @Test func answersMistakesInOneLine() throws {
    try withRun { folder in
      let cases: [([String], String)] = [
        (["report", "nag"], "there is no run \"nag\""),
        (["report", "colt", "--check"], "colt has no report yet; foal report colt writes one"),
        (["report", "colt", "exam"], "colt and exam cannot be seeds of one report"),
        (["report", "colt", "--human", "none.yaml"], "cannot read none.yaml"),
      ]
      for (arguments, complaint) in cases {
        let ending = try BuiltTool.run(arguments, in: folder)
        #expect(ending.status != 0)
        #expect(ending.complaint.hasPrefix("foal: \(complaint)"), "\(ending.complaint)")
        #expect(ending.complaint.split(separator: "\n").count == 1)
      }
      let folderOfRun = folder.appendingPathComponent("runs/colt")
      try FileManager.default.createDirectory(
        at: folderOfRun, withIntermediateDirectories: true)
      try "mine".write(
        to: folderOfRun.appendingPathComponent("README.md"), atomically: true, encoding: .utf8)
      let refused = try BuiltTool.run(["report", "colt"], in: folder)
      #expect(refused.status == 1)
      #expect(
        refused.complaint
          == "foal: runs/colt/README.md is no report that Foal wrote; --force overwrites it\n")
      #expect(try BuiltTool.run(["report", "colt", "--force"], in: folder).status == 0)

      try "goal: x\n".write(
        to: folderOfRun.appendingPathComponent("report.yaml"), atomically: true, encoding: .utf8)
      let unknown = try BuiltTool.run(["report", "colt"], in: folder)
      #expect(
        unknown.complaint.hasPrefix("foal: runs/colt/report.yaml:1: there is no field \"goal\""))
    }
  }

  @Test func writesOneFormWhereItIsTold() throws {
    try withRun { folder in
      let printed = try BuiltTool.run(
        ["report", "colt", "--format", "markdown", "--output", "-"], in: folder)
      #expect(printed.text.hasPrefix("# colt: Reward Report\n"))
      let card = try BuiltTool.run(
        ["report", "colt", "--format", "card", "--output", "cards/README.md"], in: folder)
      #expect(card.status == 0, "\(card.complaint)")
      #expect(try text("cards/README.md", in: folder).hasPrefix("---\nlibrary_name: foal\n"))
      let check = try BuiltTool.run(
        ["report", "colt", "--format", "card", "--output", "cards/README.md", "--check"],
        in: folder)
      #expect(check.status == 0, "\(check.text)")
    }
  }
}

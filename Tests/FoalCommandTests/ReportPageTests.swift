import Foundation
import Testing

/// A report's page as a browser shows it.
@Suite(.enabled(if: Browser.path != nil, Browser.absence), .serialized)
struct ReportPageTests {
  private func withPage(_ body: (URL) throws -> Void) throws {
    try BuiltTool.inTemporaryFolder { folder in
      _ = try BuiltTool.pretrain("colt.safetensors", in: folder, ["--name", "colt"])
      _ = try BuiltTool.run(
        ["evaluate", "colt.safetensors", "--tasks", "20", "--tries", "3", "--name", "exam"],
        in: folder)
      let written = try BuiltTool.run(["report", "colt"], in: folder)
      try #require(written.status == 0, "\(written.complaint)")
      try body(folder.appending(path: "runs/colt/report.html"))
    }
  }

  @Test func looksDifferentInLightAndDarkAndSaysNothingOnTheConsole() throws {
    try withPage { page in
      var pictures: [Data] = []
      for scheme in ["light", "dark"] {
        let picture = page.deletingLastPathComponent().appending(path: "\(scheme).png")
        let (_, complaints) = try Browser.run(
          [
            "--window-size=800,2000", "--screenshot=\(picture.path)",
            "--blink-settings=preferredColorScheme=\(scheme == "dark" ? 0 : 1)",
          ], page)
        #expect(Browser.consoleMessages(in: complaints) == [])
        let data = try Data(contentsOf: picture)
        // A PNG's width and height; a page with nothing on it would take a few kilobytes.
        #expect([UInt8](data[16..<24]) == [0, 0, 3, 32, 0, 0, 7, 208])
        #expect(data.count > 40_000)
        pictures.append(data)
      }
      #expect(pictures[0] != pictures[1])
    }
  }

  @Test(arguments: [360, 400, 800, 1200])
  func fitsItsWindow(width: Int) throws {
    try withPage { page in
      let html = String(decoding: try Data(contentsOf: page), as: UTF8.self)
      // A frame stands for a window narrower than the browser's least; it tells what it measures.
      let quoted = html.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
      let frame = page.deletingLastPathComponent().appending(path: "frame.html")
      try """
      <!DOCTYPE html><meta charset="utf-8"><iframe id="f" srcdoc="\(quoted)"
      style="border:0;width:\(width)px;height:900px"></iframe><output></output><script>
      document.getElementById("f").onload = event => {
        const page = event.target.contentDocument;
        const shown = style => [...page.querySelectorAll(style)]
          .filter(chart => chart.getClientRects().length > 0);
        const small = shown("figure svg text").filter(text =>
          parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 8.5).length;
        document.querySelector("output").textContent =
          `measured ${page.documentElement.scrollWidth} ${shown("figure svg").length} ${small}.`;
      };
      </script>
      """.write(to: frame, atomically: true, encoding: .utf8)
      let (output, _) = try Browser.run(
        ["--window-size=1300,1000", "--virtual-time-budget=5000", "--dump-dom"], frame)
      let match = try #require(output.firstMatch(of: /measured (\d+) (\d+) (\d+)\./))
      #expect(match.1 == "\(width)", "the page is wider than its window")
      #expect((Int(match.2) ?? 0) >= 8, "charts are not shown")
      #expect(match.3 == "0", "letters are too small to read")
    }
  }

  @Test func prints() throws {
    try withPage { page in
      let paper = page.deletingLastPathComponent().appending(path: "report.pdf")
      _ = try Browser.run(["--no-pdf-header-footer", "--print-to-pdf=\(paper.path)"], page)
      let data = try Data(contentsOf: paper)
      #expect(data.starts(with: Array("%PDF-".utf8)) && data.count > 20_000)
    }
  }
}

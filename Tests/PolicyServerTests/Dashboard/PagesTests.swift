import Foundation
import PolicyServer
import Testing

@Suite struct PagesTests {
  private static let pages = [
    [], ["run"], ["agents"], ["agent"], ["environments"], ["environment"], ["reproductions"],
  ]

  private func text(_ path: [String]) async -> String {
    let answer = await DashboardHome().dashboard.answer(DashboardRequest(path: path))
    #expect(answer.status == 200, "\(path)")
    return String(decoding: answer.body, as: UTF8.self)
  }

  @Test(arguments: pages) func loadOnlyWhatTheServerGives(path: [String]) async throws {
    let page = await text(path)
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    for match in page.matches(of: /(?:src|href)="([^"]+)"/) {
      let address = String(match.1)
      #expect(address.hasPrefix("/") || address.hasPrefix("#"), "\(address)")
      guard address.hasPrefix("/dashboard/") else { continue }
      _ = await text(address.split(separator: "/").dropFirst().map(String.init))
    }
  }

  @Test(arguments: pages) func holdNoScriptAndNoStyleOfTheirOwn(path: [String]) async throws {
    let page = await text(path)
    #expect(page.matches(of: /<style|\sstyle=|\son[a-z]+=|javascript:/).isEmpty)
    #expect(page.matches(of: /<script(?![^>]*\ssrc=)/).isEmpty)
    #expect(page.matches(of: /<script[^>]*><\/script>/).count == 1)
  }

  @Test(arguments: pages) func haveALanguageATitleAndOneHeading(path: [String]) async throws {
    let page = await text(path)
    #expect(page.contains(#"<html lang="en">"#))
    #expect(page.matches(of: /<title>[^<]+ · Foal<\/title>/).count == 1)
    #expect(page.matches(of: /<h1/).count == 1)
    #expect(page.contains(##"<a class="skip" href="#main">"##))
    #expect(page.matches(of: /aria-current/).count == 1)
  }

  @Test func modulesImportOnlyOneAnother() async throws {
    for name in ["index", "run", "agents", "agent", "environments", "environment"] {
      let module = await text(["\(name).js"])
      let imports = module.matches(of: /from "\/dashboard\/([a-z]+\.js)"/)
      #expect(!imports.isEmpty)
      for match in imports { _ = await text([String(match.1)]) }
      #expect(!module.contains("http:") && !module.contains("https:"))
    }
  }

  @Test func stylesOfChartsAreThoseOfReports() async throws {
    #expect(await text(["charts.css"]).contains(".fc-chart .fc-line"))
  }

  @Test func staysWithinItsFolder() async {
    let home = DashboardHome()
    for path in [["..", "index.html"], ["..%2F", "x"], ["/etc/passwd"], ["Dashboard"], ["."]] {
      #expect(await home.status(DashboardRequest(path: path)) == 404, "\(path)")
    }
  }
}

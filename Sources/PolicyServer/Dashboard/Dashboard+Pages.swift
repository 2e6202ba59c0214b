internal import Charts
internal import Foundation

/// A page: a body of its own within the frame of all.
private struct Page {
  /// The last part of its path, and what its body and its script are named by.
  let name: String
  let title: String
  /// The entry of the bar at the top that it belongs to.
  let tab: String

  /// The pages; those that name a tab are where it leads.
  static let all = [
    Page(name: "index", title: "Runs", tab: "Runs"),
    Page(name: "run", title: "Run", tab: "Runs"),
    Page(name: "agents", title: "Agents", tab: "Agents"),
    Page(name: "agent", title: "Agent", tab: "Agents"),
    Page(name: "environments", title: "Environments", tab: "Environments"),
    Page(name: "environment", title: "Environment", tab: "Environments"),
    Page(name: "reproductions", title: "Reproductions", tab: "Reproductions"),
  ]

  var isTab: Bool { title == tab }
  private var path: String { name == "index" ? "/" : "/dashboard/\(name)" }

  /// The page within the frame.
  func text(in frame: String, body: String) -> String {
    let tabs = Self.all.filter(\.isTab).map { tab in
      let current =
        tab.tab != self.tab ? "" : " aria-current=\"\(isTab ? "page" : "true")\""
      return "<a href=\"\(tab.path)\"\(current)>\(tab.title)</a>"
    }
    return frame.replacing("<!--TITLE-->", with: title).replacing("<!--NAME-->", with: name)
      .replacing("<!--TABS-->", with: tabs.joined(separator: "\n"))
      .replacing("<!--BODY-->", with: body)
  }
}

extension Dashboard {
  /// The types of the files that are served beside the pages.
  private static let types = [
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
  ]

  /// Answers with a page or a file that pages load.
  func page(_ request: DashboardRequest) throws -> DashboardAnswer {
    guard request.method == .get else {
      throw DashboardFailure(.notAllowed, "\(request.shownPath) is a page: GET it")
    }
    let name = request.path.isEmpty ? "index" : request.path.joined(separator: "/")
    if let page = Self.pages[name] {
      return DashboardAnswer(contentType: "text/html; charset=utf-8", body: page)
    }
    guard let body = Self.files[name], let type = Self.types[(name as NSString).pathExtension]
    else { throw DashboardFailure(.notFound, "the dashboard has no page \(request.shownPath)") }
    return DashboardAnswer(contentType: type, body: body)
  }

  /// The pages by their names.
  private static let pages: [String: [UInt8]] = {
    func text(_ file: String) -> String { String(decoding: files[file] ?? [], as: UTF8.self) }
    return Page.all.reduce(into: [:]) { pages, page in
      pages[page.name] = Array(
        page.text(in: text("frame.html"), body: text("\(page.name).html")).utf8)
    }
  }()

  /// The files, read once: they stay what they are while the server runs.
  private static let files: [String: [UInt8]] = {
    var files = ["charts.css": Array(Chart.styleSheet.utf8)]
    guard let folder = Bundle.module.resourceURL?.appending(path: "Dashboard"),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return files }
    for name in names {
      files[name] = (try? Data(contentsOf: folder.appending(path: name))).map { [UInt8]($0) }
    }
    return files
  }()
}

internal import Charts
internal import Foundation

extension Dashboard {
  /// The pages by the last part of their path.
  private static let pages = [
    "index", "run", "agents", "agent", "environments", "environment", "reproductions",
  ]

  /// The types of the files that make up the pages.
  private static let types = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
  ]

  /// Answers with a page or a file of one.
  func page(_ request: DashboardRequest) throws -> DashboardAnswer {
    guard request.method == .get else {
      throw DashboardFailure(.notAllowed, "\(request.shownPath) is a page: GET it")
    }
    let name = request.path.isEmpty ? "index" : request.path.joined(separator: "/")
    if name == "charts.css" {
      return DashboardAnswer(
        contentType: "text/css; charset=utf-8", body: Array(Chart.styleSheet.utf8))
    }
    let file = Self.pages.contains(name) ? "\(name).html" : name
    guard let body = Self.files[file],
      let type = Self.types[(file as NSString).pathExtension]
    else { throw DashboardFailure(.notFound, "the dashboard has no page \(request.shownPath)") }
    return DashboardAnswer(contentType: type, body: body)
  }

  /// The files of all pages, read once: they stay what they are while the server runs.
  private static let files: [String: [UInt8]] = {
    guard let folder = Bundle.module.resourceURL?.appending(path: "Dashboard"),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [:] }
    return names.reduce(into: [:]) { files, name in
      files[name] = (try? Data(contentsOf: folder.appending(path: name))).map { [UInt8]($0) }
    }
  }()
}

internal import NIOHTTP1

/// Who may ask for what: checked on a request's head, before any of its body is read.
struct Admission: Sendable {
  /// The words that `Authorization: Bearer` must hold; nil where none are asked for.
  var token: String?
  /// The hosts that a request may be for, without their ports; nil for any.
  var hosts: Set<String>?
  /// The origins, beside the server's own, whose pages may ask.
  var origins: Set<String> = []
  /// The most bytes of a body.
  var bodyLimit: Int

  /// The limits of a header, which the decoder keeps.
  static let headerBytes = 16 << 10
  static let headerLines = 100
  /// The longest path.
  private static let longestPath = 2048
  /// What may be read without a token: whether the server lives, and the dashboard's own files, which
  /// hold nothing of the user's.
  private static let openPaths: Set<String> = ["/v2/health/live", "/v2/health/ready"]

  init(token: String? = nil, hosts: Set<String>? = nil, bodyLimit: Int = 4 << 20) {
    self.token = token
    self.hosts = hosts
    self.bodyLimit = bodyLimit
  }

  /// Makes sure that a request may be answered.
  func check(_ head: HTTPRequestHead) throws(APIError) {
    try checkPath(head.uri)
    try checkHost(head)
    try checkOrigin(head)
    try checkToken(head)
    try checkBody(head)
  }

  private func checkPath(_ uri: String) throws(APIError) {
    guard uri.utf8.count <= Self.longestPath else {
      throw APIError(414, "the path is longer than \(Self.longestPath) bytes")
    }
    guard Self.isPlain(uri.utf8) else { throw APIError(400, "the path is not in its plain form") }
  }

  /// Whether a path, up to its question mark, could not also be written in another way.
  private static func isPlain(_ uri: String.UTF8View) -> Bool {
    var last: UInt8 = 0
    for byte in uri {
      if last == 0, byte != UInt8(ascii: "/") { return false }
      switch byte {
      case UInt8(ascii: "?"): return true
      case UInt8(ascii: "/"), UInt8(ascii: "."):
        if last == UInt8(ascii: "/") { return false }
      case UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "\\"), ...0x20, 0x7f...: return false
      default: break
      }
      last = byte
    }
    return last != 0
  }

  private func checkHost(_ head: HTTPRequestHead) throws(APIError) {
    let stated = head.headers["host"]
    guard stated.count == 1, let host = stated.first else {
      throw APIError(400, "a request has one Host, got \(stated.count)")
    }
    guard let hosts else { return }
    guard hosts.contains(Self.name(of: host)) else {
      throw APIError(403, "Host: the server does not answer for \"\(host.prefix(80))\"")
    }
  }

  /// A host's name or address, without its port and in lower case.
  static func name(of host: some StringProtocol) -> String {
    let host = host.lowercased()
    if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
      return String(host[...end])
    }
    guard let end = host.utf8.firstIndex(of: UInt8(ascii: ":")) else { return host }
    return String(host[..<end])
  }

  private func checkOrigin(_ head: HTTPRequestHead) throws(APIError) {
    guard let origin = head.headers.first(name: "origin"),
      let host = head.headers.first(name: "host")
    else { return }
    let isOwn = origin.lowercased() == "http://\(host)".lowercased()
    guard isOwn || origins.contains(origin.lowercased()) else {
      throw APIError(403, "Origin: pages of \"\(origin.prefix(80))\" may not ask")
    }
  }

  private func checkToken(_ head: HTTPRequestHead) throws(APIError) {
    guard let token else { return }
    let path = String(head.uri.prefix { $0 != "?" })
    let isOpen = head.method == .GET && (Self.openPaths.contains(path) || Self.isPage(path))
    guard !isOpen else { return }
    let stated = head.headers.first(name: "authorization") ?? ""
    var given = stated.lowercased().hasPrefix("bearer ") ? stated.dropFirst(7) : ""
    // A page cannot put a header to what it links to: a drawing to keep, a report.
    if path.hasPrefix(Self.pagesPath), given.isEmpty { given = Self.cookie(of: head) }
    guard Self.equal(Array(given.utf8), Array(token.utf8)) else {
      throw APIError(401, "a bearer token is needed: Authorization: Bearer TOKEN")
    }
  }

  /// What the paths of the dashboard begin with.
  private static let pagesPath = "/dashboard/"

  /// The token that the dashboard's pages keep; empty if there is none.
  private static func cookie(of head: HTTPRequestHead) -> Substring {
    let cookies = head.headers["cookie"].joined(separator: ";").split(separator: ";")
    let name = "foal-token="
    let own = cookies.map { $0.drop(while: { $0 == " " }) }.first { $0.hasPrefix(name) }
    return own?.dropFirst(name.count) ?? ""
  }

  /// Whether a path is one of the dashboard's own files.
  private static func isPage(_ path: String) -> Bool {
    !path.hasPrefix("\(pagesPath)data") && !path.hasPrefix("/v1") && !path.hasPrefix("/v2")
      && path != "/metrics" && path != "/openapi.json"
  }

  /// Compares in a time that does not tell where the difference is.
  private static func equal(_ given: [UInt8], _ token: [UInt8]) -> Bool {
    var difference: UInt8 = given.count == token.count ? 0 : 1
    for (index, byte) in token.enumerated() {
      difference |= byte ^ (index < given.count ? given[index] : 0)
    }
    return difference == 0
  }

  /// Whether a type is JSON's, whatever its case and its parameters.
  private static func isJSON(_ type: String) -> Bool {
    type.prefix { $0 != ";" }.lowercased().filter { $0 != " " } == "application/json"
  }

  private func checkBody(_ head: HTTPRequestHead) throws(APIError) {
    let isChunked = head.headers.contains(name: "transfer-encoding")
    let length = head.headers.first(name: "content-length")
    if let length {
      guard let count = Int(length), count >= 0 else {
        throw APIError(400, "Content-Length: no number of bytes")
      }
      guard count <= bodyLimit else {
        throw APIError(413, "the body has \(count) bytes; at most \(bodyLimit) are taken")
      }
      guard count > 0 || isChunked else { return }
    }
    guard length != nil || isChunked else { return }
    let type = head.headers.first(name: "content-type") ?? ""
    guard type == "application/json" || Self.isJSON(type) else {
      throw APIError(
        415, "Content-Type: expected application/json, got \"\(type.prefix(80))\"")
    }
  }
}

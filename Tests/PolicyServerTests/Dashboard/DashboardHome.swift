import Foundation
import PolicyServer
import Records
import Testing

/// A home folder with a few runs, and the dashboard over it.
final class DashboardHome {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("foal-dashboard-\(UUID().uuidString)").path
  let dashboard: Dashboard

  init(tool: @escaping @Sendable ([String]) async throws -> String = { _ in "" }) {
    dashboard = Dashboard(home: path, tool: tool)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Enters a run whose return rises from 0 to `top` over ten readings.
  @discardableResult
  func enter(
    _ name: String, seed: UInt64 = 0, slots: Int = 64, top: Double = 9, ends: Bool = true
  ) throws -> Run {
    let store = try RunStore(below: path)
    let run = try store.begin(
      NewRun(
        name: name, command: "train", task: "cartpole", seed: seed, foalVersion: "0.1.0",
        configuration: .object(["slots": .integer(slots), "learner": .object(["rate": 1])])))
    let metrics = (0..<10).map { index in
      Metric(
        environmentStep: 100 * index, wallSeconds: 0.5 * Double(index), name: "return",
        value: top * Double(index) / 9)
    }
    try store.append(metrics, to: run)
    if ends { try store.end(run, as: .finished) }
    return run
  }

  /// What the dashboard answers to a GET, as JSON; other answers than 200 are an error's text.
  func get(_ path: String, _ query: [(String, String)] = []) async throws -> JSONValue {
    let answer = await dashboard.answer(
      DashboardRequest(path: ["data", path], query: query.map { (name: $0.0, value: $0.1) }))
    return try JSONValue(parsing: String(decoding: answer.body, as: UTF8.self))
  }

  /// The status and the JSON of an answer to a POST.
  func post(_ path: [String], _ body: String) async throws -> (status: Int, body: JSONValue) {
    let answer = await dashboard.answer(
      DashboardRequest(.post, path: ["data"] + path, body: Array(body.utf8)))
    return (
      answer.status, try JSONValue(parsing: String(decoding: answer.body, as: UTF8.self))
    )
  }

  func status(_ request: DashboardRequest) async -> Int {
    await dashboard.answer(request).status
  }
}

extension JSONValue {
  /// The elements of a list; none of anything else.
  var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

import FoalClient
import Foundation
import Synchronization

/// Answers calls with replies that were laid ready, in turn, and notes what was asked.
final class ScriptedServer: Sendable {
  private let replies: Mutex<[FoalClient.Answer]>
  private let noted = Mutex<[FoalClient.Call]>([])

  init(_ replies: [(status: Int, body: String)]) {
    self.replies = Mutex(
      replies.map { FoalClient.Answer(status: $0.status, body: Data($0.body.utf8)) })
  }

  /// A client that asks here.
  var client: FoalClient {
    FoalClient { [self] (call) throws(FoalClientError) in
      noted.withLock { $0.append(call) }
      let reply = replies.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      guard let reply else { throw .unreachable("no reply is left") }
      return reply
    }
  }

  /// What was asked: method, path and body, each as one line.
  var calls: [String] {
    noted.withLock { calls in
      calls.map { call in
        let body = call.body.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""
        return "\(call.method) \(call.path)\(body)"
      }
    }
  }

  static let opened = (
    status: 201,
    body: #"{"session":"5ff8","policy":"cartpole","policy_version":"3","seed":9007199254740993,"#
      + #""deterministic":true,"ttl_s":900,"next_step":0}"#
  )

  /// A step's reply.
  static func decision(step: Int, action: String = "1") -> (status: Int, body: String) {
    (
      200,
      #"{"action":\#(action),"log_prob":-0.5,"value":1.5,"policy_version":"3","step":\#(step),"trial":0}"#
    )
  }
}

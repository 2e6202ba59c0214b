internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// A request to turn a connection into a stream of a session's steps.
struct StreamUpgrade {
  let session: String
  private let head: HTTPRequestHead

  /// The most bytes of a message.
  static let messageLimit = 1 << 20

  /// Reads a request; nil if it asks for no stream.
  init?(_ head: HTTPRequestHead) {
    let (start, end) = ("/v1/sessions/", "/stream")
    guard head.method == .GET, head.uri.hasPrefix(start), head.uri.hasSuffix(end),
      head.headers.first(name: "upgrade")?.lowercased() == "websocket"
    else { return nil }
    session = String(head.uri.dropFirst(start.utf8.count).dropLast(end.utf8.count))
    self.head = head
  }

  /// Agrees to the upgrade.
  /// - Parameter agreed: called with the headers of the reply, or with what is wrong.
  func agree(_ channel: any Channel, _ agreed: @escaping (Result<HTTPHeaders, any Error>) -> Void) {
    let upgrader = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    upgrader.buildUpgradeResponse(
      channel: channel, upgradeRequest: head, initialResponseHeaders: [:]
    ).assumeIsolated().whenComplete(agreed)
  }

  /// Takes HTTP's handlers out of a pipeline and puts a WebSocket's in.
  ///
  /// - Parameters:
  ///   - http: HTTP's handlers, the decoder last: what it has not read yet is WebSocket already.
  ///   - gate: the handler that the WebSocket's come in the place of.
  static func exchangeHandlers(
    of pipeline: ChannelPipeline.SynchronousOperations, http: [any RemovableChannelHandler],
    gate: Gate, for handler: StreamHandler
  ) throws {
    try pipeline.addHandlers(
      [
        WebSocketFrameEncoder(),
        ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: messageLimit)),
        NIOWebSocketFrameAggregator(
          minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 1024,
          maxAccumulatedFrameSize: messageLimit), handler,
      ], position: .after(gate))
    pipeline.removeHandler(gate, promise: nil)
    for handler in http { pipeline.removeHandler(handler, promise: nil) }
  }
}

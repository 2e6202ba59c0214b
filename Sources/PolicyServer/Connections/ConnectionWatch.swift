internal import NIOCore

/// Watches how long a connection takes for what, and ends it where that is too long.
///
/// It stands before the HTTP decoder, so that it sees the first byte of a request and can refuse one
/// that never becomes complete.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The longest times.
  struct Limits: Sendable {
    /// From a request's first byte to the end of its header.
    var header = TimeAmount.seconds(10)
    /// From the end of a header to the end of its body.
    var body = TimeAmount.seconds(30)
    /// From a reply to the next request.
    var idle = TimeAmount.seconds(75)
    /// From the last reply to the end of the connection, if the client does not end it.
    var closing = TimeAmount.seconds(2)
  }

  /// What the connection is at.
  enum Phase {
    case idle, header, body, replying
    /// It is a stream of messages now.
    case streaming
    /// The last reply is written; what still comes is thrown away, so that the reply is read before
    /// the connection is gone.
    case closing
  }

  private let limits: Limits
  private var phase = Phase.idle
  private var since = NIODeadline.now()
  private var context: ChannelHandlerContext?
  private var tick: Scheduled<Void>?

  init(_ limits: Limits) {
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    wait(context.eventLoop)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    tick?.cancel()
    tick = nil
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if phase == .closing { return }
    if phase == .idle { enter(.header) }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // The pipeline asks for no more after a request that it could not read.
    if phase == .closing { context.read() } else { context.fireChannelReadComplete() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if phase == .closing, case ChannelEvent.inputClosed? = event as? ChannelEvent {
      context.close(promise: nil)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func enter(_ next: Phase) {
    guard phase != .streaming, phase != .closing else { return }
    phase = next
    since = .now()
  }

  /// Refuses a request that is not complete, and ends the connection.
  func refuse(_ error: APIError, _ reason: String) {
    guard let context, phase != .streaming, phase != .closing else { return }
    let body = error.body
    let reply = """
      HTTP/1.1 \(error.status) \(reason)\r\ncontent-type: application/json\r
      content-length: \(body.utf8.count)\r\nconnection: close\r\n\r\n\(body)
      """
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil)
    finish()
  }

  /// Ends the connection once what was written is sent.
  func finish() {
    guard let context else { return }
    enter(.closing)
    context.close(mode: .output, promise: nil)
    context.read()
  }

  /// A look a second is enough, and costs nothing where requests are many.
  private func wait(_ loop: any EventLoop) {
    let pause = min(.seconds(1), limits.header)
    tick = loop.assumeIsolated().scheduleTask(in: pause) { [weak self] in self?.look() }
  }

  private func look() {
    guard let context else { return }
    let age = NIODeadline.now() - since
    switch phase {
    case .header where age >= limits.header:
      refuse(
        APIError(408, "there was no complete header in \(limits.header.seconds) s"),
        "Request Timeout")
    case .body where age >= limits.body:
      refuse(
        APIError(408, "there was no complete body in \(limits.body.seconds) s"), "Request Timeout")
    case .idle where age >= limits.idle: context.close(promise: nil)
    case .closing where age >= limits.closing: context.close(promise: nil)
    case .streaming: break
    default: wait(context.eventLoop)
    }
  }
}

extension TimeAmount {
  fileprivate var seconds: Double { Double(nanoseconds) / 1e9 }
}

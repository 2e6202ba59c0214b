internal import NIOCore
internal import NIOWebSocket

/// A session's steps as messages of a WebSocket: each is what a POST to act takes, and is answered
/// with what that gives; a step that is refused, with its error and status.
final class StreamHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let session: Session
  private let batcher: LoopBatcher
  private var isOpen = true

  init(_ session: Session, _ batcher: LoopBatcher) {
    self.session = session
    self.batcher = batcher
  }

  func channelInactive(context: ChannelHandlerContext) {
    isOpen = false
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    guard isOpen else { return }
    // RFC 6455, section 5.1: a client masks all that it sends.
    guard frame.maskKey != nil else { return close(.protocolError, context) }
    switch frame.opcode {
    case .text: take(frame.unmaskedData, context)
    case .ping: send(.pong, frame.unmaskedData, context)
    case .pong: break
    case .connectionClose: close(.normalClosure, context)
    default: close(.unacceptableData, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    close(
      error as? NIOWebSocketError == .invalidFrameLength ? .messageTooLarge : .protocolError,
      context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent { close(.goingAway, context) }
    context.fireUserInboundEventTriggered(event)
  }

  private func take(_ message: ByteBuffer, _ context: ChannelHandlerContext) {
    do throws(APIError) {
      let request = try StepRequest(Array(message.readableBytesView))
      batcher.step(request, of: session) { [self] result in
        switch result {
        case .success(let reply): send(reply.json, context)
        case .failure(let error): send(error.message(withStatus: true), context)
        }
      }
    } catch {
      send(error.message(withStatus: true), context)
    }
  }

  private func send(_ text: String, _ context: ChannelHandlerContext) {
    guard isOpen else { return }
    send(.text, context.channel.allocator.buffer(string: text), context)
  }

  private func send(
    _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext
  ) {
    context.writeAndFlush(
      wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
  }

  private func close(_ code: WebSocketErrorCode, _ context: ChannelHandlerContext) {
    guard isOpen else { return }
    isOpen = false
    var data = context.channel.allocator.buffer(capacity: 2)
    data.write(webSocketErrorCode: code)
    send(.connectionClose, data, context)
    context.close(promise: nil)
  }
}

internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// Where requests come in: refuses those that may not be answered, decides steps at once on the
/// event loop, turns streams into WebSockets, and hands everything else on, whole.
final class Gate: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// What is done with the request that is being read.
  private enum Reading {
    case nothing
    case step(session: String, HTTPRequestHead)
    case other(HTTPRequestHead)
    /// It is refused; its body is thrown away.
    case refused
  }

  private let core: ServerCore
  private let watch: ConnectionWatch
  private let batcher: LoopBatcher
  /// HTTP's handlers before this one, the decoder last.
  private let httpHandlers: [any RemovableChannelHandler]
  private var reading = Reading.nothing
  private var body: ByteBuffer?
  /// Whether HEAD was asked for: the reply is a header alone, or what follows it would be read as the
  /// next reply.
  private var wantsHeaderOnly = false
  private var isOpen = true
  /// Whether the connection ends with the reply to what was handed on.
  private var endsAfterReply = false
  private var status = 0

  init(
    _ core: ServerCore, _ watch: ConnectionWatch, _ batcher: LoopBatcher,
    behind httpHandlers: [any RemovableChannelHandler]
  ) {
    self.core = core
    self.httpHandlers = httpHandlers
    self.watch = watch
    self.batcher = batcher
  }

  func handlerRemoved(context: ChannelHandlerContext) { leave() }

  func channelInactive(context: ChannelHandlerContext) {
    leave()
    context.fireChannelInactive()
  }

  private func leave() {
    isOpen = false
    if case .step = reading { batcher.bodyArrived() }
    reading = .nothing
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body(let part): take(part, context)
    case .end: end(context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
    core.metrics.countReply(status: error == .headerOverflow ? 431 : 400)
    if error == .headerOverflow {
      let limits = "\(Admission.headerBytes) bytes or \(Admission.headerLines) lines"
      watch.refuse(
        APIError(431, "the header has more than \(limits)"), "Request Header Fields Too Large")
    } else {
      watch.refuse(APIError(400, "this is no HTTP/1.1: \(error)"), "Bad Request")
    }
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    watch.enter(.body)
    body = nil
    wantsHeaderOnly = head.method == .HEAD
    do throws(APIError) {
      try core.admission.check(head)
    } catch {
      return refuse(error, head, context)
    }
    if let session = Self.session(of: head) {
      reading = .step(session: session, head)
      batcher.headArrived()
    } else {
      reading = .other(head)
    }
    if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
      let more = HTTPResponseHead(version: .http1_1, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(more)), promise: nil)
    }
  }

  /// The session that a request is a step of; nil if it is something else.
  private static func session(of head: HTTPRequestHead) -> String? {
    let (start, end) = ("/v1/sessions/", "/act")
    guard head.method == .POST, head.uri.hasPrefix(start), head.uri.hasSuffix(end) else {
      return nil
    }
    let id = head.uri.dropFirst(start.utf8.count).dropLast(end.utf8.count)
    return id.contains("/") ? nil : String(id)
  }

  private func take(_ part: ByteBuffer, _ context: ChannelHandlerContext) {
    if case .refused = reading { return }
    if body == nil { body = part } else { body?.writeImmutableBuffer(part) }
    guard (body?.readableBytes ?? 0) > core.admission.bodyLimit else { return }
    let error = APIError(413, "the body has more than \(core.admission.bodyLimit) bytes")
    switch reading {
    case .step(_, let head):
      batcher.bodyArrived()
      refuse(error, head, context)
    case .other(let head): refuse(error, head, context)
    case .nothing, .refused: break
    }
  }

  /// Answers before the body has come. What is left of it is not worth reading: the connection ends.
  private func refuse(
    _ error: APIError, _ head: HTTPRequestHead, _ context: ChannelHandlerContext
  ) {
    reading = .refused
    body = nil
    let hasBody =
      head.headers.contains(name: "content-length")
      || head.headers.contains(name: "transfer-encoding")
    respond(error.status, error.body, closing: hasBody || Self.isLast(head), context)
  }

  /// Whether no other request is to be read from the connection. Behind one that asks for another
  /// protocol, and is not given it, the decoder reads none.
  private static func isLast(_ head: HTTPRequestHead) -> Bool {
    !head.isKeepAlive || head.method == .CONNECT || head.headers.contains(name: "upgrade")
  }

  private func end(_ context: ChannelHandlerContext) {
    let bytes = body
    body = nil
    let request = reading
    reading = .nothing
    switch request {
    case .refused, .nothing: break
    case .step(let session, let head):
      watch.enter(.replying)
      decide(session, bytes, isLast: Self.isLast(head), context)
      batcher.bodyArrived()
    case .other(let head):
      watch.enter(.replying)
      if let stream = StreamUpgrade(head) {
        open(stream, context)
      } else {
        endsAfterReply = Self.isLast(head)
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if let bytes { context.fireChannelRead(wrapInboundOut(.body(bytes))) }
        context.fireChannelRead(wrapInboundOut(.end(nil)))
      }
    }
  }

  private func decide(
    _ id: String, _ bytes: ByteBuffer?, isLast: Bool, _ context: ChannelHandlerContext
  ) {
    let start = NIODeadline.now()
    do throws(APIError) {
      let session = try core.sessions.session(id)
      let request = try StepRequest(bytes.map { Array($0.readableBytesView) } ?? [])
      batcher.step(request, of: session) { [self] result in
        let seconds = Double((NIODeadline.now() - start).nanoseconds) / 1e9
        core.metrics.stepTimes.note(seconds: seconds)
        guard isOpen else { return }
        switch result {
        case .success(let reply): respond(200, reply.json, closing: isLast, context)
        case .failure(let error): respond(error.status, error.body, closing: isLast, context)
        }
      }
    } catch {
      respond(error.status, error.body, closing: isLast, context)
    }
  }

  private func respond(
    _ status: Int, _ body: String, closing: Bool, _ context: ChannelHandlerContext
  ) {
    var headers = HTTPHeaders([
      ("content-type", "application/json"), ("content-length", "\(body.utf8.count)"),
    ])
    if closing { headers.add(name: "connection", value: "close") }
    if status == 401 { headers.add(name: "www-authenticate", value: "Bearer") }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
    core.metrics.countReply(status: status)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !wantsHeaderOnly {
      context.write(
        wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: body)))),
        promise: nil)
    }
    watch.enter(.idle)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    if closing { watch.finish() }
  }

  /// Notes what others answer.
  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // Read before the end is written: that may let the next request in, which sets it anew.
    var isLast = false
    switch unwrapOutboundIn(data) {
    case .head(let head): status = Int(head.status.code)
    case .end:
      core.metrics.countReply(status: status)
      watch.enter(.idle)
      isLast = endsAfterReply
    case .body:
      if wantsHeaderOnly {
        promise?.succeed()
        return
      }
    }
    context.write(data, promise: promise)
    if isLast {
      context.flush()
      watch.finish()
    }
  }
}

extension Gate {
  /// Turns the connection into a stream of a session's steps, or refuses to.
  private func open(_ stream: StreamUpgrade, _ context: ChannelHandlerContext) {
    do throws(APIError) {
      let session = try core.sessions.session(stream.session)
      stream.agree(context.channel) { [self] agreed in
        switch agreed {
        case .success(let headers): begin(session, headers, context)
        case .failure:
          let error = APIError(400, "this is no request for a WebSocket that can be served")
          respond(error.status, error.body, closing: true, context)
        }
      }
    } catch {
      respond(error.status, error.body, closing: true, context)
    }
  }

  private func begin(_ session: Session, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
    let head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
    core.metrics.countReply(status: 101)
    watch.enter(.streaming)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    do {
      try StreamUpgrade.exchangeHandlers(
        of: context.pipeline.syncOperations, http: httpHandlers, gate: self,
        for: StreamHandler(session, batcher))
    } catch {
      context.close(promise: nil)
    }
  }
}

internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import Synchronization

/// A connection whose requests pass the ``Gate`` before the routes see them.
struct GuardedChannel: ServerChildChannel, HTTPChannelHandler {
  typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

  let responder: HTTPChannelHandler.Responder
  let core: ServerCore

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      var limits = NIOHTTPDecoderLimitConfiguration()
      limits.maxHeaderFieldSize = Admission.headerBytes
      limits.maxHeaderListSize = Admission.headerBytes
      limits.maxHeaderFieldCount = Admission.headerLines
      let encoder = HTTPResponseEncoder()
      let decoder = ByteToMessageHandler(
        HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
      // One request at a time, the next is read when the last is answered.
      let order = HTTPServerPipelineHandler()
      let watch = ConnectionWatch(core.settings.connectionLimits)
      let gate = Gate(
        core, watch, core.batcher(of: channel.eventLoop), behind: [order, encoder, decoder])
      try pipeline.addHandlers([watch, encoder, decoder, order, gate])
      try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
      return try NIOAsyncChannel(
        wrappingChannelSynchronously: channel,
        configuration: .init(isOutboundHalfClosureEnabled: true))
    }
  }

  func handle(value: Value, logger: Logger) async {
    await handleHTTP(asyncChannel: value, logger: logger)
  }
}

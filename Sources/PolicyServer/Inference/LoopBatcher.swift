internal import NIOCore
internal import Policies

/// Decides for the sessions whose connections one event loop serves: the steps that have arrived
/// together go through the network in one pass.
///
/// All connections that are ready are read before a pass begins, so steps that arrive together are
/// decided together without any of them waiting. Only if another step is arriving, its head is here
/// and its body is not, a pass waits for it, and never longer than the window.
///
/// It belongs to its event loop and is touched from nowhere else.
final class LoopBatcher {
  typealias Reply = (Result<StepReply, APIError>) -> Void

  /// The steps that one version is to decide.
  private struct Group {
    let version: PolicyVersion
    var rows = Policy.Rows()
    var entries: [(session: Session, reply: Reply)] = []
  }

  private let loop: any EventLoop
  private let window: TimeAmount
  private let metrics: Metrics
  private var groups: [ObjectIdentifier: Group] = [:]
  private var stepCount = 0
  /// When the oldest step that is not decided came in.
  private var firstArrival = NIODeadline.now()
  /// The steps whose heads are here and whose bodies are not, and when the last such head came.
  private var arriving = 0
  private var lastHead = NIODeadline.uptimeNanoseconds(0)
  private var isLooking = false
  private var timer: Scheduled<Void>?

  /// The most steps of one pass.
  private static let mostSteps = 256

  init(_ loop: any EventLoop, window: TimeAmount, metrics: Metrics) {
    self.loop = loop
    self.window = window
    self.metrics = metrics
  }

  /// Notes that a step's head is here.
  func headArrived() {
    arriving += 1
    lastHead = .now()
  }

  /// Notes that the body of a step whose head was here has come, or never will.
  func bodyArrived() {
    arriving -= 1
    if timer != nil { look() }
  }

  /// Takes a step in, and calls a function with what it led to: at once if that is known.
  func step(_ request: StepRequest, of session: Session, reply: @escaping Reply) {
    do throws(APIError) {
      let key = ObjectIdentifier(session.version)
      let entry = try session.enter(
        request, into: &groups[key, default: Group(version: session.version)].rows
      ) { elsewhere(reply) }
      switch entry {
      case .replied(let known): reply(.success(known))
      case .waits: break
      case .entered:
        groups[key]?.entries.append((session, reply))
        if stepCount == 0 { firstArrival = .now() }
        stepCount += 1
        look()
      }
    } catch {
      reply(.failure(error))
    }
  }

  /// The function as one that may be called from another event loop.
  private func elsewhere(_ reply: @escaping Reply) -> Session.Reply {
    let bound = NIOLoopBound(reply, eventLoop: loop)
    let loop = loop
    return { result in loop.execute { bound.value(result) } }
  }

  /// Looks, once all connections that are ready have been read, whether a pass is to begin.
  private func look() {
    guard !isLooking else { return }
    isLooking = true
    loop.assumeIsolated().execute { self.decideOrWait() }
  }

  private func decideOrWait() {
    isLooking = false
    guard stepCount > 0 else { return }
    let now = NIODeadline.now()
    guard arriving > 0, stepCount < Self.mostSteps, now - lastHead < window,
      now - firstArrival < window
    else { return decide() }
    guard timer == nil else { return }
    timer = loop.assumeIsolated().scheduleTask(deadline: firstArrival + window) { self.decide() }
  }

  private func decide() {
    timer?.cancel()
    timer = nil
    let ready = groups
    groups.removeAll(keepingCapacity: true)
    stepCount = 0
    for group in ready.values where !group.entries.isEmpty {
      metrics.countPass(steps: group.entries.count)
      let decisions = StepDecision.all(group.rows, by: group.version)
      for (entry, decision) in zip(group.entries, decisions) {
        entry.reply(entry.session.finish(decision))
      }
    }
  }
}

internal import Environments
internal import Networks
internal import Policies

/// The episodes that are being watched or played: a bounded number, each until it is forgotten.
package actor EpisodeRoom {
  /// The most episodes at once; the one that was stepped the longest ago makes room for another.
  package static let capacity = 64
  /// The most steps in one request.
  static let mostSteps = 100

  private var episodes: [String: (episode: Episode, used: ContinuousClock.Instant)] = [:]

  /// What is known of an episode when it begins.
  struct Begun: Encodable, Sendable {
    var id: String
    var tries: Int
    var parameters: [TaskParameter]
    var frame: EpisodeFrame
  }

  /// Takes an episode in.
  func begin(_ episode: Episode) -> Begun {
    if episodes.count >= Self.capacity,
      let oldest = episodes.min(by: { $0.value.used < $1.value.used })
    {
      episodes[oldest.key] = nil
    }
    let id = String(UInt64.random(in: .min ... .max), radix: 16)
    episodes[id] = (episode, .now)
    return Begun(
      id: id, tries: episode.tries, parameters: episode.parameters, frame: episode.frame)
  }

  /// Moves an episode on, until it is over at the most.
  func step(_ id: String, _ steps: EpisodeSteps) throws -> [EpisodeFrame] {
    guard var (episode, _) = episodes[id] else {
      throw DashboardFailure(.gone, "the episode is forgotten: begin another")
    }
    let count = steps.count ?? 1
    guard (1...Self.mostSteps).contains(count) else {
      throw DashboardFailure(
        .badRequest, "count is \(count); allowed: 1 to \(Self.mostSteps)")
    }
    // Out of the dictionary while it changes, so that its buffers are not copied.
    episodes[id] = nil
    defer { episodes[id] = (episode, .now) }
    var frames: [EpisodeFrame] = []
    for _ in 0..<count {
      frames += try episode.advance(steps)
      if episode.isOver { break }
      // A person meets the next try with a fresh eye.
      if episode.isPlayed, frames.last?.step == 0 { break }
    }
    return frames
  }
}

extension Dashboard {
  /// Makes the episode that is asked for.
  func episode(_ wish: EpisodeWish) throws -> Episode {
    let entry = try Self.entry(wish.environment)
    let (task, tries) = (wish.task ?? 0, wish.tries ?? 3)
    guard task >= 0, (1...20).contains(tries) else {
      throw DashboardFailure(
        .badRequest, "task is \(task) and tries \(tries); allowed: 0 or more, and 1 to 20")
    }
    return Episode(
      try player(wish, entry.tasks), on: entry.tasks, task: entry.kind == .family ? task : 0,
      seed: wish.seed ?? 0, tries: tries)
  }

  private func player(_ wish: EpisodeWish, _ tasks: TaskSource) throws -> Episode.Player {
    switch wish.player {
    case "person": return .person
    case "random": return .random
    case "expert":
      guard tasks.hasExperts else {
        throw DashboardFailure(.badRequest, "there is no expert for \(tasks.name)")
      }
      return .expert
    case "agent":
      guard let name = wish.agent else {
        throw DashboardFailure(.badRequest, "an agent that plays needs its name as \"agent\"")
      }
      let agent = try agents.item(name).agent
      do { try agent.check(actsIn: tasks) } catch {
        throw DashboardFailure(.badRequest, "\(error)")
      }
      return .agent(agent, memory: agent.policy.network.emptyMemory(1))
    default:
      throw DashboardFailure(
        .badRequest, "player is \(wish.player); allowed: person, random, expert, agent")
    }
  }
}

import Agents
import Environments
import Networks
import Reproductions
import Schooling
import Tensors
import Foundation

let args = CommandLine.arguments
func arg(_ n: String, _ d: Double) -> Double {
  for a in args { if a.hasPrefix(n + "=") { return Double(a.dropFirst(n.count + 1))! } }
  return d
}
func say(_ items: Any...) {
  FileHandle.standardOutput.write(Data((items.map { "\($0)" }.joined(separator: " ") + "\n").utf8))
}
let seed = UInt64(arg("seed", 0))
func cpu() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

func config(_ tries: Int, _ stepsPerTask: Int) -> Pretraining.Configuration {
  var c = Pretraining.Configuration(triesPerTask: tries, steps: Int(arg("steps", 1e6)))
  c.learner.slots = Int(arg("slots", 256))
  c.learner.lanes = 1
  c.learner.rolloutSteps = Int(arg("T", Double(stepsPerTask)))
  c.learner.epochs = Int(arg("epochs", 3))
  c.learner.minibatches = Int(arg("mb", 4))
  c.learner.entropyCoefficient = Float(arg("ent", 0.01))
  c.learner.rewardScale = Float(arg("scale", 1))
  c.learner.discount = Float(arg("gamma", 0.99))
  c.learner.gaeLambda = Float(arg("lambda", 0.3))
  c.learner.learningRate = Float(arg("lr", 1e-3))
  c.learner.hidden = arg("hidden", 0) > 0 ? [Int(arg("hidden", 0))] : []
  c.learner.memory = Int(arg("memory", 32))
  c.learner.returnsSpanTries = true
  c.wipesMemoryEachTry = arg("wipe", 0) > 0
  return c
}
func train(_ tasks: TaskSource, _ tries: Int, _ stepsPerTask: Int) throws {
  let start = cpu()
  var p = try Pretraining(on: tasks, config(tries, stepsPerTask), seed: seed)
  var next = 0
  try p.run { q in
    if q.steps >= next {
      say(q.steps, "total", q.returns.reduce(0, +), "first", q.returns[0], "last", q.returns.last!, "H", q.statistics.entropy, "cpu", cpu() - start)
      next += Int(arg("steps", 1e6)) / 20
    }
  }
  let agent = p.agent(named: "x")
  var s = Evaluation.Settings(tasks: 2000, tries: tries); s.seed = seed
  for greedy in [false, true] {
    s.greedy = greedy
    let r = try agent.returns(on: tasks, s, memoryLasting: arg("wipe", 0) > 0 ? .try : .task)
    let mean = r.map { Double($0.reduce(0, +)) }.reduce(0, +) / Double(r.count)
    say("greedy", greedy, "TOTAL", mean, "cpu", cpu() - start)
  }
}
switch args[1] {
case "baselines":
  for (n, k) in [(5, 10), (10, 100)] {
    let fam = BanditFamily(.independent(n))
    let t0 = cpu()
    let g = GittinsIndices(pulls: k)
    say("gittins table", cpu() - t0)
    for (name, s) in [("random", BanditStrategy.random), ("greedy0", .greedy(exploration: 0)), ("greedy.05", .greedy(exploration: 0.05)), ("greedy.1", .greedy(exploration: 0.1)), ("ucb1", .upperConfidence(scale: 1)), ("ucb.5", .upperConfidence(scale: 0.5)), ("ucb.2", .upperConfidence(scale: 0.2)), ("thompson", .thompson), ("gittins", .gittins(g))] {
      let t0 = cpu()
      var total = 0.0
      var r = RandomStream(seed: 1)
      for task in 0..<2000 {
        var tr = RandomStream(seed: 3).split(task)
        total += Double(s.play(fam.task(.heldOut, using: &tr), pulls: k, using: &r))
      }
      say(n, k, name, total / 2000, cpu() - t0)
    }
  }
  for (name, s) in [("psrl", PosteriorSampling()), ("greedy0", PosteriorSampling(draws: false)), ("greedy.1", PosteriorSampling(draws: false, exploration: 0.1)), ("random", PosteriorSampling(draws: false, exploration: 1))] {
    let t0 = cpu()
    var total = 0.0
    var r = RandomStream(seed: 1)
    for task in 0..<500 {
      var tr = RandomStream(seed: 3).split(task)
      total += Double(s.play(RandomMDPFamily().task(.heldOut, using: &tr), tries: 10, using: &r).reduce(0, +))
    }
    say("mdp", name, total / 500, cpu() - t0)
  }
  say(try expertReturns(on: TaskSource(RandomMDPFamily()), Evaluation.Settings(tasks: 500, tries: 10))!.map { $0.reduce(0, +) }.reduce(0, +) / 500)
case "bandit":
  try train(TaskSource(BanditFamily(.independent(Int(arg("n", 5))))), Int(arg("k", 10)), Int(arg("k", 10)))
case "pair":
  try train(TaskSource(BanditFamily(.dependent(.uniform))), Int(arg("k", 100)), Int(arg("k", 100)))
case "mdp":
  try train(TaskSource(RandomMDPFamily()), 10, 100)
case "sarsa":
  for a in [Float(0.1), 0.3, 0.5, 0.7, 0.9, 1] { for b in [Float(1), 2, 3, 5, 10] {
    var random = RandomStream(seed: 0)
    var stays = StayProbabilities(); var r = 0
    for _ in 0..<600 { let t = TwoStepStrategy.modelFree(learningRate: a, inverseTemperature: b).play(TwoStepTask(), using: &random); stays.add(t); r += t.count(where: \.isRewarded) }
    say(a, b, "I", stays.interaction, "R", stays.rewardEffect, "reward", Double(r) / 60000)
  } }
case "grid":
  for kind in GridTask.Kind.allCases {
    var c = PPO.Configuration()
    c.slots = Int(arg("slots", 64)); c.lanes = 1; c.rolloutSteps = Int(arg("T", 32)); c.epochs = Int(arg("epochs", 2)); c.discount = Float(arg("gamma", 0.95))
    c.hidden = [Int(arg("hidden", 32))]; c.trunk = .shared; c.memory = Int(arg("memory", 16)); c.learningRate = Float(arg("lr", 1e-3))
    c.entropyCoefficient = Float(arg("ent", 0.01))
    let start = cpu()
    var l = try PPO(c, seed: seed) { slots, random in
      TaskSource(GridTask(kind), named: "grid").batch(slots: slots, random: random) }
    var total: Float = 0, n: Float = 0, next = 0.1
    let steps = arg("steps", 300000)
    var line = ""
    while Double(l.steps) < steps {
      let i = try l.iterate(progress: Float(l.steps) / Float(steps))
      for e in i.episodes { total += e.undiscountedReturn; n += 1 }
      if Double(l.steps) / steps >= next { line += " \(total / n)"; total = 0; n = 0; next += 0.1 }
    }
    say(kind, line, cpu() - start)
  }
case "repro":
  let r = PublishedSystem.all.first { $0.name == args[2] }!.reproduction!
  let effort: Effort = arg("full", 0) > 0 ? .full : .quick
  let seeds = arg("seeds", 0) > 0 ? (0..<UInt64(arg("seeds", 0))).map { $0 } : nil
  let only = args.first { $0.hasPrefix("only=") }?.dropFirst(5)
  if let only {
    for a in r.arms where only.split(separator: "+").contains(Substring(a.name)) {
      for s in seeds ?? [0] {
        let c = cpu()
        let m = try a.run(effort, s)
        for (n, curve) in m.curves { say(n, curve.map { String(format: "%.2f", $0.y) }.joined(separator: " ")) }
        say(a.name, s, m.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, "cpu", cpu() - c)
      }
    }
  } else {
    let c = cpu()
    let result = try r.run(effort, seeds: seeds, workers: 1) { say($0.done, $0.total, $0.arm, $0.seed, cpu()) }
    for m in r.measures { for a in r.arms {
      let v = result.values(of: m.name, arm: a.name)
      if let i = result.interval(of: m.name, arm: a.name) { say(m.name, "|", a.name, "|", i.estimate, i.low, i.high, v) }
    } }
    for claim in r.claims(effort) { say(claim.text, result.verdict(on: claim)) }
    say("verdict", r.verdict(on: result), "broken", r.verdict(on: result.replacing(r.arms[0].name, by: r.broken)), "cpu", cpu() - c)
  }
default: break
}

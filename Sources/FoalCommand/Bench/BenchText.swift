internal import Agents
internal import ArgumentParser
internal import Environments

/// What `foal bench` prints, section by section.
struct BenchText {
  private let machine: Machine
  private let stream: StandardStream
  private let isQuick: Bool

  init(_ machine: Machine, _ stream: StandardStream, isQuick: Bool) {
    self.machine = machine
    self.stream = stream
    self.isQuick = isQuick
  }

  private var allCores: String { "\(machine.workers) cores" }

  /// What the machine is.
  var introduction: String {
    let kernels = machine.blasKernels.map { " with kernels for \($0)" } ?? ""
    let cores = machine.cores == 1 ? "1 core" : "\(machine.cores) cores"
    let used =
      machine.workers == machine.cores
      ? "" : ", measured on 1 and \(machine.workers)"
    let words =
      "\(machine.processor), \(cores)\(used), \(machine.system). Matrix products: "
      + "\(machine.blas)\(kernels); elementwise loops: \(machine.instructionSet)."
      + (machine.advice.map { " \($0)" } ?? "")
      + (isQuick ? " A quick look: expect the figures to move by a fifth from run to run." : "")
    return wrapped("\(stream.style.bold("foal \(FoalTool.configuration.version)")) on \(words)")
  }

  func ceilings(_ ceilings: Ceilings) -> String {
    let hasAll = ceilings.gigaflops.allCores != nil
    var table = Table(
      [.left("at most"), .right("1 core")] + (hasAll ? [.right(allCores)] : []) + [.left("")])
    let size = ceilings.matrixSize
    for (name, rate, unit) in [
      ("products of \(size)x\(size) matrices", ceilings.gigaflops, "GFLOP/s"),
      ("memory read and written", ceilings.gigabytesPerSecond, "GB/s"),
    ] {
      let all = rate.allCores.map { [Quantities.fixed($0, decimals: 1)] } ?? []
      table.append([name, Quantities.fixed(rate.oneCore, decimals: 1)] + all + [unit])
    }
    return shown(table)
  }

  func updates(_ results: [UpdateBenchmark.Result], _ ceilings: Ceilings) -> String {
    var table = Table([
      .left("PPO update, 1 core"), .right("samples"), .right("updates/s"), .right("Foal, µs"),
      .right("C, µs"), .right("Foal / C"), .left("target"), .right("of ceiling"),
    ])
    for result in results {
      let foal = result.foal.median
      table.append([
        result.benchmark.name, Quantities.count(result.benchmark.samples),
        Quantities.short(1 / foal), Quantities.fixed(1e6 * foal, decimals: 1),
        Quantities.fixed(1e6 * result.byHand.median, decimals: 1),
        Quantities.fixed(result.ratio, decimals: 2),
        target(
          "≤ \(Quantities.fixed(UpdateBenchmark.target, decimals: 2))",
          isMet: result.ratio <= UpdateBenchmark.target),
        percent(result.gigaflops / ceilings.gigaflops.oneCore),
      ])
    }
    let ceiling = Quantities.fixed(ceilings.gigaflops.oneCore, decimals: 1)
    return shown(
      table,
      note: "C: the same update by hand on the same library; the target is for Foal's time as a "
        + "multiple of its. Of ceiling: the matrix products that an update must do, as a share of "
        + "\(ceiling) GFLOP/s, what one core reaches at most.")
  }

  func recurrent(_ result: RecurrentBenchmark, _ ceilings: Ceilings) -> String {
    var table = Table([
      .left("with a memory, 1 core"), .right("updates/s"), .right("Foal, ms"),
      .right("products alone, ms"), .right("share"), .left("target"), .right("of ceiling"),
    ])
    let document = result.document(under: ceilings)
    table.append([
      "\(document.network), \(document.sequences)x\(document.steps) steps",
      Quantities.short(document.updatesPerSecond),
      Quantities.fixed(1e3 * result.foal.median, decimals: 2),
      Quantities.fixed(1e3 * result.products.median, decimals: 2), percent(result.share),
      target(
        "≥ \(percent(RecurrentBenchmark.target))", isMet: result.share >= document.targetShare),
      percent(document.shareOfCeiling),
    ])
    return shown(
      table,
      note: "Products alone: what the matrix products that the update must do take by themselves, "
        + "in exactly its shapes; the share is of Foal's time.")
  }

  func environments(_ results: [EnvironmentBenchmark]) -> String {
    var table = Table([
      .left("steps with random actions, 1 core"), .left("kind"), .right("steps/s"),
      .right("drawing them"), .right("steps/s without"),
    ])
    for result in results {
      let (rate, drawing) = (result.stepsPerSecond.median, result.drawingShare.median)
      table.append([
        result.entry.name, result.entry.kind.rawValue, Quantities.short(rate), percent(drawing),
        Quantities.short(rate / (1 - drawing)),
      ])
    }
    return shown(
      table,
      note: "\(Quantities.count(EnvironmentBenchmark.slots)) environments stepped together; "
        + "observations, rewards and ends are written. Steps/s include the drawing of the actions.")
  }

  func learning(_ speeds: [LearningSpeed]) -> String {
    let hasAll = machine.workers > 1
    var table = Table(
      [
        .left("PPO on CartPole-v1, steps/s"), .right("environments"), .right("batch"),
        .right("1 core"),
      ] + (hasAll ? [.right(allCores), .right("speed-up")] : []))
    for speed in speeds {
      let configuration = speed.configuration
      let all =
        speed.speedup.map {
          [Quantities.short(speed.allWorkers.median), Quantities.fixed($0, decimals: 2)]
        } ?? []
      table.append(
        [
          speed.benchmark.rawValue, Quantities.count(configuration.slots),
          Quantities.count(configuration.slots * configuration.rolloutSteps),
          Quantities.short(speed.oneWorker.median),
        ] + all)
    }
    let lanes = speeds.first?.configuration.lanes ?? 1
    return shown(
      table,
      note: "ppo: 4 epochs of 4 minibatches, actor and critic of 64x64. ppo-wide: 1 epoch of 8, a "
        + "hidden layer of 128; ppo-recurrent: a gated recurrent unit of 128 after it. "
        + "\(lanes == 1 ? "1 lane" : "\(lanes) lanes").")
  }

  func playroom(_ result: PlayroomBenchmark, _ ceilings: Ceilings) -> String {
    let document = result.document(under: ceilings)
    var table = Table([
      .left("pretraining in playrooms"), .right("steps/s"), .right("GFLOP/s"),
      .right("of ceiling"), .left("target"),
    ])
    for speed in document.speeds {
      table.append([
        speed.cores == 1 ? "1 core" : allCores, Quantities.short(speed.stepsPerSecond.median),
        Quantities.fixed(speed.gigaflops, decimals: 1), percent(speed.shareOfCeiling),
        target(
          "≥ \(percent(document.targetShare))", isMet: speed.shareOfCeiling >= document.targetShare),
      ])
    }
    return shown(
      table,
      note: "Acting and learning of the default agent, \(Quantities.count(document.parameters)) "
        + "weights. Of ceiling: the matrix products that its network needs, as a share of what the "
        + "machine reaches at most.")
  }

  func offPolicy(_ speeds: [OffPolicySpeed]) -> String {
    let hasAll = machine.workers > 1
    var table = Table(
      [.left("learning off policy, updates/s"), .right("1 core")]
        + (hasAll ? [.right(allCores), .right("speed-up")] : []))
    for speed in speeds {
      let all =
        speed.speedup.map {
          [Quantities.short(speed.allWorkers.median), Quantities.fixed($0, decimals: 2)]
        } ?? []
      table.append([speed.benchmark.title, Quantities.short(speed.oneWorker.median)] + all)
    }
    return shown(
      table,
      note: "Networks of 256x256; acting is included: a step for each update of SAC, two for each "
        + "of DQN.")
  }

  func solved(_ solved: SolvedBenchmark) -> String {
    var table = Table([
      .left("CartPole-v1 from scratch"), .right("median"), .right("least"), .right("most"),
    ])
    table.append(
      ["seconds"]
        + [solved.seconds.median, solved.seconds.least, solved.seconds.most].map {
          Quantities.fixed($0, decimals: 2)
        })
    table.append(
      ["steps"]
        + [solved.steps.median, solved.steps.least, solved.steps.most].map {
          $0.isFinite ? Quantities.count(Int($0)) : "-"
        })
    return shown(
      table,
      note: "Until the mean return of 100 episodes was 475: \(solved.solvedCount) of "
        + "\(solved.runs.count) seeds, on \(solved.workers == 1 ? "1 core" : allCores), with the "
        + "settings of 'foal train'.")
  }

  func recording(_ recording: RecordingBenchmark) -> String {
    var table = Table([
      .left("pretraining, metrics and checkpoints"), .right("recorded, s"), .right("not, s"),
      .right("ratio"), .left("target"),
    ])
    for row in recording.rows {
      let ratio = recording.ratio(row)
      table.append([
        "saved every \(row.checkpointSeconds) s", Quantities.fixed(row.seconds.median, decimals: 2),
        Quantities.fixed(recording.unrecorded.median, decimals: 2),
        Quantities.fixed(ratio, decimals: 3),
        row.target.map { target("≤ \(Quantities.fixed($0, decimals: 2))", isMet: ratio <= $0) }
          ?? "",
      ])
    }
    return shown(
      table,
      note: "\(Quantities.count(recording.steps)) steps of the cart-pole family from the same seed "
        + "on \(recording.workers == 1 ? "1 core" : allCores), with the settings of 'foal pretrain'; "
        + "each run is saved at its start too.")
  }

  func peers(_ peers: PeerComparisons) -> String {
    var table = Table([
      .left("Foal and peers"), .left("peer"), .right("threads"), .right("Foal"), .right("peer"),
      .right("times as fast"), .right("compiling"),
    ])
    for comparison in peers.comparisons {
      func words(_ value: Double) -> String {
        guard comparison.countsSeconds else { return "\(Quantities.short(value))/s" }
        return value.isFinite ? "\(Quantities.fixed(value, decimals: 2)) s" : "not solved"
      }
      table.append([
        comparison.benchmark.rawValue, "\(comparison.peer) \(comparison.version)",
        comparison.peerThreads == comparison.threads
          ? "\(comparison.threads)" : "\(comparison.threads), \(comparison.peerThreads)",
        words(comparison.foal.median), words(comparison.other.median),
        Quantities.fixed(comparison.ratio, decimals: 2),
        "\(Quantities.fixed(comparison.compileSeconds.median, decimals: 1)) s",
      ])
    }
    var text = peers.comparisons.isEmpty ? "\nNo peer was measured.\n" : shown(table)
    for skipped in peers.skipped {
      let what = skipped.benchmark.map { "\(skipped.peer), \($0)" } ?? skipped.peer
      text += wrapped("left out: \(what): \(skipped.reason)")
    }
    return text
  }

  /// A target, marked by whether it is met.
  private func target(_ words: String, isMet: Bool) -> String {
    isMet
      ? stream.style.paint("\(words) met", .green) : stream.style.paint("\(words) missed", .yellow)
  }

  private func percent(_ share: Double) -> String {
    "\(Quantities.fixed(100 * share, decimals: 0)) %"
  }

  private func shown(_ table: Table, note: String? = nil) -> String {
    "\n" + table.rendered(style: stream.style) + (note.map(wrapped) ?? "")
  }

  private func wrapped(_ text: String) -> String {
    text.wrapped(toColumns: min(stream.columns, 100)) + "\n"
  }
}

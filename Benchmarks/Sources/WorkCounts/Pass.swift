import AllocationCounter
import CountedPass
import Workloads

/// A workload done so often, after it was done often enough for pools and lists to have their size.
struct Pass {
  /// What a pass is made for.
  enum Purpose {
    case allocations
    /// Callgrind is a hundred times as slow as the processor, and has no need of rare events.
    case instructions
  }

  let workload: Workload
  /// Calls before and while allocations are counted, and while instructions are.
  let warmups: Int
  let repetitions: Int
  let instructionRepetitions: Int

  /// Does the work and returns the allocations that all repetitions made together.
  func allocations(for purpose: Purpose) throws -> Int {
    let isFull = purpose == .allocations
    let perform = try workload.prepare()
    for _ in 0..<(isFull ? warmups : instructionRepetitions) { try perform() }
    let before = foal_allocation_count()
    try performRepeatedly(isFull ? repetitions : instructionRepetitions, perform)
    return Int(foal_allocation_count() - before)
  }
}

/// What is counted, under its name in the thresholds: a pass, or what one adds to another.
struct Counted {
  let name: String
  let more: Pass
  let less: Pass?
  /// How often the work is done by a repetition of what is counted.
  let times: Int

  /// Everything, in the order in which it is printed.
  static let all: [Counted] =
    Workload.all.map { work in
      let isStep = work.name.contains("step")
      return Counted(
        name: work.name,
        more: Pass(
          workload: work, warmups: isStep ? 1000 : 50, repetitions: isStep ? 1000 : 50,
          instructionRepetitions: isStep ? 64 : 2), less: nil, times: 1)
    }
    + AddedWork.all.map { work in
      let passes = [work.more, work.less].map {
        Pass(workload: $0, warmups: 20, repetitions: 20, instructionRepetitions: 2)
      }
      return Counted(name: work.name, more: passes[0], less: passes[1], times: work.times)
    }

  var passes: [Pass] { [more] + (less.map { [$0] } ?? []) }

  /// What the work takes once, given what each of the passes took.
  func once(_ counts: [Int], for purpose: Pass.Purpose) -> Double {
    let repetitions = purpose == .allocations ? more.repetitions : more.instructionRepetitions
    return Double(counts[0] - (counts.count > 1 ? counts[1] : 0)) / Double(repetitions * times)
  }
}

/// Does the work so often, all of it within the function whose instructions are counted.
private func performRepeatedly(_ repetitions: Int, _ perform: () throws -> Void) throws {
  var failure: (any Error)?
  withoutActuallyEscaping(perform) { perform in
    var work = {
      do { for _ in 0..<repetitions { try perform() } } catch { failure = error }
    }
    withUnsafeMutablePointer(to: &work) { work in
      foal_counted_pass({ $0!.assumingMemoryBound(to: (() -> Void).self).pointee() }, work)
    }
  }
  if let failure { throw failure }
}

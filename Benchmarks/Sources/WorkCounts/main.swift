// Counts what work takes, once it is warm, and compares that with what it may take.
//
//   WorkCounts check FILE [COUNTS]     prints a table; exits with 1 if more is taken than FILE allows
//   WorkCounts update FILE [COUNTS]    writes what was counted into FILE
//   WorkCounts passes                  does the work only, for callgrind to count
//
// COUNTS has callgrind's instructions for each pass, one number a line.

import AllocationCounter
import Foundation

/// What a piece of work takes, where it could be counted.
struct Count {
  var allocations: Double?
  var instructions: Double?
}

func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

func fail(_ text: String, status: Int32 = 1) -> Never {
  complain(text)
  exit(status)
}

/// Counts all allocations here and puts them beside the instructions that were counted before.
func counts(_ instructionsPath: String?) throws -> [Count] {
  if !foal_counts_allocations() {
    complain("allocations are not checked: they cannot be counted on this system")
  }
  var instructions = try instructionsPath.map { path in
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { Int($0) }[
      ...]
  }
  let passes = Counted.all.reduce(0) { $0 + $1.passes.count }
  if let instructions, instructions.count != passes {
    fail("\(passes) passes need as many counts of instructions, got \(instructions.count)")
  }
  return try Counted.all.map { counted in
    var count = Count()
    if foal_counts_allocations() {
      count.allocations = counted.once(
        try counted.passes.map { try $0.allocations(for: .allocations) }, for: .allocations)
    }
    if let own = instructions?.prefix(counted.passes.count) {
      count.instructions = counted.once(Array(own), for: .instructions)
      instructions?.removeFirst(counted.passes.count)
    }
    return count
  }
}

/// Prints a row of the table.
func row(_ cells: [String]) {
  let widths = [60, 12, 6, 13, 10, 10]
  var line = ""
  for (cell, width) in zip(cells, widths) {
    let space = String(repeating: " ", count: max(0, width - cell.count))
    line += line.isEmpty ? cell + space : space + cell
  }
  print(line.trimmingCharacters(in: .whitespaces))
}

/// Compares counts with what is allowed and prints both; false if more is taken.
func check(_ counts: [Count], _ thresholds: Thresholds) -> Bool {
  row(["each time", "allocations", "limit", "instructions", "limit", ""])
  var isSound = true
  for (counted, count) in zip(Counted.all, counts) {
    guard let limit = thresholds.work[counted.name] else {
      complain("\(counted.name) has no threshold")
      isSound = false
      continue
    }
    let isAllowed =
      thresholds.allows(allocations: count.allocations, of: limit)
      && thresholds.allows(instructions: count.instructions, of: limit)
    isSound = isSound && isAllowed
    row([
      counted.name, count.allocations.map { String(format: "%.2f", $0) } ?? "-",
      "\(limit.allocations)",
      count.instructions.map { String(format: "%.0f", $0) } ?? "-", "\(limit.instructions)",
      isAllowed ? "" : "TOO MANY",
    ])
  }
  for name in thresholds.work.keys.sorted() where !Counted.all.contains(where: { $0.name == name })
  {
    complain("the threshold \"\(name)\" is of no work")
    isSound = false
  }
  return isSound
}

/// Puts counts in the place of the thresholds; what was not counted keeps its old one.
func update(_ thresholds: inout Thresholds, _ counts: [Count]) {
  let old = thresholds.work
  thresholds.work = [:]
  for (counted, count) in zip(Counted.all, counts) {
    let known = old[counted.name] ?? Thresholds.Limit(allocations: 0, instructions: 0)
    thresholds.work[counted.name] = Thresholds.Limit(
      allocations: count.allocations.map {
        max(0, Int(($0 - thresholds.allocationTolerance).rounded(.up)))
      } ?? known.allocations,
      instructions: count.instructions.map { Int($0.rounded()) } ?? known.instructions)
  }
}

/// Does what the arguments ask for.
func run(_ arguments: [String]) throws {
  switch (arguments.first, arguments.count) {
  case ("passes", 1):
    for pass in Counted.all.flatMap(\.passes) { _ = try pass.allocations(for: .instructions) }
  case ("check", 2...3):
    let thresholds = try Thresholds(reading: arguments[1])
    guard check(try counts(arguments.dropFirst(2).first), thresholds) else {
      fail("more is taken than allowed; if that is right, Benchmarks/check --update allows it")
    }
  case ("update", 2...3):
    var thresholds = try Thresholds(reading: arguments[1])
    update(&thresholds, try counts(arguments.dropFirst(2).first))
    try thresholds.write(to: arguments[1])
  default:
    fail("usage: WorkCounts passes | check FILE [COUNTS] | update FILE [COUNTS]", status: 64)
  }
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  fail("\(error)")
}

internal import Synchronization

/// Where a tensor stands on a tape: which recording, and which record made it.
package struct Node: Sendable, Hashable {
  /// The recording's number; 0 for a constant.
  package var recording: UInt32
  /// The index of the record.
  package var index: Int32

  package static let constant = Node(recording: 0, index: 0)
}

/// One operation that was performed: what went in, what came out, and how a cotangent of what came
/// out becomes cotangents of what went in.
package struct Record {
  /// Adds to the cotangents of the record's inputs, given the cotangent of its output.
  package typealias Derivative = (_ record: Record, _ cotangent: Tensor, _ sums: inout Cotangents)
    -> Void

  package var output: Tensor
  /// The inputs, through which a gradient can flow.
  package var a: Tensor
  package var b: Tensor?
  package var c: Tensor?
  package var d: Tensor?
  /// Constants that the operation saved for its derivative.
  package var e: Tensor?
  package var f: Tensor?
  package var g: Tensor?
  package var h: Tensor?
  /// All inputs of an operation that takes any number of them.
  package var rest: [Tensor] = []
  /// Numbers that the operation was given: an axis, a range, flags, a factor.
  package var first = 0
  package var second = 0
  package var scalar: Float = 0
  package var indices: [Int32] = []
  package var derivative: Derivative
}

/// The records of one thread's outermost gradient, in the order in which they were performed.
///
/// Gradients inside gradients use the same tape: the derivatives are made of recorded operations,
/// so the outer gradient finds them like any other.
package final class Tape {
  private var records: [Record] = []
  /// The number of the recording in progress; 0 if there is none.
  package private(set) var recording: UInt32 = 0
  /// The number of gradients in progress.
  package private(set) var depth = 0
  /// Whether operations on tracked tensors are recorded now.
  package private(set) var isRecording = false
  /// Memory for a walk's sums, kept from one gradient to the next.
  private var spareSums: [Cotangents.Sum?] = []

  private static let lastRecording = Atomic<UInt32>(0)

  /// Begins a gradient: the outermost one begins a recording.
  package func begin() {
    if depth == 0 {
      // 0 means "constant", so a counter that has wrapped around skips it.
      repeat {
        recording = Tape.lastRecording.wrappingAdd(1, ordering: .relaxed).newValue
      } while recording == 0
      isRecording = true
    }
    depth += 1
  }

  /// Ends a gradient: with the outermost one the tape is empty again.
  package func end() {
    depth -= 1
    if depth == 0 {
      records.removeAll(keepingCapacity: true)
      recording = 0
      isRecording = false
    }
  }

  /// The number of operations that the tape holds.
  package var count: Int { records.count }

  /// Whether the tensor is the output of a record on this tape.
  @inline(__always)
  package func tracks(_ tensor: Tensor) -> Bool {
    tensor.node.recording == recording && recording != 0
  }

  /// Appends a record and returns its output as a tracked tensor.
  package func append(_ record: consuming Record) -> Tensor {
    record.output.node = Node(recording: recording, index: Int32(records.count))
    let output = record.output
    records.append(record)
    return output
  }

  /// Puts a tensor on the tape as a point at which a gradient is wanted.
  package func leaf(_ tensor: Tensor) -> Tensor {
    append(
      Record(
        output: tensor.withoutGradient, a: tensor,
        derivative: { record, cotangent, sums in sums.add(cotangent, to: record.a) }))
  }

  /// Walks the tape backwards from `value` and returns the sums of all cotangents that reach each
  /// of the `points`, which must be leaves put on the tape one after the other.
  ///
  /// The outermost gradient's walk uses the tape up: nobody needs a record after it.
  package func pullback(_ cotangent: Tensor, of value: Tensor, to points: [Tensor]) -> [Tensor] {
    walk(cotangent, from: value, to: points[0], count: points.count) { sums in
      points.map { sums.take(Int($0.node.index)) ?? .zeros($0.shape) }
    }
  }

  /// The same for one point.
  package func pullback(_ cotangent: Tensor, of value: Tensor, to point: Tensor) -> Tensor {
    walk(cotangent, from: value, to: point, count: 1) { sums in
      sums.take(Int(point.node.index)) ?? .zeros(point.shape)
    }
  }

  /// Walks from a value back to the first of some leaves, and gives the sums to a function.
  @inline(__always)
  private func walk<Result>(
    _ cotangent: Tensor, from value: Tensor, to leaf: Tensor, count: Int,
    _ body: (inout Cotangents) -> Result
  ) -> Result {
    let start = Int(leaf.node.index)
    let operations = start + count
    let reaches = tracks(value) && Int(value.node.index) >= start
    let end = reaches ? max(Int(value.node.index) + 1, operations) : operations
    let isOutermost = depth == 1
    isRecording = !isOutermost
    defer { isRecording = true }
    var sums = Cotangents(tape: self, start: start, end: end, memory: takeSpareSums())
    if reaches { sums.add(cotangent, to: value) }
    if isOutermost {
      records.removeLast(records.count - end)
      while records.count > operations {
        let record = records.removeLast()
        guard let cotangent = sums.take(records.count) else { continue }
        record.derivative(record, cotangent, &sums)
      }
    } else {
      for index in stride(from: end - 1, through: operations, by: -1) {
        guard let cotangent = sums.take(index) else { continue }
        // A copy, because the derivative appends to the records.
        let record = records[index]
        record.derivative(record, cotangent, &sums)
      }
    }
    let result = body(&sums)
    spareSums = sums.releaseMemory()
    return result
  }

  private func takeSpareSums() -> [Cotangents.Sum?] {
    var memory: [Cotangents.Sum?] = []
    swap(&memory, &spareSums)
    return memory
  }
}

/// The sums of cotangents during one walk back along the tape.
package struct Cotangents {
  /// A sum so far, and whether this walk made it, so that it may add to it in place.
  struct Sum {
    var tensor: Tensor
    var isOwn: Bool
  }

  private let tape: Tape
  private let start: Int
  private var sums: [Sum?]

  init(tape: Tape, start: Int, end: Int, memory: [Sum?]) {
    self.tape = tape
    self.start = start
    sums = memory
    for _ in start..<end { sums.append(nil) }
  }

  /// Whether the walk's derivatives are themselves recorded, because an outer gradient will pass
  /// through them. Fused derivatives must then be composed of operations.
  package var areRecorded: Bool { tape.isRecording }

  /// Whether a cotangent of this tensor is of any use to this walk.
  @inline(__always)
  package func wants(_ tensor: Tensor) -> Bool {
    tape.tracks(tensor) && Int(tensor.node.index) >= start
  }

  @inline(__always)
  package func wants(_ tensor: Tensor?) -> Bool {
    if let tensor { wants(tensor) } else { false }
  }

  /// Adds a cotangent to a tensor's sum.
  package mutating func add(_ cotangent: @autoclosure () -> Tensor, to tensor: Tensor?) {
    guard let tensor, wants(tensor) else { return }
    let value = cotangent()
    precondition(
      value.shape == tensor.shape,
      "a derivative has shape \(value.shape) where its input has \(tensor.shape)")
    let index = Int(tensor.node.index) - start
    guard let sum = sums[index] else {
      sums[index] = Sum(tensor: value, isOwn: false)
      return
    }
    if sum.isOwn && !areRecorded {
      Kernel.addScaled(1, value, into: sum.tensor)
    } else {
      sums[index] = Sum(tensor: sum.tensor + value, isOwn: true)
    }
  }

  /// Adds a cotangent to the elements of a tensor's sum that begin at `position`. Not for walks
  /// that are recorded.
  package mutating func add(_ cotangent: Tensor, toElementsAt position: Int, of tensor: Tensor) {
    guard let sum = ownSum(of: tensor) else { return }
    let part = Tensor(
      shape: cotangent.shape, storage: sum.storage, offset: sum.offset + position)
    Kernel.addScaled(1, cotangent, into: part)
  }

  /// A tensor's sum, made so that it can be added to in place; nil if this walk does not want it.
  /// Not for walks that are recorded.
  package mutating func ownSum(of tensor: Tensor?) -> Tensor? {
    guard let tensor, wants(tensor) else { return nil }
    let index = Int(tensor.node.index) - start
    if let sum = sums[index], sum.isOwn { return sum.tensor }
    let made = Tensor(uninitialized: tensor.shape)
    if let earlier = sums[index] {
      Kernel.copy(earlier.tensor, to: made)
    } else {
      Kernel.fill(made, with: 0)
    }
    sums[index] = Sum(tensor: made, isOwn: true)
    return made
  }

  /// Takes the derivative of a fused operation through the operations that it is composed of, so
  /// that it is recorded. `inputs` are all tensors that `composition` is given.
  package mutating func add(
    through composition: ([Tensor]) -> Tensor, of inputs: [Tensor], cotangent: Tensor
  ) {
    guard inputs.contains(where: { wants($0) }) else { return }
    let leaves = inputs.map { tape.leaf($0) }
    let value = composition(leaves)
    let parts = tape.pullback(cotangent, of: value, to: leaves)
    for (input, part) in zip(inputs, parts) { add(part, to: input) }
  }

  /// Takes the sum that belongs to a record out.
  package mutating func take(_ index: Int) -> Tensor? {
    let sum = sums[index - start]?.tensor
    sums[index - start] = nil
    return sum
  }

  /// Ends the walk and returns its memory, empty.
  consuming func releaseMemory() -> [Sum?] {
    sums.removeAll(keepingCapacity: true)
    return sums
  }
}

/// Records an operation if one of its inputs is tracked, and returns its output.
///
/// - Parameters:
///   - output: the value, a constant.
///   - a: the first input; further inputs follow.
///   - e: what the derivative needs besides inputs and output; constants.
///   - rest: all inputs, the first included, of an operation that takes any number.
///   - first: what the derivative needs to know, as `second`, `scalar` and `indices`.
///   - derivative: captures nothing, so that a record costs no allocation.
@inline(__always)
package func record(
  _ output: Tensor, _ a: Tensor, _ b: Tensor? = nil, _ c: Tensor? = nil, _ d: Tensor? = nil,
  saved e: Tensor? = nil, _ f: Tensor? = nil, _ g: Tensor? = nil, _ h: Tensor? = nil,
  rest: [Tensor] = [], first: Int = 0, second: Int = 0, scalar: Float = 0,
  indices: [Int32] = [], derivative: @escaping Record.Derivative
) -> Tensor {
  // Constants are the common case outside gradients: decide without asking for the tape.
  var marks = a.node.recording
  if let b { marks |= b.node.recording }
  if let c { marks |= c.node.recording }
  if let d { marks |= d.node.recording }
  for tensor in rest { marks |= tensor.node.recording }
  if marks == 0 { return output }
  let tape = Workspace.tape
  guard tape.isRecording else { return output }
  var isTracked = tape.tracks(a)
  if let b { isTracked = isTracked || tape.tracks(b) }
  if let c { isTracked = isTracked || tape.tracks(c) }
  if let d { isTracked = isTracked || tape.tracks(d) }
  for tensor in rest { isTracked = isTracked || tape.tracks(tensor) }
  guard isTracked else { return output }
  return tape.append(
    Record(
      output: output, a: a, b: b, c: c, d: d, e: e, f: f, g: g, h: h, rest: rest, first: first,
      second: second, scalar: scalar, indices: indices, derivative: derivative))
}

internal import Tensors

/// What sentences and the remembered moment said to each slot of a batch one step before, so that what has
/// not changed need not be looked at again: sentences stay the same over a task.
///
/// Good for one network with the weights that it has; starts empty.
public struct Reading: Sendable {
  /// The elements that were read, `[slots, count]`.
  var elements: [Float] = []
  /// What they said, each `[slots, width]`, and the things that are remembered.
  var said: [Tensor] = []
  var things: Tensor?

  public init() {}

  /// Reads what has changed, and returns what all rows say.
  ///
  /// - Parameters:
  ///   - ranges: the elements of an observation that are read.
  ///   - read: what sentences and moments say, for some of the rows.
  mutating func update(
    _ observations: Tensor, in ranges: [Range<Int>],
    reading read: (Tensor) -> (said: [Tensor], things: Tensor?)
  ) -> (said: [Tensor], things: Tensor?) {
    let rows = observations.shape[0]
    let seen = Reading.elements(of: observations, in: ranges)
    let count = rows == 0 ? 0 : seen.count / rows
    guard seen.count == elements.count, !said.isEmpty else {
      (elements, (said, things)) = (seen, read(observations))
      return (said, things)
    }
    let changed = (0..<rows).filter { row in
      let row = row * count..<(row + 1) * count
      return seen[row] != elements[row]
    }
    if changed.isEmpty { return (said, things) }
    elements = seen
    let new = read(observations.gathering(changed.map { Int32($0) }))
    // The old rows, and the new ones behind them.
    var places = Array(0..<Int32(rows))
    for (place, row) in changed.enumerated() { places[row] = Int32(rows + place) }
    func merged(_ old: Tensor, _ new: Tensor) -> Tensor {
      old.concatenated(with: new, along: 0).gathering(places)
    }
    said = zip(said, new.said).map(merged)
    if let old = things, let new = new.things { things = merged(old, new) }
    return (said, things)
  }

  private static func elements(of observations: Tensor, in ranges: [Range<Int>]) -> [Float] {
    let (rows, width) = (observations.shape[0], observations.shape[1])
    let elements = observations.span
    var read: [Float] = []
    read.reserveCapacity(rows * ranges.reduce(0) { $0 + $1.count })
    for row in 0..<rows {
      for range in ranges {
        for element in range { read.append(elements[row * width + element]) }
      }
    }
    return read
  }
}

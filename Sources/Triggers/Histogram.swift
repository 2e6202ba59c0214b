/// How often values fell into bins: what an agent used to see or do, kept to compare with.
public struct Histogram: Sendable, Hashable, Codable {
  /// The borders between neighbouring bins, ascending: one fewer than bins. A value at a border
  /// belongs to the bin above it.
  public var borders: [Double]
  /// The number of values in each bin.
  public var counts: [Int]

  /// Makes a histogram.
  public init(borders: [Double], counts: [Int]) {
    precondition(
      counts.count == borders.count + 1,
      "\(borders.count) borders divide \(borders.count + 1) bins, not \(counts.count)")
    self.borders = borders
    self.counts = counts
  }

  /// Counts values in bins that hold about equally many of them. Values that are not finite are
  /// passed over; values that repeat may leave fewer bins.
  /// - Parameter bins: the number of bins, 2 or more.
  public init(of values: [Double], bins: Int = 10) {
    precondition(bins >= 2, "a histogram to compare with needs 2 bins or more, got \(bins)")
    let sorted = values.filter(\.isFinite).sorted()
    var borders: [Double] = []
    for bin in 1..<bins where !sorted.isEmpty {
      let border = sorted[min(sorted.count - 1, bin * sorted.count / bins)]
      // A border below which nothing lies would make a bin that nothing can be in.
      if border > (borders.last ?? sorted[0]) { borders.append(border) }
    }
    self.borders = borders
    counts = []
    counts = count(sorted)
  }

  /// Counts choices of a discrete action: a bin for each.
  public init(ofChoices choices: [Int], of number: Int) {
    precondition(number >= 1, "a choice is made of 1 or more, got \(number)")
    borders = (1..<max(1, number)).map { Double($0) - 0.5 }
    counts = []
    counts = count(choices.map(Double.init))
  }

  /// Counts values in this histogram's bins; those that are not finite are passed over.
  public func count(_ values: some Sequence<Double>) -> [Int] {
    var counts = [Int](repeating: 0, count: borders.count + 1)
    for value in values where value.isFinite {
      var (low, high) = (0, borders.count)
      while low < high {
        let middle = (low + high) / 2
        if borders[middle] <= value { low = middle + 1 } else { high = middle }
      }
      counts[low] += 1
    }
    return counts
  }

  private enum Key: String, CodingKey {
    case borders, counts
  }

  /// Reads a histogram.
  /// - Throws: `DecodingError` unless the borders ascend and divide as many bins as there are counts.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    borders = try container.decode([Double].self, forKey: .borders)
    counts = try container.decode([Int].self, forKey: .counts)
    guard counts.count == borders.count + 1, counts.allSatisfy({ $0 >= 0 }),
      zip(borders, borders.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .borders, in: container,
        debugDescription: "a histogram's borders ascend and divide one bin more than they are")
    }
  }
}

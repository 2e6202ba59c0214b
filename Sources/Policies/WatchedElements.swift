package import Environments

extension ObservationSpace {
  /// The most elements of one segment that are looked at, and the most of all.
  private static let mostWatched = (ofSegment: 16, ofAll: 64)

  /// The elements of an observation that are looked at for drift, by name. Of large segments some
  /// elements stand for all.
  package var watchedElements: [(name: String, index: Int)] {
    var elements: [(name: String, index: Int)] = []
    var start = 0
    for segment in segments {
      let count = segment.count
      let shown = min(count, Self.mostWatched.ofSegment)
      for number in 0..<shown {
        let element = number * count / shown
        let name = count == 1 ? segment.name : "\(segment.name).\(element + 1)"
        elements.append(("observation/\(name)", start + element))
      }
      start += count
    }
    return Array(elements.prefix(Self.mostWatched.ofAll))
  }
}

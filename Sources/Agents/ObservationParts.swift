internal import Environments
internal import Networks

extension ObservationSpace {
  /// What an observation holds, as a network takes it in; empty if all of it is numbers.
  var parts: [ObservationPart] {
    guard segments.contains(where: { $0.content != .numbers }) else { return [] }
    return segments.reduce(into: []) { parts, segment in
      let kinds = Int(segment.bounds.upperBound.isFinite ? segment.bounds.upperBound : 0) + 1
      switch segment.content {
      case _ where segment.isRemembered: parts.remember(segment, kinds: kinds)
      case .numbers: parts.append(.numbers(segment.count))
      case .symbols: parts.append(.symbols(segment.count, kinds: kinds))
      case .words:
        parts.append(
          .words(sentences: segment.shape[0], length: segment.shape[1], vocabulary: kinds))
      case .cells:
        let (height, width) = (segment.shape[0], segment.shape[1])
        if case .grid(height, width, let planes) = parts.last {
          parts[parts.count - 1] = .grid(height: height, width: width, kinds: planes + [kinds])
        } else {
          parts.append(.grid(height: height, width: width, kinds: [kinds]))
        }
      }
    }
  }
}

extension [ObservationPart] {
  /// Adds a segment to the moment that is remembered: its planes come first, then its numbers.
  fileprivate mutating func remember(_ segment: ObservationSpace.Segment, kinds: Int) {
    var (numbers, height, width, planes) = (0, 0, 0, [Int]())
    if case .moment(let n, let h, let w, let p) = last {
      (numbers, height, width, planes) = (n, h, w, p)
      removeLast()
    }
    if segment.content == .cells {
      (height, width) = (segment.shape[0], segment.shape[1])
      planes.append(kinds)
    } else {
      numbers += segment.count
    }
    append(.moment(numbers: numbers, height: height, width: width, kinds: planes))
  }
}

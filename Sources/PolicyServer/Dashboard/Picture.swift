internal import Environments

/// A drawing as a part of a page: in the page's colours, light or dark, and as large as it is shown.
struct Picture: Encodable {
  /// The image.
  let svg: String
  /// What is to be said beside it, a line each.
  let notes: [String]

  /// - Parameter size: the length of the longer side, in pixels.
  init(_ drawing: Drawing, size: Double = 560) {
    notes = drawing.notes ?? []
    var drawing = drawing
    drawing.notes = nil
    let longest = max(
      drawing.x.upperBound - drawing.x.lowerBound, drawing.y.upperBound - drawing.y.lowerBound)
    svg = drawing.svg(
      unit: size / longest,
      paints: Dictionary(
        uniqueKeysWithValues: Drawing.Color.allCases.map { ($0, "var(--draw-\($0.rawValue))") }),
      ground: "var(--draw-ground)")
  }
}

extension Chart {
  /// Where values lie in a drawing, so that a page can tell what is under a pointer.
  ///
  /// Along a linear axis places are in proportion to values.
  package struct Frame: Sendable, Hashable, Codable {
    /// The area of the points, in pixels from the drawing's upper left corner.
    package var left: Double
    package var right: Double
    package var top: Double
    package var bottom: Double
    /// Two values along the horizontal axis and the places of both.
    package var x: [Double]
    package var xPlaces: [Double]
    /// Two values along the vertical axis and the places of both.
    package var y: [Double]
    package var yPlaces: [Double]
  }

  /// Where values lie in ``svg(width:height:id:hasStyle:)`` of the same width and height.
  /// - Returns: nil for bars, logarithmic axes and charts without two ticks along each axis.
  package func frame(width: Double = 640, height: Double? = nil) -> Frame? {
    guard x.scale == .linear, y.scale == .linear else { return nil }
    var drawing = Drawing(chart: self, width: width.isFinite ? min(4000, max(200, width)) : 640)
    drawing.writeHead()
    let plot = drawing.plot(
      height: drawing.height(asked: height), markRows: drawing.markRows)
    let (xs, ys) = (plot.x.ends, plot.y.ends)
    let (xPlaces, yPlaces) = (xs.compactMap(plot.along), ys.compactMap(plot.up))
    guard xPlaces.count == 2, yPlaces.count == 2 else { return nil }
    return Frame(
      left: plot.left, right: plot.right, top: plot.top, bottom: plot.bottom, x: xs,
      xPlaces: xPlaces, y: ys, yPlaces: yPlaces)
  }
}

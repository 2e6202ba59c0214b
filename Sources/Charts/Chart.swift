/// A chart as a value: lines with bands, points with a fit, or bars with intervals.
///
/// A chart says what is shown, not how: ``svg(width:height:id:)`` draws it for pages and print,
/// `terminal(columns:rows:style:)` for the terminal. Both are pure functions. No values are refused:
/// what is not finite leaves a gap, and what a logarithmic axis cannot show is left out.
///
/// ```swift
/// let chart = Chart(
///   title: "Return while learning", x: .init("environment steps"),
///   y: .init("return", unit: "steps balanced"),
///   series: [.line("mean of 5 seeds", points)], marks: [.init("resumed", at: 1.2e6)])
/// ```
public struct Chart: Sendable, Hashable, Codable {
  /// What the chart shows, in a few words; empty for none.
  public var title: String
  /// What a reader who cannot see the chart should know, in a sentence.
  public var summary: String
  /// The horizontal axis. With categories on it, every series is bars, and lies on its side.
  public var x: Axis
  /// The vertical axis; that of a bar's length where there are categories.
  public var y: Axis
  /// What is drawn, each in its own colour, dashes and markers.
  public var series: [Series]
  /// Moments along the horizontal axis, or values along that of bars, each with a label.
  public var marks: [Mark]
  /// Values along the vertical axis that others are to be compared with, each with a label.
  public var levels: [Mark]
  /// What bands and whiskers cover.
  public var bandLabel: String

  /// Makes a chart.
  public init(
    title: String = "", summary: String = "", x: Axis, y: Axis, series: [Series],
    marks: [Mark] = [], levels: [Mark] = [], bandLabel: String = "95 % interval"
  ) {
    self.title = title
    self.summary = summary
    self.x = x
    self.y = y
    self.series = series
    self.marks = marks
    self.levels = levels
    self.bandLabel = bandLabel
  }
}

extension Chart {
  /// One axis: what it shows, in which unit and on which scale.
  public struct Axis: Sendable, Hashable, Codable {
    /// How values become places along an axis.
    public enum Scale: Sendable, Hashable, Codable {
      /// Equal differences are equal lengths.
      case linear
      /// Equal ratios are equal lengths; values of 0 and below are left out.
      case logarithmic
      /// One place a name; a point's x is the index of its name. For the horizontal axis only.
      case categories([String])
    }

    /// What the axis shows: `return`.
    public var label: String
    /// What it is measured in: `steps balanced`.
    public var unit: String?
    /// How values become places.
    public var scale: Scale

    /// Makes an axis.
    public init(_ label: String, unit: String? = nil, scale: Scale = .linear) {
      self.label = label
      self.unit = unit
      self.scale = scale
    }

    /// The label with its unit: `return (steps balanced)`.
    var text: String { unit.map { label.isEmpty ? $0 : "\(label) (\($0))" } ?? label }

    /// The names along the axis, if it has names.
    var categories: [String]? {
      if case .categories(let names) = scale { names } else { nil }
    }
  }

  /// A vertical or horizontal line through the chart that says what happens there.
  public struct Mark: Sendable, Hashable, Codable {
    /// What happens there: `resumed`.
    public var label: String
    /// Where it is along its axis.
    public var value: Double

    /// Makes a mark.
    public init(_ label: String, at value: Double) {
      self.label = label
      self.value = value
    }
  }

  /// A value and the interval around it.
  public struct Point: Sendable, Hashable {
    /// The place along the horizontal axis.
    public var x: Double
    /// The value; one that is not finite leaves a gap.
    public var y: Double
    /// The lower end of the interval, if there is one.
    public var low: Double?
    /// The upper end of the interval, if there is one.
    public var high: Double?

    /// Makes a point.
    public init(x: Double, y: Double, low: Double? = nil, high: Double? = nil) {
      self.x = x
      self.y = y
      self.low = low
      self.high = high
    }

    /// The interval, if both its ends are finite and in order.
    var interval: ClosedRange<Double>? {
      guard let low, let high, low.isDrawable, high.isDrawable, low <= high else { return nil }
      return low...high
    }
  }

  /// Points that belong together.
  public struct Series: Sendable, Hashable, Codable {
    /// How a series is drawn where the horizontal axis has numbers.
    public enum Drawing: String, Sendable, Hashable, Codable {
      /// A line, its intervals a band.
      case line
      /// A marker for each point.
      case points
      /// A marker for each point, and the least-squares line through them on the axes' own scales:
      /// a power law where both are logarithmic.
      case pointsWithFit
    }

    /// What the legend calls the series.
    public var name: String
    /// The points.
    public var points: [Point]
    /// How they are drawn.
    public var drawing: Drawing
    /// What a line was before it was smoothed, drawn thin and faint beneath it; nil for none.
    public var raw: [Point]?

    /// Makes a series.
    public init(_ name: String, _ points: [Point], drawing: Drawing = .line) {
      self.name = name
      self.points = points
      self.drawing = drawing
    }

    /// Makes a line with bands.
    public static func line(_ name: String, _ points: [Point]) -> Series { Series(name, points) }

    /// Makes markers, with or without the line that fits them.
    public static func scatter(_ name: String, _ points: [Point], fit: Bool = false) -> Series {
      Series(name, points, drawing: fit ? .pointsWithFit : .points)
    }

    /// Makes bars: the first value belongs to the first category.
    /// - Parameter values: a value and its interval for each category; nil for none.
    public static func bars(
      _ name: String, _ values: [(value: Double, low: Double?, high: Double?)?]
    ) -> Series {
      Series(
        name,
        values.enumerated().compactMap { index, bar in
          bar.map { Point(x: Double(index), y: $0.value, low: $0.low, high: $0.high) }
        })
    }
  }
}

extension Chart.Point: Codable {
  /// Reads `[x, y]` or `[x, y, low, high]`, where `null` stands for what is not finite.
  public init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    x = try values.decode(Double?.self) ?? .nan
    y = try values.decode(Double?.self) ?? .nan
    guard !values.isAtEnd else { return }
    low = try values.decode(Double?.self)
    high = try values.decode(Double?.self)
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    let numbers: [Double?] = low == nil && high == nil ? [x, y] : [x, y, low, high]
    for number in numbers { try values.encode(number.flatMap { $0.isFinite ? $0 : nil }) }
  }
}

extension Double {
  /// Whether the number has a place on an axis: differences of such numbers are finite too.
  var isDrawable: Bool { magnitude < 1e300 }
}

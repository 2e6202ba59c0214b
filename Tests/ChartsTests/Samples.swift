public import Charts
import Foundation
public import Testing

extension Chart: CustomTestStringConvertible {
  /// A chart's title: its points would fill a log.
  public var testDescription: String { title }
}

/// Charts of every kind, and of what goes wrong in every kind.
enum Samples {
  static let curve = Chart(
    title: "Return while learning", summary: "The return rises and stays.",
    x: .init("environment steps"), y: .init("return", unit: "steps balanced"),
    series: [.line("try 1", rising(460, 90)), .line("try 3", rising(380, 160))],
    marks: [
      .init("resumed", at: 9.1e6), .init("curriculum moved to wider ranges", at: 9.9e6),
      .init("environment failed", at: 30e6),
    ], levels: [.init("solved at 475", at: 475)])

  static let tries = Chart(
    title: "Return on each try of 1,000 held-out tasks", x: .init("try"),
    y: .init("interquartile mean return"),
    series: ["in context", "memory wiped", "fine-tuned", "random", "from scratch", "an expert"]
      .enumerated().map { index, name in
        .line(
          name,
          (1...5).map {
            let y = Double(90 * index + 4 * $0)
            return Chart.Point(x: Double($0), y: y, low: y - 9, high: y + 7)
          })
      })

  static let scaling = Chart(
    title: "Loss by parameters", x: .init("parameters", scale: .logarithmic),
    y: .init("loss", scale: .logarithmic),
    series: [
      .scatter(
        "cartpole",
        (0..<14).map {
          let x = pow(10, 3 + Double($0) * 0.25)
          return Chart.Point(x: x, y: 3 * pow(x, -0.25), low: 2.7 * pow(x, -0.25), high: 4)
        }, fit: true)
    ])

  static let terms = Chart(
    title: "Return by reward term",
    x: .init("term", scale: .categories(["forward speed", "upright", "control & <contact> cost"])),
    y: .init("return an episode"),
    series: [.bars("terms", [(312, 290, 331), (88, nil, nil), (-41, -46, -37)])])

  static let groups = Chart(
    title: "What memory is worth",
    x: .init(
      "way",
      scale: .categories(["the agent", "memory wiped before each try", "an expert that knows all"])),
    y: .init("mean return", unit: "steps"),
    series: [
      .bars("try 1", [(494, 491, 497), (45, 44, 46), nil]),
      .bars("try 3", [(496, 493, 498), (45, 44, 46), (494, 491, 497)]),
    ], marks: [.init("solved", at: 475)])

  static let good = [curve, tries, scaling, terms, groups]

  /// What a chart must get over.
  static let strange: [Chart] = {
    let values: [[Double]] = [
      [], [5], [7, 7, 7], [.nan], [.nan, 1, .infinity, 2, -.infinity], [0, .leastNonzeroMagnitude],
      [-1e299, 1e299], [-.greatestFiniteMagnitude, .infinity, 1], [1e15, 1e15 + 1], [1e-8, 3e-8],
      [-3, 0, .leastNonzeroMagnitude, 1e308], [-1, -2],
    ]
    let scales: [Chart.Axis.Scale] = [
      .linear, .logarithmic, .categories([]), .categories(["a", "b"]),
    ]
    return values.flatMap { values in
      scales.flatMap { scale in
        [Chart.Series.Drawing.line, .pointsWithFit].map { drawing in
          let points = values.enumerated().map {
            Chart.Point(x: scale == .linear ? $1 : Double($0), y: $1, low: -$1, high: .infinity)
          }
          return Chart(
            title: "", x: .init("x", scale: scale), y: .init("", scale: scale),
            series: [Chart.Series("s", points, drawing: drawing), .line("t", [])],
            marks: values.map { .init("m", at: $0) }, levels: values.map { .init("l", at: $0) })
        }
      }
    }
  }()

  private static func rising(_ height: Double, _ middle: Double) -> [Chart.Point] {
    (0...4000).map { index in
      let place = Double(index) / 10
      let y = 21 + height / (1 + exp((middle - place) / 22)) + 6 * sin(Double(index) / 7)
      return Chart.Point(x: place * 80_000, y: index == 2000 ? .nan : y, low: y - 20, high: y + 15)
    }
  }
}

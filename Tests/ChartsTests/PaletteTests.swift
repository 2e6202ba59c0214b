import Charts
import Foundation
import Testing

@Suite struct PaletteTests {
  /// Linear-light red, green and blue of a colour.
  private func linear(_ color: String) -> [Double] {
    let digits = Array(color.dropFirst())
    return stride(from: 0, to: 6, by: 2).map { start in
      let value = Double(Int(String(digits[start...start + 1]), radix: 16) ?? 0) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  private func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// How the colour is seen with a kind of vision. Source: Machado et al. (2009), severity 1.
  private static let visions: [(String, [[Double]])] = [
    ("all colours", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "no red",
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    ),
    (
      "no green",
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    ),
    (
      "no blue",
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    ),
  ]

  /// A colour in CIELAB, whose distances are about those that are seen.
  private func lab(_ linear: [Double]) -> [Double] {
    let toXYZ = [
      [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
      [0.0193339, 0.1191920, 0.9503041],
    ]
    let white = [0.95047, 1, 1.08883]
    let f = zip(product(toXYZ, linear.map { min(1, max(0, $0)) }), white).map { value, white in
      let share = value / white
      return share > 216 / 24389 ? cbrt(share) : (24389 / 27 * share + 16) / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  @Test(arguments: [Palette.light, Palette.dark])
  func tellsColoursApartWhateverTheReaderSees(colors: [String]) {
    for (name, vision) in Self.visions {
      let seen = colors.map { lab(product(vision, linear($0))) }
      for i in seen.indices {
        for j in seen.indices where j > i {
          let distance = zip(seen[i], seen[j]).reduce(0) { $0 + pow($1.0 - $1.1, 2) }.squareRoot()
          #expect(distance > 20, "\(colors[i]) and \(colors[j]) with \(name)")
        }
      }
    }
  }

  @Test(arguments: [
    (Palette.light, Palette.backgrounds.light), (Palette.dark, Palette.backgrounds.dark),
  ])
  func standsOutFromItsBackground(colors: [String], background: String) {
    func luminance(_ color: String) -> Double {
      product([[0.2126, 0.7152, 0.0722]], linear(color))[0]
    }
    for color in colors {
      let pair = [luminance(color), luminance(background)].sorted()
      #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 3, "\(color) on \(background)")
    }
  }
}

import Tensors
import Testing

@Suite struct ConvolutionTests {
  static let cases: [(Shape, Window)] = [
    ([1, 3, 3, 1], Window(height: 2, width: 2)),
    ([2, 4, 3, 2], Window(height: 2, width: 3)),
    ([1, 5, 4, 1], Window(height: 3, width: 2, stride: 2)),
    ([2, 3, 3, 2], Window(height: 3, width: 3, padding: 1)),
    ([1, 4, 5, 2], Window(height: 3, width: 3, stride: 2, padding: 2)),
    ([1, 2, 2, 1], Window(height: 1, width: 1, stride: 3)),
  ]

  @Test func outputSizes() {
    #expect(Window(height: 3, width: 3).outputSize(height: 5, width: 4) == (3, 2))
    #expect(Window(height: 3, width: 2, stride: 2).outputSize(height: 6, width: 6) == (2, 3))
    #expect(Window(height: 3, width: 3, padding: 1).outputSize(height: 5, width: 4) == (5, 4))
  }

  @Test func windows() {
    let image = counting([1, 3, 3, 1])
    #expect(
      image.windows(Window(height: 2, width: 2))
        == Tensor([4, 4], [0, 1, 3, 4, 1, 2, 4, 5, 3, 4, 6, 7, 4, 5, 7, 8]))
    #expect(
      counting([1, 2, 2, 1]).windows(Window(height: 2, width: 2, stride: 2, padding: 1))
        == Tensor([4, 4], [0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 0]))
    #expect(
      counting([1, 1, 2, 2]).windows(Window(height: 1, width: 2)) == Tensor([1, 4], [0, 1, 2, 3]))
  }

  @Test func sumOfWindows() {
    let counts = Tensor.ones([4, 4]).sumOfWindows(
      Window(height: 2, width: 2), image: [1, 3, 3, 1])
    #expect(counts == Tensor([1, 3, 3, 1], [1, 2, 1, 2, 4, 2, 1, 2, 1]))
  }

  @Test(arguments: cases) func values(shape: Shape, window: Window) {
    let (images, filters) = (draws(shape, 1), 2)
    let weight = draws([window.height * window.width * shape[3], filters], 2)
    let bias = draws([filters], 3)
    let result = convolution(images, weight: weight, bias: bias, window: window)
    let (rows, columns) = window.outputSize(height: shape[1], width: shape[2])
    #expect(result.shape == [shape[0], rows, columns, filters])
    for n in 0..<shape[0] {
      for row in 0..<rows {
        for column in 0..<columns {
          for filter in 0..<filters {
            var sum = bias[filter]
            for y in 0..<window.height {
              for x in 0..<window.width {
                let i = row * window.stride - window.padding + y
                let j = column * window.stride - window.padding + x
                guard 0..<shape[1] ~= i && 0..<shape[2] ~= j else { continue }
                for channel in 0..<shape[3] {
                  let line = (y * window.width + x) * shape[3] + channel
                  sum += images[n, i, j, channel] * weight[line, filter]
                }
              }
            }
            #expect(abs(result[n, row, column, filter] - sum) < 1e-5)
          }
        }
      }
    }
  }

  @Test(arguments: cases) func derivatives(shape: Shape, window: Window) {
    let images = draws(shape, 1)
    let patches = images.windows(window)
    expectDerivatives(at: images) { $0[0].squared().windows(window) }
    expectDerivatives(at: draws(patches.shape, 2)) {
      $0[0].squared().sumOfWindows(window, image: shape)
    }
    let weight = 0.5 * draws([patches.shape[1], 2], 3)
    expectDerivatives(at: images, weight, draws([2], 4)) {
      convolution($0[0], weight: $0[1], bias: $0[2], window: window, activation: .tanh)
    }
  }
}

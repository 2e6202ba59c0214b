/// How a two-dimensional window moves over an image.
public struct Window: Sendable, Hashable, Codable {
  public var height: Int
  public var width: Int
  public var stride: Int
  /// Zeros around the image on each side.
  public var padding: Int

  public init(height: Int, width: Int, stride: Int = 1, padding: Int = 0) {
    precondition(
      height > 0 && width > 0 && stride > 0 && padding >= 0,
      "a window needs a positive size and stride, got \(height)x\(width), stride \(stride), "
        + "padding \(padding)")
    self.height = height
    self.width = width
    self.stride = stride
    self.padding = padding
  }

  /// The size of the result for an image of a size.
  public func outputSize(height imageHeight: Int, width imageWidth: Int) -> (Int, Int) {
    let rows = (imageHeight + 2 * padding - height) / stride + 1
    let columns = (imageWidth + 2 * padding - width) / stride + 1
    precondition(
      imageHeight + 2 * padding >= height && imageWidth + 2 * padding >= width,
      "a window of \(height)x\(width) does not fit an image of \(imageHeight)x\(imageWidth)")
    return (rows, columns)
  }
}

/// Convolves images with filters, with a bias and an activation.
///
/// - Parameters:
///   - images: `[N, height, width, channels]`.
///   - weight: `[window.height · window.width · channels, filters]`, rows in the order in which a
///     window lies in memory.
///   - bias: `[filters]`.
/// - Returns: `[N, rows, columns, filters]`.
public func convolution(
  _ images: Tensor, weight: Tensor, bias: Tensor, window: Window,
  activation: Activation = .identity
) -> Tensor {
  let patches = images.windows(window)
  let (rows, columns) = window.outputSize(height: images.shape[1], width: images.shape[2])
  return linear(patches, weight: weight, bias: bias, activation: activation)
    .reshaped(to: [images.shape[0], rows, columns, weight.shape[1]])
}

extension Tensor {
  /// The elements under each position of a window, one row a position:
  /// `[N, height, width, channels]` give `[N · rows · columns, window · channels]`.
  public func windows(_ window: Window) -> Tensor {
    precondition(
      shape.rank == 4, "windows needs [N, height, width, channels], got shape \(shape)")
    let image = shape
    let (rows, columns) = window.outputSize(height: image[1], width: image[2])
    let width = window.height * window.width * image[3]
    let result = Tensor.zeros([image[0] * rows * columns, width])
    Window.forEachRun(window, image) { inImage, inPatches, count in
      Kernel.copy(self, at: inImage, to: result, at: inPatches, count: count)
    }
    return record(result, self, indices: window.numbers) { record, cotangent, sums in
      sums.add(
        cotangent.sumOfWindows(Window(numbers: record.indices), image: record.a.shape),
        to: record.a)
    }
  }

  /// Adds the rows of `windows` back to where they came from: the derivative of taking windows.
  package func sumOfWindows(_ window: Window, image: Shape) -> Tensor {
    let result = Tensor.zeros(image)
    Window.forEachRun(window, image) { inImage, inPatches, count in
      Kernel.add(self, at: inPatches, to: result, at: inImage, count: count)
    }
    return record(result, self, indices: window.numbers) { record, cotangent, sums in
      sums.add(cotangent.windows(Window(numbers: record.indices)), to: record.a)
    }
  }
}

extension Window {
  fileprivate var numbers: [Int32] { [height, width, stride, padding].map { Int32($0) } }

  fileprivate init(numbers: [Int32]) {
    self.init(
      height: Int(numbers[0]), width: Int(numbers[1]), stride: Int(numbers[2]),
      padding: Int(numbers[3]))
  }

  /// Calls a function for each run of elements that lie together in the image and in the rows of
  /// windows: one run for each image, position and line of the window.
  fileprivate static func forEachRun(
    _ window: Window, _ image: Shape, _ body: (_ inImage: Int, _ inPatches: Int, Int) -> Void
  ) {
    let (height, width, channels) = (image[1], image[2], image[3])
    let (rows, columns) = window.outputSize(height: height, width: width)
    let line = window.width * channels
    for index in 0..<image[0] * rows * columns {
      let (n, row, column) = (
        index / (rows * columns), index / columns % rows, index % columns
      )
      let left = column * window.stride - window.padding
      let from = max(left, 0)
      let to = min(left + window.width, width)
      guard from < to else { continue }
      for y in 0..<window.height {
        let imageRow = row * window.stride - window.padding + y
        guard imageRow >= 0 && imageRow < height else { continue }
        body(
          ((n * height + imageRow) * width + from) * channels,
          (index * window.height + y) * line + (from - left) * channels, (to - from) * channels)
      }
    }
  }
}

import Tensors
import Testing

@Suite struct TapeTests {
  @Test func constantsAreNotRecorded() {
    let tape = Workspace.current.tape
    _ = gradient(at: Tensor(1)) { x in
      let before = tape.count
      _ = (Tensor(2) * Tensor(3)).tanh() + Tensor(1)
      #expect(tape.count == before)
      _ = x + Tensor(2)
      #expect(tape.count == before + 1)
      return x
    }
  }

  @Test func sharedTensorsCollectAllCotangents() {
    // y is used four times: twice in a sum, once in a product, once through a view.
    let slope = gradient(at: Tensor([1, 2])) { x in
      let y = 3 * x
      return (y + y + y * y).sum() + y.view(at: 1, shape: [])
    }
    #expect(slope == Tensor([24, 45]))
  }

  @Test func sumsAreNotSharedWithWhatWasHandedOn() {
    // Both terms get the same cotangent; adding to the one must not change the other.
    expectDerivatives(at: draws([3], 1), draws([3], 2)) { points in
      let sum = points[0] + points[1]
      return (sum * points[0]).reshaped(to: [3, 1]) + sum.reshaped(to: [3, 1])
    }
  }

  @Test func diamonds() {
    var slope = gradient(at: Tensor(1)) { x in
      var x = x
      for _ in 0..<20 { x = x + x }
      return x
    }
    #expect(slope == Tensor(0x1p20))
    slope = gradient(at: Tensor(1)) { x in
      gradient(at: x) { x in
        var x = x
        for _ in 0..<3 { x = x * x }
        return x
      }
    }
    #expect(slope == Tensor(56))
  }

  @Test func threadsDoNotDisturbEachOther() {
    let (x, y) = (draws([8, 4], 1), draws([8, 1], 2))
    @Sendable func run(_ index: Int) -> Tensor {
      gradient(at: (0.1 * Float(index + 1)) * draws([5], 3)) { flat in
        let slope = gradient(at: flat) { flat in
          let weight = flat.view(at: 0, shape: [4, 1])
          let bias = flat.view(at: 4, shape: [1])
          return (linear(x, weight: weight, bias: bias, activation: .tanh) - y).squared().mean()
        }
        return (slope * slope).sum()
      }
    }
    let expected = (0..<64).map { run($0) }
    var results = [Tensor](repeating: Tensor(0), count: 64)
    concurrentForEach(&results, workers: 4) { result, index in
      for _ in 0..<10 { result = run(index) }
    }
    #expect(results == expected)
  }

  @Test func tensorsOfOtherThreadsRecordingsAreConstants() {
    let slope = gradient(at: Tensor(3)) { x in
      let y = x * x
      var slopes = [Tensor](repeating: Tensor(0), count: 4)
      concurrentForEach(&slopes, workers: 4) { slope, index in
        slope = gradient(at: Tensor(Float(index))) { $0 * y }
      }
      // The gradients that other threads took hold numbers only.
      #expect(slopes.allSatisfy { $0 == Tensor(9) })
      return y
    }
    #expect(slope == Tensor(6))
  }
}

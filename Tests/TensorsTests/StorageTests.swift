import Tensors
import Testing

@Suite struct StorageTests {
  private func lossGradient(_ weights: Tensor, _ x: Tensor) -> Tensor {
    gradient(at: weights) { flat in
      let hidden = linear(
        x, weight: flat.view(at: 0, shape: [4, 8]), bias: flat.view(at: 32, shape: [8]),
        activation: .tanh)
      return (hidden * hidden).logSoftmax().mean()
    }
  }

  @Test func warmLoopsMakeNoStorages() {
    let (weights, x) = (draws([40], 1), draws([16, 4], 2))
    for _ in 0..<20 { _ = lossGradient(weights, x) }
    let made = Workspace.current.pool.madeCount
    for _ in 0..<100 { _ = lossGradient(weights, x) }
    #expect(Workspace.current.pool.madeCount == made)
  }

  @Test func poolsStayBounded() {
    var pool = Pool()
    var held: [Storage] = []
    for _ in 0..<1000 { held.append(pool.storage(for: 100)) }
    let unique = Set(held.map { ObjectIdentifier($0) })
    #expect(unique.count == 1000)
    for _ in 0..<20_000 { _ = pool.storage(for: 100) }
    // Everything is given back and taken again.
    for _ in 0..<20 {
      held.removeAll()
      for _ in 0..<1000 { held.append(pool.storage(for: 100)) }
    }
    #expect(pool.madeCount <= 2100)
  }

  @Test func heldTensorsKeepTheirValues() {
    let first = Tensor([4], [1, 2, 3, 4])
    let view = (first + 0).view(at: 1, shape: [2])
    let column = (first * 2).reshaped(to: [2, 2])
    var kept: [Tensor] = []
    for index in 0..<500 {
      kept.append(first + Float(index))
      _ = lossGradient(draws([40], 1), draws([16, 4], 2))
    }
    #expect(first == Tensor([1, 2, 3, 4]))
    #expect(view == Tensor([2, 3]))
    #expect(column == Tensor([2, 2], [2, 4, 6, 8]))
    for (index, tensor) in kept.enumerated() { #expect(tensor == first + Float(index)) }
  }

  @Test func emptyTensors() {
    #expect(Tensor([]).elements == [])
    #expect((Tensor.zeros([0, 3]) + 1).shape == [0, 3])
    #expect(gradient(at: .zeros([0])) { $0.squared().sum() } == .zeros([0]))
  }

  @Test func changesInPlaceDoNotReachOthers() {
    var weights = Tensor([1, 2, 3])
    let (copy, view) = (weights, weights.view(at: 1, shape: [2]))
    weights.withMutableSpan { $0[1] = 20 }
    #expect(weights == Tensor([1, 20, 3]))
    #expect(copy == Tensor([1, 2, 3]) && view == Tensor([2, 3]))
    // Alone with its storage, the tensor is changed where it is.
    let storage = ObjectIdentifier(weights.storage)
    weights.withMutableSpan { $0[2] = 30 }
    #expect(ObjectIdentifier(weights.storage) == storage)
    #expect(weights == Tensor([1, 20, 30]))
  }

  @Test func spansOfViews() {
    let view = counting([10]).view(at: 3, shape: [4])
    #expect(view.withSpan { span in span.indices.map { span[$0] } } == [3, 4, 5, 6])
    var copy = view
    copy.withMutableSpan { $0[0] = -1 }
    #expect(copy == Tensor([-1, 4, 5, 6]) && view[0] == 3)
  }

  @Test func tensorsOutliveTheThreadsThatMadeThem() {
    var results = [Tensor](repeating: Tensor(0), count: 16)
    concurrentForEach(&results, workers: 4) { result, index in
      result = Tensor(filling: [100], with: Float(index))
    }
    for _ in 0..<50 { _ = draws([100]) }
    for (index, result) in results.enumerated() {
      #expect(result == Tensor(filling: [100], with: Float(index)))
    }
  }

  @Test(arguments: [1, 2, 3, 8, 100]) func everyElementIsVisitedOnce(workers: Int) {
    var counts = [Int](repeating: 0, count: 37)
    concurrentForEach(&counts, workers: workers) { count, index in count += index }
    #expect(counts == Array(0..<37))
  }

  @Test func nothingToVisit() {
    var none: [Int] = []
    concurrentForEach(&none, workers: 4) { _, _ in Issue.record("there is no element") }
  }
}

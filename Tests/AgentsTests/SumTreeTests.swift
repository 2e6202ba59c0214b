import Agents
import Testing

@Suite("Sum tree")
struct SumTreeTests {
  @Test("an index is found where the sum of what lies before it is passed")
  func shares() {
    var tree = SumTree(count: 5)
    for (index, value) in [2, 0, 3, 0, 1].enumerated() { tree[index] = Double(value) }
    #expect(tree.total == 6)
    let shares = [0, 1.99, 2, 4.99, 5, 5.99]
    #expect(shares.map(tree.index(at:)) == [0, 0, 2, 2, 4, 4])
    // Even a share that rounding has put at the end finds something.
    #expect(tree.index(at: 6) == 4)
    tree[4] = 0
    tree[1] = 0.5
    #expect(tree.total == 5.5 && tree[1] == 0.5)
    #expect(tree.index(at: 2.25) == 1)
  }
}

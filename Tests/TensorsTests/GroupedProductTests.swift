import Tensors
import Testing

@Suite struct GroupedProductTests {
  @Test func eachGroupHasAMatrixOfItsOwn() {
    let x = Tensor([2, 4], [1, 2, 3, 4, 5, 6, 7, 8])
    let matrices = Tensor([2, 2, 1], [1, 10, 100, 1000])
    #expect(groupedProduct(x, matrices) == Tensor([2, 2], [21, 4300, 65, 8700]))
    let turned = matrices.reshaped(to: [2, 1, 2])
    #expect(groupedProduct(x, turned, transposing: true) == groupedProduct(x, matrices))
  }

  @Test func outerProductsAreSummedOverRows() {
    let sums = groupedOuterProduct(
      Tensor([2, 2], [1, 2, 3, 4]), Tensor([2, 4], [1, 0, 0, 1, 1, 1, 1, 1]), groups: 2)
    #expect(sums == Tensor([2, 1, 2], [4, 3, 4, 6]))
  }

  @Test(arguments: [(1, 1, 1, 1), (2, 2, 1, 3), (3, 1, 2, 2), (2, 3, 2, 1)])
  func derivatives(rows: Int, groups: Int, inputs: Int, outputs: Int) {
    let x = draws([rows, groups * inputs], 1)
    expectDerivatives(at: x, draws([groups, inputs, outputs], 2)) { groupedProduct($0[0], $0[1]) }
    expectDerivatives(at: x, draws([groups, outputs, inputs], 3)) {
      groupedProduct($0[0], $0[1], transposing: true)
    }
    expectDerivatives(at: x, draws([rows, groups * outputs], 4)) {
      groupedOuterProduct($0[0], $0[1], groups: groups)
    }
  }
}

import Tensors
import Testing

@Suite struct EmbeddingTests {
  @Test func rowsOfTheTableAreAddedUp() {
    let table = counting([3, 2])
    #expect(
      table.embeddingSum([0, 2, 1, 1], codesPerRow: 2) == Tensor([2, 2], [4, 6, 4, 6]))
    #expect(table.embeddingSum([2, 0], codesPerRow: 1) == table.gathering([2, 0]))
    #expect(table.embeddingSum([], codesPerRow: 3).shape == [0, 2])
  }

  @Test func derivatives() {
    expectDerivatives(at: draws([4, 3])) {
      $0[0].embeddingSum([3, 0, 0, 2, 1, 3], codesPerRow: 2).squared()
    }
  }
}

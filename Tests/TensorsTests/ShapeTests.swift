import Tensors
import Testing

@Suite struct ShapeTests {
  @Test func sizes() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.rank == 3 && shape.count == 24 && shape.array == [2, 3, 4])
    #expect(shape[0] == 2 && shape[-1] == 4 && shape[-3] == 2)
    #expect(Shape.scalar.rank == 0 && Shape.scalar.count == 1)
    #expect(Shape(5) == [5] && Shape(5, 6) == [5, 6] && Shape(1, 2, 3) == [1, 2, 3])
    #expect(([2, 0] as Shape).count == 0)
    #expect([2] as Shape != [2, 1])
    #expect("\(shape)" == "[2, 3, 4]")
  }

  @Test func parts() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.removing(1) == [2, 4] && shape.removing(-1) == [2, 3])
    #expect(([7] as Shape).removing(0) == .scalar)
    #expect(shape.split(at: 1) == (2, 3, 4))
    #expect(shape.split(at: 0) == (1, 2, 12))
    #expect(shape.split(at: -1) == (6, 4, 1))
  }

  @Test(arguments: TensorElementwiseTests.broadcasts)
  func broadcasts(first: Shape, second: Shape, common: Shape) {
    #expect(Shape.broadcast(first, second) == common)
    #expect(Shape.broadcast(second, first) == common)
  }
}

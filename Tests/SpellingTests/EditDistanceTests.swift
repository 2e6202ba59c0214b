import Spelling
import Testing

struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
    ("pendulum", "pendulun", 1), ("CartPole", "cartpole", 0), ("acrobot", "acrobot", 0),
  ])
  func isTheFewestChanges(first: String, second: String, changes: Int) {
    #expect(EditDistance.between(first, second) == changes)
    #expect(EditDistance.between(second, first) == changes)
  }

  @Test func nearestNamesComeFirstAndEarlierOnesOfEqual() {
    let names = ["mountain", "cart-a", "cart-b", "cart"]
    #expect(EditDistance.nearest(3, to: "cart", among: names) == ["cart", "cart-a", "cart-b"])
    #expect(EditDistance.nearest(2, to: "x", among: []) == [])
  }
}

import Foundation
import Tensors
import Testing

@Suite("Concurrency")
struct ConcurrencyTests {
  @Test("every element is touched once, for any number of workers, job after job")
  func everyElementOnce() {
    var elements = [Int](repeating: 0, count: 13)
    for job in 0..<20_000 {
      concurrentForEach(&elements, workers: 1 + job % 6) { element, index in element += index + 1 }
    }
    #expect(elements == (1...13).map { 20_000 * $0 })
  }

  @Test("workers that have gone to sleep wake up again")
  func sleepers() {
    var elements = [Int](repeating: 0, count: 4)
    var random = RandomStream(seed: 1)
    for _ in 0..<3000 {
      concurrentForEach(&elements, workers: 2 + random.integer(below: 3)) { element, _ in
        element += 1
      }
      // About as long as a worker stays awake, so that some are just falling asleep.
      usleep(UInt32(random.integer(below: 100)))
    }
    #expect(elements == [3000, 3000, 3000, 3000])
  }

  @Test("calls within calls and from several threads at once all finish")
  func nested() async {
    await withTaskGroup(of: [Int].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var outer = [[Int]](repeating: [0, 0, 0], count: 3)
          for _ in 0..<200 {
            concurrentForEach(&outer, workers: 3) { inner, _ in
              concurrentForEach(&inner, workers: 2) { element, _ in element += 1 }
            }
          }
          return outer.flatMap { $0 }
        }
      }
      for await result in group { #expect(result == Array(repeating: 200, count: 9)) }
    }
  }
}

internal import Dispatch

/// Calls a function with 0, 1, ... `workers - 1` at the same time and waits for all calls.
func concurrentPerform(_ workers: Int, _ body: @Sendable (Int) -> Void) {
  DispatchQueue.concurrentPerform(iterations: workers, execute: body)
}

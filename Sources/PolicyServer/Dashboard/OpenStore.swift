internal import Foundation
internal import Records
internal import Synchronization

/// The run store of a home folder, opened when it is first there and kept open: pages ask again each
/// second, and opening it takes longer than reading.
final class OpenStore: Sendable {
  let home: String
  private let opened = Mutex<(store: RunStore, file: Int)?>(nil)

  init(below home: String) { self.home = home }

  /// The store; nil if nothing was recorded yet. One in whose place another was put is opened anew.
  func get() throws(RunStoreError) -> RunStore? {
    guard let file else {
      opened.withLock { $0 = nil }
      return nil
    }
    if let known = opened.withLock({ $0 }), known.file == file { return known.store }
    let store = try RunStore(below: home)
    opened.withLock { $0 = (store, file) }
    return store
  }

  /// The number by which the system knows the store's file; nil if there is none.
  private var file: Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: RunStore.path(below: home))
    return (attributes?[.systemFileNumber] as? NSNumber)?.intValue
  }
}

import Foundation
import Records

/// A home folder of its own for a test, removed when nobody holds it.
final class TemporaryHome {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("foal-records-\(UUID().uuidString)").path

  /// The store's file.
  var file: String { RunStore.path(below: path) }

  func store() throws -> RunStore { try RunStore(below: path) }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension NewRun {
  /// A run to test with.
  static func example(
    _ name: String = "cartpole-7", seed: UInt64 = 7, configuration: JSONValue = .object([:]),
    parentID: Int64? = nil
  ) -> NewRun {
    NewRun(
      name: name, command: "pretrain", task: "cartpole", seed: seed, foalVersion: "0.1.0",
      configuration: configuration, parentID: parentID)
  }
}

/// A date with a millisecond that Doubles hold badly.
let exampleDate = Date(timeIntervalSince1970: 1_763_726_707.123)

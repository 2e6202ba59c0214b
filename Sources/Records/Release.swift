/// The version of Foal that runs are recorded with, and that the tool and the server state.
package enum Release {
  package static let version = "0.1.0"
}

import Checkpoints
import Foundation
import Records
import Schooling
import Tensors

// Opens what the arguments name and prints the most memory that the process ever held, in bytes.

let arguments = CommandLine.arguments
guard arguments.count == 3 else { fatalError("usage: MemoryProbe kind path") }
let path = arguments[2]

/// The peak of the resident memory as Linux counts it.
func peak() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
  return (Int(line.filter(\.isNumber)) ?? 0) * 1024
}

/// Opens a file or folder of a kind.
func open(_ kind: String) throws {
  switch kind {
  case "agent": withExtendedLifetime(try Agent(contentsOf: path)) {}
  case "checkpoint":
    let folder = CheckpointFolder(path)
    withExtendedLifetime(try folder.read(folder.steps()[0])) {}
  case "hash": _ = try FileHash(contentsOf: path)
  case "safetensors": withExtendedLifetime(try Safetensors(contentsOf: path)) {}
  case "store": _ = try RunStore(below: path).runs()
  default: break
  }
}

try open(arguments[1])
print(peak())

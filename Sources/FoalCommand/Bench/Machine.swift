internal import Foundation
internal import VectorKernels

#if canImport(Darwin)
  internal import Darwin
#else
  internal import COpenBLAS
#endif

/// What the measurements were made on and with.
struct Machine: Sendable {
  /// The processor's name; "unknown" where the system does not tell.
  let processor: String
  /// The processors that the system gives the tool.
  let cores: Int
  /// The threads that stand for all cores.
  let workers: Int
  /// The instruction set of Foal's own elementwise loops.
  let instructionSet: String
  /// The name of the library that multiplies matrices, with its version where it tells.
  let blas: String
  /// The processor whose kernels that library uses; nil where it does not tell.
  let blasKernels: String?
  /// The operating system, with its version.
  let system: String

  /// What may make matrix products faster: a library older than the processor does not know it and
  /// takes kernels of half its vectors' width.
  var advice: String? {
    let narrow = ["Haswell", "Zen", "Excavator", "Steamroller", "Piledriver", "SandyBridge"]
    guard instructionSet == "AVX-512", let blasKernels, narrow.contains(blasKernels) else {
      return nil
    }
    return "The processor has AVX-512 but \(blas) took kernels without it; "
      + "OPENBLAS_CORETYPE=SkylakeX in the environment gives it those with."
  }

  /// Looks at the machine that the tool runs on.
  /// - Parameter workers: the threads that are to stand for all cores; nil for one a processor.
  init(workers: Int?) {
    processor = Self.processorName ?? "unknown"
    cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    self.workers = workers ?? cores
    instructionSet = String(cString: foal_instruction_set())
    (blas, blasKernels) = Self.matrixLibrary
    system = ProcessInfo.processInfo.operatingSystemVersionString
  }

  #if canImport(Darwin)
    private static var processorName: String? {
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0 else { return nil }
      var name = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else { return nil }
      return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static var matrixLibrary: (String, String?) { ("Accelerate", nil) }
  #else
    /// The first "model name" of the kernel's list; processors other than x86 have none.
    private static var processorName: String? {
      guard let list = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
        return nil
      }
      let line = list.split(separator: "\n").first { $0.hasPrefix("model name") }
      return line?.split(separator: ":").dropFirst().first?.trimmingCharacters(in: .whitespaces)
    }

    /// The configuration opens with the name and the version: "OpenBLAS 0.3.21 DYNAMIC_ARCH ...".
    private static var matrixLibrary: (String, String?) {
      let words = String(cString: openblas_get_config()).split(separator: " ")
      let isNamed = words.first == "OpenBLAS" && words.count > 1
      return (
        isNamed ? words.prefix(2).joined(separator: " ") : "OpenBLAS",
        String(cString: openblas_get_corename())
      )
    }
  #endif
}

extension Machine: Encodable {
  private enum Key: String, CodingKey {
    case processor, cores, workers, instructionSet, blas, blasKernels, system
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(processor, forKey: .processor)
    try container.encode(cores, forKey: .cores)
    try container.encode(workers, forKey: .workers)
    try container.encode(instructionSet, forKey: .instructionSet)
    try container.encode(blas, forKey: .blas)
    try container.encode(blasKernels, forKey: .blasKernels)
    try container.encode(system, forKey: .system)
  }
}

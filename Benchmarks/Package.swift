// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let foal: Target.Dependency = .product(name: "Foal", package: "foal")

let package = Package(
  name: "foal-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "foal", path: "..")],
  targets: [
    // A link to the one in Tests, which no product of Foal has.
    .target(name: "AllocationCounter"),
    .target(name: "CountedPass"),
    .target(name: "Workloads", dependencies: [foal], swiftSettings: settings),
    // Without the debugging symbols, which Valgrind cannot read as Swift writes them.
    .executableTarget(
      name: "WorkCounts", dependencies: ["AllocationCounter", "CountedPass", "Workloads"],
      swiftSettings: settings, linkerSettings: [.unsafeFlags(["-Xlinker", "-S"])]),
  ]
)

// The benchmark package needs a newer Swift than Foal does; the counts need no benchmark package.
#if compiler(>=6.3)
  package.dependencies.append(
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []))
  package.targets.append(
    .executableTarget(
      name: "FoalBenchmarks",
      dependencies: [
        "AllocationCounter", "Workloads", .product(name: "Benchmark", package: "benchmark"),
      ], path: "Benchmarks/FoalBenchmarks", swiftSettings: settings,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]))
#endif

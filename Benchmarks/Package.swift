// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "foal-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "foal", path: "..")],
  targets: [
    .executableTarget(
      name: "UpdateBenchmark", dependencies: [.product(name: "Foal", package: "foal")])
  ]
)

// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let numerics: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
let sqlite: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(
  name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(
  name: "HummingbirdTesting", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let networking: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOWebSocket", package: "swift-nio"),
  .product(name: "HTTPTypes", package: "swift-http-types"),
  .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
  .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
  .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
]
let subprocess: [Target.Dependency] = [
  .product(name: "Subprocess", package: "swift-subprocess"),
  .product(name: "SystemPackage", package: "swift-system"),
]

/// A library target with the house settings.
func library(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [],
  exclude: [String] = [], extra: [SwiftSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources,
    swiftSettings: settings + extra)
}

/// A test target with the house settings.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

let package = Package(
  name: "foal",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Foal", targets: ["Foal"]),
    .library(name: "FoalClient", targets: ["FoalClient"]),
    .library(name: "FoalTesting", targets: ["FoalTesting"]),
    .library(name: "Reproductions", targets: ["Reproductions"]),
    .executable(name: "foal", targets: ["FoalCommand"]),
    .executable(name: "foal-serve", targets: ["FoalServe"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", providers: [.apt(["libopenblas-dev"]), .yum(["openblas-devel"])]),
    .systemLibrary(name: "CAccelerate"),
    .target(name: "VectorKernels"),
    .target(
      name: "UpdateYardstick", dependencies: ["VectorKernels"],
      linkerSettings: [
        .linkedLibrary("openblas", .when(platforms: [.linux])),
        .linkedFramework("Accelerate", .when(platforms: [.macOS])),
      ]),
    library("Files", [], extra: [.strictMemorySafety()]),
    library(
      "Tensors",
      [
        "Files", "VectorKernels", numerics,
        .target(name: "COpenBLAS", condition: .when(platforms: [.linux])),
        .target(name: "CAccelerate", condition: .when(platforms: [.macOS])),
      ], extra: [.strictMemorySafety()]),
    library("Spelling", []),
    library("Environments", ["Spelling", "Tensors", "VectorKernels", numerics]),
    library("Charts", []),
    library("Networks", ["Tensors", numerics]),
    library(
      "Policies", ["Environments", "Networks", "Tensors"],
      resources: [.copy("Resources/Bundled")]),
    library("Agents", ["Environments", "Networks", "Policies", "Tensors", numerics]),
    library("Checksums", []),
    library("Checkpoints", ["Checksums", "Files", "Tensors"]),
    library("Triggers", []),
    library(
      "Schooling",
      ["Agents", "Checkpoints", "Environments", "Networks", "Policies", "Tensors", "Triggers"]),
    library(
      "Records", ["Checksums", "Files", "Spelling", sqlite, protobuf],
      exclude: ["Export/EventFile.proto"]),
    library(
      "Reports",
      [
        "Charts", "Checksums", "Environments", "Records", "Schooling", "Tensors", "Triggers", yaml,
      ]),
    library(
      "Foal",
      [
        "Agents", "Checkpoints", "Environments", "Networks", "Policies", "Schooling", "Tensors",
      ]),
    library("FoalClient", []),
    library("FoalTesting", ["Environments", "Networks", "Tensors"]),
    // Only what every user of the package can call.
    .target(
      name: "Reproductions",
      dependencies: ["Agents", "Environments", "Networks", "Schooling", "Tensors"],
      packageAccess: false, swiftSettings: settings),
    library("ServeArguments", [argumentParser]),
    // Acts; what trains is the tool's, started as a process of its own.
    library(
      "PolicyServer",
      [
        "Charts", "Checkpoints", "Checksums", "Environments", "Networks", "Policies", "Records",
        "Spelling", "Tensors", "Triggers", hummingbird, hummingbirdCore, logging,
      ] + networking + subprocess,
      resources: [.copy("Resources/Dashboard"), .copy("Resources/openapi.json")]),
    .executableTarget(
      name: "FoalServe", dependencies: ["PolicyServer", "ServeArguments", argumentParser],
      swiftSettings: settings),
    .executableTarget(
      name: "FoalCommand",
      dependencies: [
        "Agents", "Charts", "Checkpoints", "Checksums", "Environments", "Files", "FoalTesting",
        "Networks", "Policies", "Records", "Reports", "Reproductions", "Schooling",
        "ServeArguments", "Spelling", "Tensors", "UpdateYardstick", "VectorKernels", argumentParser,
        .target(name: "COpenBLAS", condition: .when(platforms: [.linux])),
      ], swiftSettings: settings),
    tests(
      "TensorsTests", ["Tensors", "VectorKernels", "FoalTesting"],
      resources: [.copy("Fixtures")]),
    tests("NetworksTests", ["Networks", "Tensors", "FoalTesting"]),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    tests(
      "EnvironmentsTests", ["AllocationCounter", "Environments", "Tensors", "FoalTesting"],
      resources: [.copy("Fixtures")]),
    tests(
      "AgentsTests",
      ["AllocationCounter", "Agents", "Environments", "Networks", "Tensors", "FoalTesting"]),
    tests(
      "SchoolingTests",
      [
        "Schooling", "Agents", "Checkpoints", "Environments", "Files", "Networks", "Policies",
        "Tensors",
      ],
      resources: [.copy("Fixtures")]),
    tests("SpellingTests", ["Spelling"]),
    tests("ChartsTests", ["Charts"]),
    tests("ChecksumsTests", ["Checksums"]),
    tests("CheckpointsTests", ["Checkpoints", "Files", "Tensors"]),
    tests("RecordsTests", ["Records", "Checksums", sqlite], resources: [.copy("Fixtures")]),
    tests("ReportsTests", ["Reports", "Charts", "Environments", "Records", "Schooling", yaml]),
    .executableTarget(
      name: "MemoryProbe", dependencies: ["Checkpoints", "Records", "Schooling", "Tensors"],
      path: "Tests/MemoryProbe", swiftSettings: settings),
    tests(
      "FoalCommandTests",
      [
        "Agents", "Charts", "FoalCommand", "Checkpoints", "Environments", "MemoryProbe", "Networks",
        "Records", "Reports", "Schooling", "Tensors", "UpdateYardstick", argumentParser,
      ]),
    tests(
      "ReproductionsTests", ["Reproductions", "Agents", "Environments", "Schooling", "Tensors"]),
    tests(
      "PolicyServerTests",
      [
        "Charts", "Environments", "FoalClient", "Networks", "Policies", "PolicyServer", "Records",
        "Tensors",
      ] + networking),
    tests("FoalClientTests", ["FoalClient"]),
    tests("LearningTests", ["Foal"]),
    tests("ReadmeTests", ["Foal"]),
  ]
)

// swift-tools-version: 6.2

import PackageDescription

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "cairn",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "CairnWorker", targets: ["CairnWorker"]),
        .library(name: "CairnClient", targets: ["CairnClient"]),
        .library(name: "Postgres", targets: ["Postgres"]),
        .executable(name: "cairn", targets: ["cairn"]),
        .executable(name: "cairn-server", targets: ["cairn-server"]),
        .executable(name: "cairn-worker", targets: ["cairn-worker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.98.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // Below Cairn: PostgreSQL for anyone.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(name: "Postgres", dependencies: ["CLibPQ", logging], swiftSettings: house),
        .target(name: "EmbeddedPostgres", dependencies: [logging, lifecycle, subprocess], swiftSettings: house),

        // Cairn, from the bottom up; imports run downwards only.
        .target(name: "CairnModel", swiftSettings: house),
        .target(
            name: "CairnStore", dependencies: ["CairnModel", "Postgres", logging], swiftSettings: house,
            plugins: ["EmbedFiles"]),
        .target(name: "CairnLog", dependencies: ["CairnModel", logging], swiftSettings: house),
        .target(name: "CairnClient", dependencies: ["CairnModel"], swiftSettings: house),
        .target(
            name: "CairnOrchestrator", dependencies: ["CairnModel", "CairnStore", "Postgres", logging, lifecycle],
            swiftSettings: house),
        // Apart from the orchestrator, so that only the server is built with TLS: decision 0010.
        .target(
            name: "CairnHooks",
            dependencies: [
                "CairnModel", "CairnOrchestrator", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: house),
        .target(
            name: "CairnWorker",
            dependencies: ["CairnModel", "CairnStore", "Postgres", logging, lifecycle, subprocess],
            swiftSettings: house),
        .target(
            name: "CairnServer",
            dependencies: ["CairnModel", "CairnStore", "CairnOrchestrator", "Postgres", hummingbird, logging],
            swiftSettings: house, plugins: ["EmbedFiles"]),

        // What people run.
        .executableTarget(
            name: "cairn",
            dependencies: [
                "CairnModel", "CairnStore", "CairnClient", "CairnOrchestrator", "EmbeddedPostgres", "Postgres",
                argumentParser, logging, lifecycle, subprocess,
            ], swiftSettings: house),
        .executableTarget(
            name: "cairn-server",
            dependencies: [
                "CairnServer", "CairnHooks", "CairnLog", "CairnOrchestrator", "CairnStore", "CairnModel", "Postgres",
                argumentParser, logging, lifecycle,
            ],
            swiftSettings: house),
        .executableTarget(
            name: "cairn-worker",
            dependencies: ["CairnWorker", "CairnLog", "CairnModel", argumentParser, logging, lifecycle],
            swiftSettings: house),
        .executableTarget(
            name: "example-shop", dependencies: [hummingbird, logging, argumentParser], path: "Sources/example-shop",
            swiftSettings: house),
        // What docs/handlers.md shows, so that it compiles.
        .executableTarget(
            name: "example-worker", dependencies: ["CairnWorker", logging, lifecycle, signals], swiftSettings: house),

        // The SQL of Migrations/ and docs/openapi.json become Swift files, so that a binary carries them.
        .executableTarget(name: "embed-files", path: "Plugins/embed-files", swiftSettings: house),
        .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),

        .target(
            name: "TestSupport", dependencies: ["EmbeddedPostgres", "Postgres", "CairnStore", "CairnModel"],
            path: "Tests/TestSupport", swiftSettings: house),
        // What scripts/chaos runs.
        .executableTarget(
            name: "chaos",
            dependencies: [
                "CairnClient", "CairnModel", "CairnStore", "EmbeddedPostgres", "Postgres", "TestSupport",
                argumentParser, hummingbird, logging, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "Tests/Chaos", exclude: ["effect.sh", "skew.c"], swiftSettings: house),
        .testTarget(
            name: "ChaosTests", dependencies: ["chaos", "CairnStore", "Postgres", "TestSupport"],
            swiftSettings: house),
        .testTarget(
            name: "PostgresTests", dependencies: ["Postgres", "EmbeddedPostgres", "TestSupport"], swiftSettings: house),
        .testTarget(name: "CairnModelTests", dependencies: ["CairnModel", "TestSupport"], swiftSettings: house),
        .testTarget(
            name: "CairnStoreTests",
            dependencies: ["CairnModel", "CairnStore", "EmbeddedPostgres", "Postgres", "TestSupport"],
            swiftSettings: house),
        .testTarget(
            name: "CairnWorkerTests",
            dependencies: [
                "CairnWorker", "CairnLog", "cairn-worker", "example-worker", "CairnModel", "CairnStore", "Postgres",
                "TestSupport",
                logging, lifecycle,
            ],
            swiftSettings: house),
        .testTarget(
            name: "CairnServerTests",
            dependencies: [
                "CairnServer", "CairnHooks", "CairnOrchestrator", "CairnStore", "CairnModel", "Postgres",
                "EmbeddedPostgres", "TestSupport", "cairn-server", logging, lifecycle, hummingbird,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: house),
        .testTarget(
            name: "CairnCLITests", dependencies: ["cairn", "CairnClient", "CairnModel", "EmbeddedPostgres"],
            swiftSettings: house),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CairnClient", "CairnModel", "CairnStore", "EmbeddedPostgres", "Postgres", "TestSupport", subprocess,
            ],
            swiftSettings: house),
    ]
)

// What scripts/test builds a second time, with the Thread Sanitizer: what has threads of its own, and nothing it has no
// use for, such as a TLS library that takes minutes to compile.
if Context.environment["CAIRN_SANITIZED"] == "1" {
    let sanitized: Set = [
        "CLibPQ", "Postgres", "EmbeddedPostgres", "CairnModel", "CairnStore", "embed-files", "EmbedFiles",
        "TestSupport",
        "PostgresTests", "CairnModelTests",
    ]
    package.targets.removeAll { !sanitized.contains($0.name) }
    package.products.removeAll()
}

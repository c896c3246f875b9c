// swift-tools-version: 6.2
// The rooms of Millwright: which target may import which is checked by ArchitectureTests.
import PackageDescription

/// Settings of every target of ours: Swift 6 mode, warnings are errors.
let careful: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// The same, and every module that is used is imported.
///
/// Not in the executable: with the static standard library the compiler takes the system's own
/// structures for parts of a module that cannot be imported.
let strict: [SwiftSetting] = careful + [.enableUpcomingFeature("MemberImportVisibility")]

/// Rooms that touch every sample are optimised in debug builds too, so that the tests and the
/// demonstrator run at a useful speed from the one debug build.
let hot: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")

let package = Package(
    name: "millwright",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "millwright", targets: ["millwright"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CXlsxWriter", pkgConfig: "xlsxwriter",
            providers: [.apt(["libxlsxwriter-dev"])]),
        .systemLibrary(
            name: "CQrencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CKernel"),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "Plant", swiftSettings: hot),
        .target(name: "Wire", swiftSettings: hot),
        .target(
            name: "Historian", dependencies: ["Plant", "CZstd", grdb, sqlite], swiftSettings: hot),
        .target(name: "Journal", dependencies: ["Plant", grdb, crypto], swiftSettings: hot),
        .target(name: "Backup", dependencies: ["CZstd", crypto], swiftSettings: hot),
        .target(name: "Sheets", dependencies: ["Plant", "CZip"], swiftSettings: hot),
        .target(name: "Imports", dependencies: ["Plant", "Sheets"], swiftSettings: hot),
        .target(
            name: "Messages",
            resources: [
                .embedInCode("en.txt"), .embedInCode("pl.txt"), .embedInCode("ro.txt"),
                .embedInCode("pa.txt"),
            ], swiftSettings: hot),
        .target(name: "Accounts", dependencies: ["Plant"], swiftSettings: hot),
        .target(name: "Outbound", dependencies: ["Plant", "CCurl"], swiftSettings: strict),
        .executableTarget(
            name: "outbound-probe", dependencies: ["Outbound", "Plant"],
            path: "Tests/OutboundProbe", swiftSettings: careful),
        .target(
            name: "Profiles", path: "Profiles",
            resources: [
                .embedInCode("http"),
                .embedInCode("modbus"),
                .embedInCode("mqtt"),
                .embedInCode("mtconnect"),
                .embedInCode("opc-ua"),
                .embedInCode("s7"),
                .embedInCode("serial"),
            ], swiftSettings: hot),
        .target(
            name: "Trust", dependencies: ["Wire", crypto, cryptoExtras, x509, asn1],
            swiftSettings: strict),
        .target(
            name: "Capture", dependencies: ["Plant", "Wire", logging] + nio, swiftSettings: hot),
        .target(
            name: "Share", dependencies: ["Plant", "Wire", "Capture"], swiftSettings: strict),
        .target(name: "Understand", dependencies: ["Plant"], swiftSettings: hot),
        .target(name: "Act", dependencies: ["Plant"], swiftSettings: hot),
        .target(name: "Prove", dependencies: ["Plant", "Understand"], swiftSettings: hot),
        .target(name: "Guide", dependencies: ["Plant", "Understand"], swiftSettings: strict),
        .target(name: "Demonstrator", dependencies: ["Plant", "Wire"] + nio, swiftSettings: hot),
        .target(
            name: "Loop",
            dependencies: [
                "Plant", "Wire", "Historian", "Journal", "Capture", "Understand", "Demonstrator",
                "Backup", "Trust", "Share", "CKernel", logging, crypto, cryptoExtras, toml,
            ] + nio,
            swiftSettings: strict),
        .target(
            name: "Web",
            dependencies: [
                "Plant", "Understand", "Guide", "Loop", "Share", "Messages", "Sheets", "Imports",
                "Accounts", "CXlsxWriter", "CQrencode", hummingbird, logging,
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), lifecycle,
            ],
            resources: [.embedInCode("Templates"), .embedInCode("Assets")],
            swiftSettings: strict),
        .executableTarget(
            name: "millwright",
            dependencies: [
                "Plant", "Wire", "Journal", "Capture", "Share", "Loop", "Web", "Outbound", "Prove",
                "Profiles", hummingbird,
                logging, lifecycle,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"), nioSSL,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ] + nio,
            swiftSettings: careful),
        .target(name: "AllocationCount", path: "Benchmarks/AllocationCount"),
        .target(
            name: "LabelledTraces", dependencies: ["Plant"], path: "Benchmarks/LabelledTraces",
            swiftSettings: hot),
        .target(
            name: "SimulatedFactories", dependencies: ["Plant", "Prove", "Understand"],
            path: "Benchmarks/SimulatedFactories", swiftSettings: hot),
        .executableTarget(
            name: "calibrate", dependencies: ["Prove", "SimulatedFactories"],
            path: "Benchmarks/calibrate", swiftSettings: hot,
            linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Plant", "Wire", "Historian", "Journal", "Capture", "Understand", "Loop",
                "LabelledTraces",
                "AllocationCount", "CZstd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/benchmarks", swiftSettings: hot),
        .testTarget(name: "PlantTests", dependencies: ["Plant"], swiftSettings: strict),
        .testTarget(
            name: "OutboundTests", dependencies: ["Outbound", "Plant"], swiftSettings: strict),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: strict),
        .target(
            name: "PowerCut", dependencies: [sqlite], path: "Tests/PowerCut", swiftSettings: hot),
        .testTarget(
            name: "HistorianTests", dependencies: ["Historian", "Plant", "PowerCut"],
            swiftSettings: strict),
        .testTarget(
            name: "JournalTests", dependencies: ["Journal", "Plant", "PowerCut"],
            swiftSettings: strict),
        .testTarget(
            name: "BackupTests", dependencies: ["Backup", crypto], swiftSettings: strict),
        .testTarget(
            name: "SheetsTests", dependencies: ["Sheets", "Plant"], exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "MessagesTests", dependencies: ["Messages"], exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "ImportsTests", dependencies: ["Imports", "Plant", "Sheets"],
            swiftSettings: strict),
        .testTarget(
            name: "AccountsTests", dependencies: ["Accounts", "Plant"], swiftSettings: strict),
        .testTarget(
            name: "TrustTests", dependencies: ["Trust", "Wire", crypto, x509, asn1],
            swiftSettings: strict),
        .testTarget(
            name: "CaptureTests", dependencies: ["Capture", "Plant", "Wire", logging] + nio,
            swiftSettings: strict),
        .testTarget(
            name: "ShareTests", dependencies: ["Share", "Plant", "Wire", "Capture"],
            swiftSettings: strict),
        .testTarget(
            name: "UnderstandTests", dependencies: ["Understand", "Plant", "LabelledTraces"],
            swiftSettings: strict),
        .testTarget(name: "ActTests", dependencies: ["Act", "Plant"], swiftSettings: strict),
        .testTarget(
            name: "DemonstratorTests", dependencies: ["Demonstrator", "Plant", "Wire"],
            swiftSettings: strict),
        .testTarget(
            name: "LoopTests",
            dependencies: [
                "Plant", "Wire", "Historian", "Journal", "Capture", "Understand", "Demonstrator",
                "Loop", "Profiles", logging,
            ] + nio,
            swiftSettings: strict),
        .testTarget(
            name: "ProveTests",
            dependencies: ["Prove", "Plant", "Understand", "SimulatedFactories"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "GuideTests", dependencies: ["Guide", "Plant"], swiftSettings: strict),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Web", "Guide", "Loop", "Share", "Plant", "Messages", "Demonstrator", hummingbird,
                logging,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            exclude: ["Goldens"], swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    ]
)

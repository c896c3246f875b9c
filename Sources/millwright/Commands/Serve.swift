// Running the box, with the made-up factory or without.

import ArgumentParser
import Foundation
import Loop

/// Runs the box.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the box.",
        discussion: """
            Examples:
              millwright serve
              millwright serve --listen 127.0.0.1:8421 --data data --demo off
            """)

    @OptionGroup var global: GlobalOptions
    @Option(help: "Address and port of the pages.")
    var listen: String?
    @Flag(help: "Let other devices on the network reach the pages; needs an owner.")
    var openToNetwork = false
    @Option(help: "The made-up factory: auto, on or off.")
    var demo: String?
    @Option(help: "Seed of the made-up factory.")
    var seed: UInt64?
    @Option(help: "Speed of the made-up factory, such as 60x.")
    var speed: String?

    func run() async throws {
        var settings = try SettingsLoading.load(global)
        if openToNetwork { try SettingsLoading.set("listen", "0.0.0.0:8420", in: &settings) }
        if let listen { try SettingsLoading.set("listen", listen, in: &settings) }
        if let demo { try SettingsLoading.set("demo", demo, in: &settings) }
        try Serve.apply(seed: seed, speed: speed, to: &settings)
        try await ServedBox.serve(settings, console: global.console)
    }

    /// Takes over the made-up factory's seed and speed.
    static func apply(seed: UInt64?, speed: String?, to settings: inout Settings) throws {
        if let seed { settings.seed = seed }
        guard let speed else { return }
        let digits = speed.hasSuffix("x") ? String(speed.dropLast()) : speed
        guard let factor = Double(digits), factor >= 0.1, factor <= 600 else {
            throw Complaint(
                .wrongUse, "“\(speed)” is no speed.",
                next: "Write a number from 0.1 to 600 and an x, such as --speed 60x.")
        }
        settings.speed = factor
    }
}

/// Runs the made-up factory in a temporary folder.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the made-up factory in a temporary folder.",
        discussion: """
            Examples:
              millwright demo
              millwright demo --speed 60x --seed 7
            """)

    @OptionGroup var global: GlobalOptions
    @Option(help: "Address and port of the pages.")
    var listen: String?
    @Option(help: "Seed: the same seed gives the same factory.")
    var seed: UInt64?
    @Option(help: "Speed, such as 60x.")
    var speed: String?

    func run() async throws {
        let folder = NSTemporaryDirectory() + "/millwright-demo-\(UUID().uuidString.prefix(8))"
        // A folder that cannot be removed lies in the system's place for temporary files.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = try SettingsLoading.load(global)
        if global.data == nil { try SettingsLoading.set("data", folder, in: &settings) }
        try SettingsLoading.set("demo", "on", in: &settings)
        if let listen { try SettingsLoading.set("listen", listen, in: &settings) }
        try Serve.apply(seed: seed, speed: speed, to: &settings)
        try await ServedBox.serve(settings, console: global.console)
    }
}

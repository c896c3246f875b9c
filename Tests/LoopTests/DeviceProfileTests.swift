// The device profiles: every file is whole, what it says is what its connector takes, and what it
// writes for factory.toml is read again.

import Capture
import Foundation
import Plant
import Profiles
import Testing

@testable import Loop

@Suite struct DeviceProfileTests {
    private static func shelf() throws -> DeviceShelf { try DeviceShelf(files: ProfileFiles.all) }

    @Test("the list holds every file of the folders, each in the folder of its protocol")
    func list() throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Profiles")
        var found: Set<String> = []
        for folder in try FileManager.default.contentsOfDirectory(atPath: root.path) {
            let path = root.appendingPathComponent(folder).path
            for file in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            where file.hasSuffix(".toml") {
                found.insert(folder + "/" + file.dropLast(5))
            }
        }
        #expect(Set(ProfileFiles.all.map(\.name)) == found)
        for (name, text) in ProfileFiles.all {
            let profile = try DeviceProfile(file: name, text: text)
            #expect(profile.language.folder + "/" + profile.id == name)
        }
    }

    @Test("there are forty devices and more, twenty verified by two sources or the maker's own")
    func counts() throws {
        let profiles = try Self.shelf().profiles
        #expect(profiles.count >= 40)
        #expect(profiles.filter(\.isVerified).count >= 20)
        #expect(Set(profiles.map(\.id)).count == profiles.count)
        #expect(Set(profiles.map(\.kind)) == Set(DeviceProfile.Kind.allCases))
        for profile in profiles {
            #expect((1...6).contains(profile.values.filter(\.isSuggested).count), "\(profile.id)")
            #expect(profile.sources.allSatisfy { $0.url.hasPrefix("http") }, "\(profile.id)")
        }
    }

    @Test(
        "what a profile writes is a factory file that its connector accepts",
        arguments: ["192.0.2.7", "/dev/ttyUSB0"])
    func written(_ address: String) throws {
        var count = 0
        for profile in try Self.shelf().profiles {
            let isPort = address.hasPrefix("/")
            guard !isPort || [.modbusRTU, .serial].contains(profile.language) else { continue }
            let choice = DeviceChoice(
                connection: Slug("c"),
                address: profile.language == .opcUA ? "opc.tcp://\(address):4840" : address,
                unit: nil, machine: Slug("m"), machineName: "M", values: profile.values.map(\.id),
                placeholders: Dictionary(
                    uniqueKeysWithValues: profile.placeholders.map { ($0.name, $0.example) }))
            if profile.kind == .scanner {
                let refused = #expect(throws: RefusedEvent.self) {
                    try profile.factoryText(choice)
                }
                #expect(refused?.remedy.isEmpty == false)
                continue
            }
            let text = "[site]\nname = \"S\"\n\n" + (try profile.factoryText(choice))
            let description = try FactoryFile.read(file: profile.id, text: text)
            do throws(RefusedEvent) {
                try ConnectionCheck.check(description, Factory())
            } catch {
                Issue.record("\(profile.id), \(error.field): \(error.says) \(error.remedy)")
                continue
            }
            let connection = try #require(description.connections.first)
            #expect(connection.kind == profile.connector(at: address), "\(profile.id)")
            let signals = description.machines.flatMap(\.signals)
            #expect(signals.count == profile.values.count, "\(profile.id)")
            for signal in signals where signal.source.options["read_unit"] != nil {
                // A value in another unit is no whole number that is kept as it is.
                #expect(signal.kind == .number, "\(profile.id) \(signal.slug)")
            }
            count += 1
        }
        #expect(count >= (address.hasPrefix("/") ? 40 : 80))
    }

    private let small = """
        format = "device-profile/1"
        id = "x-y"
        maker = "X"
        model = "Y"
        kind = "plug"
        about = "A plug."
        [[source]]
        title = "t"
        url = "https://example.com"
        says = "s"
        [connection]
        protocol = "mqtt"
        [[signal]]
        id = "power"
        name = "Power"
        read = "a/{device}/power"
        [[placeholder]]
        name = "device"
        says = "Its name."
        example = "d-1"
        """

    @Test("a placeholder is asked for with its example, a strange value with those there are")
    func refusals() throws {
        let profile = try DeviceProfile(file: "x", text: small)
        var choice = DeviceChoice(
            connection: Slug("c"), address: "", unit: nil, machine: Slug("m"), machineName: "M",
            values: nil, placeholders: [:])
        let missing = #expect(throws: RefusedEvent.self) { try profile.factoryText(choice) }
        #expect(missing?.remedy == "For example device=d-1.")
        choice.placeholders = ["device": "d\"9"]
        #expect(try profile.factoryText(choice).contains(#"read = "a/d\"9/power""#))
        choice.values = ["energy"]
        let strange = #expect(throws: RefusedEvent.self) { try profile.factoryText(choice) }
        #expect(strange?.remedy == "It has: power.")
    }

    @Test(
        "a flaw of a file is named with its line",
        arguments: [
            ("format = \"device-profile/1\"", "format = \"device-profile/9\""),
            ("kind = \"plug\"", "kind = \"teapot\""),
            ("protocol = \"mqtt\"", "protocol = \"telnet\""),
            ("name = \"device\"", "name = \"other\""), ("[[signal]]", "[[signals]]"),
            ("about = \"A plug.\"", "about = 7"), ("maker = \"X\"", "colour = \"red\""),
        ])
    func flaws(_ old: String, _ new: String) {
        let flaw = #expect(throws: FileFlaw.self) {
            try DeviceProfile(file: "x.toml", text: small.replacing(old, with: new))
        }
        #expect(flaw?.place.hasPrefix("x.toml") == true)
        #expect(flaw?.remedy.isEmpty == false)
    }
}

// Devices that the program knows: looked at, and written out as blocks for factory.toml.

import ArgumentParser
import Foundation
import Loop
import Plant
import Profiles

/// Device profiles.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Devices whose registers and topics are known already.",
        discussion: """
            Examples:
              millwright profile list eastron
              millwright profile show eastron-sdm120
              millwright profile write eastron-sdm120 --address 192.168.1.47 --machine press-1
            """,
        subcommands: [List.self, Show.self, Write.self])

    /// All profiles of the program, or a file of one's own in front.
    static func shelf() throws -> DeviceShelf {
        do {
            return try DeviceShelf(files: ProfileFiles.all)
        } catch {
            throw complaint(error)
        }
    }

    private static func complaint(_ flaw: FileFlaw) -> Complaint {
        Complaint(.inputRefused, "\(flaw.place): \(flaw.says)", next: flaw.remedy)
    }

    /// A profile by its id, or from a file.
    static func profile(_ name: String) throws -> DeviceProfile {
        if name.hasSuffix(".toml") {
            let text: String
            do {
                text = try String(contentsOfFile: name, encoding: .utf8)
            } catch {
                throw Complaint(
                    .notFound, "\(name) cannot be read.", next: "Check its name and its rights.")
            }
            do {
                return try DeviceProfile(file: name, text: text)
            } catch {
                throw complaint(error)
            }
        }
        guard let profile = try shelf().profile(name) else {
            throw Complaint(
                .notFound, "There is no profile “\(name)”.",
                next: "See them all: millwright profile list")
        }
        return profile
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All devices, or those whose maker, model or kind holds a word.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "A word such as eastron or drive.") var word: String?

        func run() async throws {
            let found = try ProfileCommand.shelf().profiles.filter { profile in
                guard let word = word?.lowercased() else { return true }
                return [profile.id, profile.name, profile.kind.rawValue, profile.about]
                    .contains { $0.lowercased().contains(word) }
            }
            if global.json {
                let items: [[String: Any]] = found.map {
                    [
                        "id": $0.id, "name": $0.name, "kind": $0.kind.rawValue,
                        "language": $0.language.rawValue, "verified": $0.isVerified,
                    ]
                }
                return global.console.data(Console.json(["items": items]))
            }
            let head = [["PROFILE", "DEVICE", "KIND", "SPEAKS", "VERIFIED"]]
            let rows = found.map {
                [
                    $0.id, $0.name, $0.kind.rawValue, $0.language.rawValue,
                    $0.isVerified ? "yes" : "no",
                ]
            }
            global.console.data(Console.table(head + rows))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One device: its values, where they come from, what bites.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Id of the profile, or a file of your own.") var profile: String

        func run() async throws {
            let profile = try ProfileCommand.profile(profile)
            var lines = [
                profile.name, profile.about,
                profile.isVerified
                    ? "Verified: read in the maker's document or in two sources that agree."
                    : "Not verified: compare each value with the device's display.",
            ]
            lines += profile.notes.map { "Note: " + $0 }
            lines += profile.placeholders.map { "{\($0.name)}: \($0.says) Such as \($0.example)." }
            lines += profile.sources.map { "From: \($0.title), \($0.url): \($0.says)" }
            let values = profile.values.map {
                [$0.id, $0.name, $0.read, $0.options["unit"] ?? "", $0.isSuggested ? "yes" : ""]
            }
            let head = [["VALUE", "NAME", "READ", "UNIT", "SUGGESTED"]]
            global.console.data(
                lines.joined(separator: "\n") + "\n\n" + Console.table(head + values))
        }
    }

    struct Write: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Blocks for factory.toml that read a device; nothing is applied.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Id of the profile, or a file of your own.") var profile: String
        @Option(help: "Where it, its gateway or the broker answers: host:port, or /dev/ttyUSB0.")
        var address: String
        @Option(help: "Id of the machine that it belongs to.") var machine: String
        @Option(help: "The machine's name; its id by default.") var name: String?
        @Option(help: "Id of the connection; the profile's by default.") var connection: String?
        @Option(help: "Unit number, where it is not the one as delivered.") var unit: Int?
        @Option(help: "Values with commas; those suggested by default.") var values: String?
        @Option(name: .customLong("set"), help: "What stands for a placeholder: device=shelly-1.")
        var placeholders: [String] = []

        func run() async throws {
            let known = try ProfileCommand.profile(profile)
            let id = try slug(machine, "machine")
            try checkAddress(known)
            try checkUnit(known)
            var filled: [String: String] = [:]
            for text in placeholders {
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else {
                    throw Complaint(
                        .wrongUse, "“\(text)” sets nothing.", next: "Write --set device=shelly-1")
                }
                filled[parts[0]] = parts[1]
            }
            let choice = DeviceChoice(
                connection: try slug(connection ?? known.id, "connection"), address: address,
                unit: unit, machine: id, machineName: name ?? machine,
                values: values?.split(separator: ",").map(String.init), placeholders: filled)
            do {
                global.console.data(try known.factoryText(choice))
            } catch {
                throw Complaint(.wrongUse, error.says, next: error.remedy)
            }
        }

        /// Refuses what no device answers at, before it stands in a file.
        private func checkAddress(_ profile: DeviceProfile) throws {
            let isLine = profile.language == .modbusRTU || profile.language == .serial
            if address.hasPrefix("/") {
                guard isLine, address.hasPrefix("/dev/"), address.count > 5 else {
                    throw Complaint(
                        .wrongUse, "“\(address)” is no address of this device.",
                        next: isLine
                            ? "Write the port, such as /dev/ttyUSB0."
                            : "Write host:port, such as 192.168.1.47:502.")
                }
                return
            }
            let rest = address.range(of: "://").map { address[$0.upperBound...] } ?? address[...]
            let site = rest.prefix { $0 != "/" }
            let end = site.lastIndex(of: ":")
            let isBare = site.hasSuffix("]") || end == nil
            let host = isBare ? site : site[..<(end ?? site.endIndex)]
            let port = isBare ? nil : end.map { site[site.index(after: $0)...] }
            let known = host.allSatisfy { letter in
                letter.isASCII && (letter.isLetter || letter.isNumber || ".-_:[]".contains(letter))
            }
            let isPort =
                port.map { digits in
                    digits.allSatisfy { $0.isASCII && $0.isNumber }
                        && Int(digits).map { (1...65_535).contains($0) } ?? false
                } ?? true
            guard !host.isEmpty, known, isPort else {
                throw Complaint(
                    .wrongUse, "“\(address)” is no address.",
                    next: "Write host:port with a port of 1 to 65535, such as 192.168.1.47:502"
                        + (isLine ? ", or the port of the line, such as /dev/ttyUSB0." : "."))
            }
        }

        private func checkUnit(_ profile: DeviceProfile) throws {
            guard let unit else { return }
            let isModbus = profile.language == .modbusRTU || profile.language == .modbusTCP
            guard isModbus else {
                throw Complaint(
                    .wrongUse, "\(profile.name) has no unit number.", next: "Leave --unit out.")
            }
            // Modbus over serial line, version 1.02, 2.2: 1 to 247; over TCP 0 and 255 too.
            let range = address.hasPrefix("/") ? 1...247 : 0...255
            guard range.contains(unit) else {
                throw Complaint(
                    .wrongUse, "\(unit) is no unit number.",
                    next: "Write \(range.lowerBound) to \(range.upperBound), as set on the device.")
            }
        }

        private func slug(_ text: String, _ what: String) throws -> Slug {
            guard let slug = Slug(text) else {
                throw Complaint(
                    .wrongUse, "“\(text)” is no id of a \(what).",
                    next: "Write small letters, digits and hyphens, such as press-1.")
            }
            return slug
        }
    }
}

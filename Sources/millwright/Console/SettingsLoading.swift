// Settings of the process: flags over environment over file over what is built in.

import Foundation
import Loop

/// Finds and reads the settings.
enum SettingsLoading {
    /// The settings that hold for these flags; a flaw ends the command with exit 3.
    static func load(_ global: GlobalOptions) throws -> Settings {
        var settings = Settings()
        let environment = ProcessInfo.processInfo.environment
        let path = global.config ?? environment["MILLWRIGHT_CONFIG"]
        do {
            if let path {
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                    throw Complaint(
                        .configurationWrong, "Cannot read the settings file \(path).",
                        why: "It does not exist, or you may not read it, or it is not UTF-8.",
                        next: "Give another file with --config, or leave it out.")
                }
                try settings.read(file: path, text: text)
            } else {
                for place in ["millwright.toml", "/etc/millwright/millwright.toml"]
                where FileManager.default.fileExists(atPath: place) {
                    try settings.read(
                        file: place, text: try String(contentsOfFile: place, encoding: .utf8))
                    break
                }
            }
            try settings.read(environment: environment)
        } catch let flaw as FileFlaw {
            throw Complaint(.configurationWrong, flaw.place, why: flaw.says, next: flaw.remedy)
        }
        if let data = global.data { try set("data", data, in: &settings) }
        return settings
    }

    /// Sets one setting from a flag.
    static func set(_ key: String, _ text: String, in settings: inout Settings) throws {
        if let refusal = settings.set(key, text, origin: .flag) {
            throw Complaint(.wrongUse, refusal.says, next: refusal.remedy)
        }
    }
}

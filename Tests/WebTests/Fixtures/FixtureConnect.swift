// Machines that are being connected: one that works, one without an answer, one with long names.

import Plant
import Web

@testable import Loop

/// A fixed wizard.
struct FixtureConnect: ConnectDoor {
    static let paths = [
        "/connect", "/connect/devices", "/connect/a1/name", "/connect/b2/signals",
        "/connect/b2/check", "/connect/b2/check?wrong=1", "/connect/d4/signals",
        "/connect/d4/check", "/connect/done?machine=lathe-1", "/machines/care",
    ]

    private static let profile = """
        format = "device-profile/1"
        id = "acme-meter"
        maker = "Acme"
        model = "Meter 3"
        kind = "energy-meter"
        about = "A meter."
        verified = true
        [[source]]
        title = "t"
        url = "https://example.com"
        says = "s"
        [connection]
        protocol = "modbus-tcp"
        [[signal]]
        id = "power"
        name = "Power"
        read = "input:0x0034"
        type = "float32"
        unit = "W"
        suggest = true
        [[note]]
        says = "Counts both ways."
        """

    var devices: DeviceShelf {
        do {
            return try DeviceShelf(files: [("acme-meter", Self.profile)])
        } catch {
            return DeviceShelf(profiles: [])
        }
    }

    private func draft(id: String, name: String, long: Bool = false) -> ConnectDraft {
        let title = long ? "Motor current of the second spindle behind the guard door" : "Power"
        var draft = ConnectDraft(
            id: id, begun: FixtureDay.now - .minutes(7), kind: "modbus-tcp",
            settings: ["address": "192.168.1.47"], profile: "acme-meter", found: "Acme Meter 3",
            machine: name.isEmpty ? nil : Slug("lathe-3"), machineName: name,
            signals: [
                DraftSignal(
                    slug: Slug("power"), name: title, read: "input:0x0034",
                    options: ["type": "float32"], unit: "W", means: "power", isChosen: true),
                DraftSignal(
                    slug: Slug("parts"), name: "Part counter", read: "input:0x0014",
                    options: ["type": "uint16", "scale": "0.1"], unit: "", means: "parts",
                    isChosen: true),
                DraftSignal(
                    slug: Slug("door"), name: "Door", read: "discrete:3", options: [:], unit: "",
                    means: "", isChosen: false),
            ])
        draft.isChosen = !name.isEmpty
        return draft
    }

    func drafts() async throws -> [ConnectDraft] {
        [draft(id: "b2", name: "Lathe 3"), draft(id: "a1", name: "")]
    }

    func draft(_ id: String) async throws -> ConnectDraft? {
        switch id {
        case "a1": draft(id: id, name: "")
        case "b2": draft(id: id, name: "Lathe 3")
        case "d4": draft(id: id, name: "Drehmaschine in der hinteren Halle 2", long: true)
        default: nil
        }
    }

    func newID() -> String { "e5" }
    func keep(_ draft: ConnectDraft) async throws {}
    func remove(_ id: String) async throws {}
    func care() async throws -> [ConnectionCare] {
        [
            ConnectionCare(
                id: Slug("hall"), kind: "modbus-tcp", address: "192.168.1.47", words: "Connected.",
                readsPerMinute: 120, mostPerSecond: 50, answered: 4_812, failed: 3, lost: 1,
                received: 0, attempts: 2, lastSuccess: FixtureDay.now - .seconds(1)),
            ConnectionCare(
                id: Slug("broker"), kind: "mqtt", address: "192.168.1.5:1883",
                words: "No way to it since 09:40. Check the cable.", readsPerMinute: 0,
                mostPerSecond: nil, answered: 0, failed: 0, lost: 0, received: 20_431, attempts: 9,
                lastSuccess: nil),
        ]
    }
    var isSilenced: Bool { false }
    func setSilenced(_ isOff: Bool, actor: String) async throws {}
    var suggestedRanges: [String] { ["192.168.1.0/24"] }
    var search: SearchStanding? {
        SearchStanding(
            range: "192.168.1.40-60",
            findings: [
                .init(
                    place: "192.168.1.47:502", says: "Energy meter, probably Acme Meter 3",
                    what: "acme-meter", unit: 1),
                .init(
                    place: "192.168.1.51:44818",
                    says:
                        "Something that answers at the port of EtherNet/IP; it cannot be read yet",
                    what: nil, unit: nil),
            ], refused: ["192.168.1.52:502: something listens, but it does not speak Modbus"],
            asked: ["192.168.1.47:502, Modbus: reading the device identification, unit 1"],
            part: 1, requests: 14, isRunning: false)
    }
    func search(_ range: String, actor: String) async throws {}
    func endSearch() {}
    func keepPassword(_ text: String, of draft: String) async throws -> String { "secret" }
    func offered(by draft: ConnectDraft) async throws -> ConnectDraft { draft }
    func flaw(of draft: ConnectDraft) async throws -> RefusedSaying? { nil }
    func confirm(_ draft: ConnectDraft, actor: String) async throws -> [String] { ["new machine"] }

    func look(_ draft: ConnectDraft) async throws -> TrialStanding {
        var standing = TrialStanding()
        guard draft.id != "d4" else {
            standing.problem = "connecting: no answer within 5 s"
            standing.remedy = "Check that the device is switched on and not busy."
            standing.refused[Slug("door")] = "there is no such table. Write discrete:0."
            return standing
        }
        standing.isUp = true
        standing.polls = 100
        var power = TrialTrace()
        var parts = TrialTrace()
        for second in 0..<100 {
            let time = FixtureDay.now - .seconds(Int64(100 - second))
            power.add(.number(second / 20 % 2 == 0 ? 2_400 : 180), at: time, isUsable: second != 50)
            parts.add(.integer(Int64(1_200 + second / 25)), at: time, isUsable: true)
        }
        standing.traces = [Slug("power"): power, Slug("parts"): parts]
        return standing
    }
}

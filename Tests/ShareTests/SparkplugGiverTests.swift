// Machines as devices of an edge node: births, deaths, values, and orders that are not obeyed.

import Capture
import Plant
import Testing
import Wire

@testable import Share

@Suite struct SparkplugGiverTests {
    private struct Node {
        var giver: SparkplugGiver
        var published: [(type: String, device: String?, payload: SparkplugPayload)] = []
        var refused = 0

        init() throws {
            giver = try SparkplugGiver(
                try SparkplugNode(group: "Mill", name: "hollins"), primaryHost: nil,
                birthDeath: 7)
        }

        mutating func take(_ actions: [SparkplugEdgeAction]) throws {
            for action in actions {
                switch action {
                case .publish(let message):
                    let levels = message.topic.split(separator: "/").map(String.init)
                    published.append(
                        (
                            levels[2], levels.count > 4 ? levels[4] : nil,
                            try SparkplugPayload.decode(message.payload)
                        ))
                case .refused: refused += 1
                default: break
                }
            }
        }

        mutating func define() throws {
            try take(giver.define(Site.site, now: .zero, wall: Site.start))
        }

        mutating func picture(_ picture: GivenPicture) throws {
            try take(giver.take(picture, now: .zero, wall: picture.time))
        }

        mutating func connect() throws {
            _ = giver.will(wall: Site.start)
            try take(giver.step(.connected, now: .zero, wall: Site.start))
        }

        var kinds: [String] { published.map { $0.type + ($0.device.map { "/" + $0 } ?? "") } }
    }

    @Test func `a birth tells everything, data what changed, numbers follow`() throws {
        var node = try Node()
        try node.define()
        try node.picture(Site.picture())
        try node.connect()
        #expect(node.kinds == ["NBIRTH", "DBIRTH/lathe-3"])
        #expect(node.giver.nextBirthDeath == 8)
        let birth = node.published[1].payload
        func metric(_ name: String) -> SparkplugMetric? {
            birth.metrics.first { $0.name == name }
        }
        #expect(metric("State/Code")?.value(as: nil) == .text("running"))
        #expect(metric("Parts/Good")?.value(as: nil) == .integer(38))
        #expect(metric("Signals/power")?.value(as: nil) == .number(10.5))
        #expect(metric("State/Reason")?.isNull == true)
        try node.picture(Site.picture(power: 11, second: 1))
        #expect(node.kinds.last == "DDATA/lathe-3")
        let data = try #require(node.published.last?.payload)
        #expect(data.metrics.count == 1 && data.metrics[0].alias == metric("Signals/power")?.alias)
        try node.picture(Site.picture(power: 11, second: 2))
        #expect(node.published.map(\.payload.seq) == [0, 1, 2])
    }

    @Test func `a machine that is not seen dies and is born again with all it has`() throws {
        var node = try Node()
        try node.define()
        try node.picture(Site.picture())
        try node.connect()
        try node.picture(Site.picture(Site.standing(.unknown), second: 1))
        #expect(node.kinds.last == "DDEATH/lathe-3")
        try node.picture(Site.picture(Site.standing(), second: 2))
        #expect(node.kinds.last == "DBIRTH/lathe-3")
        #expect(node.published.last?.payload.metrics.count == 13)
    }

    @Test func `a rebirth is granted and any other order is not`() throws {
        var node = try Node()
        try node.define()
        try node.picture(Site.picture())
        try node.connect()
        func order(_ type: String, _ name: String, device: String = "") -> SparkplugEdgeEvent {
            let payload = SparkplugPayload(
                timestamp: 0,
                metrics: [
                    SparkplugMetric(name: name, datatype: .boolean, value: .scalar(.bool(true)))
                ])
            return .received(
                MQTTMessage(
                    topic: "spBv1.0/Mill/\(type)/hollins\(device)", payload: payload.encoded()))
        }
        try node.take(
            node.giver.step(order("NCMD", "Node Control/Reboot"), now: .zero, wall: Site.start))
        try node.take(
            node.giver.step(
                order("DCMD", "State/Code", device: "/lathe-3"), now: .zero, wall: Site.start))
        #expect(node.refused == 2 && node.published.count == 2)
        try node.take(
            node.giver.step(order("NCMD", "Node Control/Rebirth"), now: .zero, wall: Site.start))
        #expect(node.kinds.suffix(2) == ["NBIRTH", "DBIRTH/lathe-3"])
        #expect(node.published[2].payload.seq == 0)
    }
}

@Suite struct GivingSettingsTests {
    private var settings: GivingSettings {
        var settings = GivingSettings(siteNamed: "Hollins Valves")
        settings.broker = "192.168.1.20"
        return settings
    }

    private func field(_ settings: GivingSettings) -> String? {
        do throws(GivingRefused) { try settings.check() } catch { return error.field }
        return nil
    }

    @Test func `settings that can be used are`() {
        #expect(field(settings) == nil)
        #expect(settings.site == Slug("hollins-valves"))
        #expect(settings.endpoint?.description == "192.168.1.20:1883")
        var secure = settings
        secure.isSecure = true
        #expect(secure.endpoint?.port == 8883)
    }

    @Test func `each setting that cannot be used is named`() {
        func changed(_ change: (inout GivingSettings) -> Void) -> String? {
            var changed = settings
            change(&changed)
            return field(changed)
        }
        #expect(changed { $0.broker = "" } == "broker")
        #expect(changed { $0.broker = "host:99999" } == "broker")
        #expect(changed { $0.hasTopics = false } == "topics")
        #expect(changed { $0.password = "x" } == "user")
        #expect(changed { $0.group = "a/b" } == "group")
        #expect(changed { $0.primaryHost = "a+b" } == "primary_host")
        #expect(changed { $0.certificates = "ca.pem" } == "certificates")
        #expect(changed { $0.machines = [] } == "machines")
    }
}

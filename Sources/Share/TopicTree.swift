// The MQTT topics of the site and what stands in each message.

public import Plant
import Wire

/// A topic with its content.
public struct GivenTopic: Hashable, Sendable {
    /// The topic.
    public let name: String
    /// The content, one JSON object.
    public let payload: [UInt8]
    /// When its value was measured or looked at; not part of whether it has changed.
    let time: Timestamp
    /// True when a repeat of the value at a later time is news too.
    let isMeasured: Bool
    /// The content without its time: what tells whether it has changed.
    let core: [UInt8]

    /// The content as text.
    public var text: String { String(decoding: payload, as: UTF8.self) }
}

/// The topics of a site: `millwright/v1/{site}/{area}/{machine}/{signal|state|count|alarm}`.
///
/// Below `signal` stands the signal's own id. A machine without an area stands under `floor`.
public struct TopicTree: Hashable, Sendable {
    /// The site's level, a slug.
    public let level: Slug
    private let site: GivenSite

    /// The topics of a site under a level of its own.
    public init(_ site: GivenSite, level: Slug) {
        self.site = site
        self.level = level
    }

    private static let root = "millwright/v1/"
    private static let nowhere: Slug = Slug("floor")

    /// Tells whether the box is there; its will says false.
    public var online: String { Self.root + level.text + "/online" }

    /// Filters of topics on which somebody might try to give orders; none is carried out.
    public var orders: [String] {
        let site = Self.root + level.text
        return [site + "/+/+/+/set", site + "/+/+/+/+/set", site + "/command/#"]
    }

    /// The level of a machine.
    public func base(_ machine: GivenMachine) -> String {
        let area = machine.area ?? Self.nowhere
        return Self.root + level.text + "/" + area.text + "/" + machine.id.text
    }

    /// The content of the topic that tells whether the box is there; 0 where no time is known.
    public static func presence(_ isOnline: Bool, at time: Timestamp?) -> [UInt8] {
        var json = JSONWriting()
        json.add("timestamp_ms", time?.millisecondsSince1970 ?? 0)
        json.add("value", isOnline)
        return json.bytes
    }

    /// Every topic that the site has something to say on in a picture.
    public func topics(of picture: GivenPicture) -> [GivenTopic] {
        var topics: [GivenTopic] = []
        for machine in site.machines {
            let base = base(machine)
            if let standing = picture.standings[machine.id] {
                topics += Self.topics(of: standing, base, at: picture.time)
            }
            for signal in machine.signals {
                guard let last = picture.values[signal.id] else { continue }
                topics.append(
                    Self.topic(
                        base + "/signal/" + signal.slug.text, at: last.time, isMeasured: true
                    ) { json in
                        json.add("value", last.given)
                        json.add("unit", signal.unit)
                        json.add("quality", last.given == nil ? "missing" : last.quality.word)
                    })
            }
        }
        return topics
    }

    private static func topics(
        of standing: GivenStanding, _ base: String, at time: Timestamp
    ) -> [GivenTopic] {
        let quality = standing.state == .unknown ? "missing" : "good"
        var topics = [
            topic(base + "/state", at: time) { json in
                json.add("value", standing.state.code)
                json.add("unit", "")
                json.add("quality", quality)
                if let since = standing.since { json.add("since_ms", since.millisecondsSince1970) }
                if !standing.reason.isEmpty { json.add("reason", standing.reason) }
                if !standing.job.isEmpty { json.add("job", standing.job) }
            },
            topic(base + "/alarm", at: time) { json in
                json.add("value", standing.need != nil)
                json.add("unit", "")
                json.add("quality", quality)
                if let need = standing.need {
                    json.add("kind", need.rawValue)
                    json.add("text", need.words)
                }
            },
        ]
        if let parts = standing.parts {
            topics.append(
                topic(base + "/count", at: time) { json in
                    json.add("value", parts.made)
                    json.add("unit", "{part}")
                    json.add("quality", "good")
                    json.add("good", parts.good)
                    json.add("scrap", parts.scrap)
                    json.add("day", parts.day.text)
                })
        }
        return topics
    }

    private static func topic(
        _ name: String, at time: Timestamp, isMeasured: Bool = false,
        _ fill: (inout JSONWriting) -> Void
    ) -> GivenTopic {
        var whole = JSONWriting()
        whole.add("timestamp_ms", time.millisecondsSince1970)
        fill(&whole)
        var core = JSONWriting()
        fill(&core)
        return GivenTopic(
            name: name, payload: whole.bytes, time: time, isMeasured: isMeasured,
            core: core.bytes)
    }
}

// What a world gives to other systems: its machines with their ids, and what they do now.

import Journal
public import Plant
public import Share
import Understand

extension World {
    /// The site as other systems see it; `chosen` names the machines that are given, nil for all.
    ///
    /// Its identity is that of the journal's first entry; blocks while it reads.
    public func givenSite(chosen: Set<Slug>? = nil) throws -> GivenSite {
        let first = try journal.events(limit: 1).first?.id.text ?? "new"
        return GivenSite(factory, identity: "millwright-" + first, chosen: chosen)
    }

    /// A machine as it is now, nil when there is none of that id; blocks while it reads.
    ///
    /// Parts are those of the local day, so that they only grow until midnight.
    public func givenStanding(of id: Slug) throws -> GivenStanding? {
        guard let machine = factory.machines[id] else { return nil }
        let now = time
        let date = zone.local(now).date
        let day = TimeRange(start: min(zone.midnight(date), now), end: now)
        let reading = try reading(machine, day)
        let timeline = reading.timeline
        let last = timeline.episodes.last
        let stop = timeline.stop(at: timeline.range.end)
        let state = last?.state ?? .unknown
        let isReasoned = !state.isProducing && state != .unknown
        let totals = reading.parts?.totals(in: day)
        return GivenStanding(
            state: state, since: timeline.currentSince,
            reason: isReasoned
                ? (stop?.reason ?? last?.reason).flatMap { reading.reasons[$0]?.name } ?? "" : "",
            job: timeline.annotations.jobs.last { $0.range.contains(now) }?.job ?? "",
            parts: totals.map {
                GivenParts(made: $0.made, good: $0.good, scrap: $0.scrap, day: date)
            },
            need: Attention(timeline: timeline).map { attention in
                switch attention.cause {
                case .fault: .fault
                case .unexplainedStop: .unexplainedStop
                }
            })
    }
}

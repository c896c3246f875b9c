// Zone rules from the system's zone database, as the value the rooms below expect (decisions 27).

import Foundation
import Plant

/// Makes zone rules for the years the product can meet.
enum ZoneTable {
    /// The rules of an IANA zone, nil when the system does not know it.
    static func rules(of name: String) -> ZoneRules? {
        guard let zone = TimeZone(identifier: name) else { return nil }
        let first = Date(timeIntervalSince1970: 946_684_800)  // 2000-01-01
        let last = Date(timeIntervalSince1970: 2_524_608_000)  // 2050-01-01
        var changes: [ZoneRules.Change] = []
        var cursor = first
        while let next = zone.nextDaylightSavingTimeTransition(after: cursor), next < last,
            changes.count < 400
        {
            changes.append(
                ZoneRules.Change(
                    at: Timestamp(seconds: Int64(next.timeIntervalSince1970)),
                    offsetSeconds: zone.secondsFromGMT(for: next.addingTimeInterval(1))))
            cursor = next
        }
        return ZoneRules(
            name: name, firstOffsetSeconds: zone.secondsFromGMT(for: first), changes: changes)
    }
}

// Zone rules for tests, made from the zone database of the system.

import Foundation
import Plant
import Testing

/// The rules of a zone from 2020 to 2031.
func zoneRules(_ name: String) throws -> ZoneRules {
    let zone = try #require(TimeZone(identifier: name))
    var date = Date(timeIntervalSince1970: 1_577_836_800)
    let end = Date(timeIntervalSince1970: 1_924_992_000)
    let first = zone.secondsFromGMT(for: date)
    var changes: [ZoneRules.Change] = []
    while let next = zone.nextDaylightSavingTimeTransition(after: date), next < end {
        changes.append(
            ZoneRules.Change(
                at: Timestamp(seconds: Int64(next.timeIntervalSince1970.rounded())),
                offsetSeconds: zone.secondsFromGMT(for: next.addingTimeInterval(1))))
        date = next.addingTimeInterval(1)
    }
    return ZoneRules(name: name, firstOffsetSeconds: first, changes: changes)
}

/// A date that exists.
func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

/// A time that exists.
func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

/// Seconds since midnight from hours and minutes.
func clock(_ hours: Int, _ minutes: Int = 0) -> Int { hours * 3600 + minutes * 60 }

/// A repeatable source of numbers (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

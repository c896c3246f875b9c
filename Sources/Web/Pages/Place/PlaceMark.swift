// A short mark of a thing as a form showed it: two people who change the same thing are told.

import Loop
import Plant

/// Marks of the things of `/place`.
///
/// 64 bits of FNV-1a in hexadecimal: against accidents alone, it keeps nothing secret.
enum PlaceMark {
    /// The hidden field that carries a mark.
    static let field = "seen"

    static func of(_ machine: Machine) -> String {
        mark([
            .machineChanged(id: machine.id, name: machine.name, area: machine.area),
            .machineRetired(id: machine.id, isRetired: machine.isRetired),
        ])
    }

    static func of(_ reason: StopReason) -> String { mark([.reasonSet(reason)]) }

    static func of(_ list: CheckList) -> String { mark([.checkListSet(list)]) }

    /// A product with all that was said of it, nil where there is none.
    static func ofProduct(_ id: Slug, _ factory: Factory) -> String? {
        factory.products[id].map { versions in
            mark(versions.map { .productSet($0.value, from: $0.from) })
        }
    }

    /// All versions of the working time.
    static func ofCalendar(_ factory: Factory) -> String {
        mark(
            factory.calendarVersions.sorted { $0.validFrom < $1.validFrom }
                .map { .calendarSet($0) })
    }

    /// The site's name and what things are worth.
    static func ofSite(_ factory: Factory, at now: Timestamp) -> String {
        var events: [FactoryEvent] = [
            .siteNamed(name: factory.name, zone: factory.zone, currency: factory.currency)
        ]
        for kind in RateKind.allCases {
            guard let rate = factory.rate(kind, at: now) else { continue }
            events.append(.rateSet(kind: kind, rate: rate, from: .distantPast))
        }
        return mark(events)
    }

    private static func mark(_ events: [FactoryEvent]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for event in events {
            for byte in event.facts.canonicalBytes {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            }
        }
        return String(hash, radix: 16)
    }
}

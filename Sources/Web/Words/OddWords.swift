// What is odd, as sentences.

import Loop
import Plant
import Understand

/// Sentences about something odd.
enum OddWords {
    /// One finding in plain words.
    static func sentence(_ found: OddPicture.Found, clock: LocalClock, today: Timestamp) -> String {
        let finding = found.finding
        let when = clock.moment(finding.at, today: today)
        guard let signal = found.signal else {
            return "Several signals departed from what is usual at once, further than on any day"
                + " of the two weeks before; known at \(when)."
        }
        let unit = Measure.unit(signal.unit)
        let places = Measure.places([finding.value, finding.usual])
        func value(_ number: Double) -> String {
            Plain.decimal(number, places: places) + (unit.isEmpty ? "" : Measure.space + unit)
        }
        switch finding.kind {
        case .level:
            let way = finding.value >= finding.usual ? "above" : "below"
            return "\(signal.name) was \(way) what is usual for some hours: \(value(finding.value))"
                + " where \(value(finding.usual)) is usual; known at \(when)."
        case .still:
            return "\(signal.name) had not moved for \(Plain.decimal(finding.size, places: 0))"
                + " hours at \(when); before that \(Plain.decimal(finding.largest, places: 0)) was"
                + " the longest."
        case .reading:
            return "\(signal.name) read \(value(finding.value)) at \(when), where"
                + " \(value(finding.usual)) is usual."
        }
    }
}

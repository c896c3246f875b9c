// Small words for scenes: times in seconds or minutes from one Monday morning, seeded randomness.
import Plant

@testable import Understand

/// Monday 9 November 2026, 06:00 UTC: the origin of most scenes.
let origin = Timestamp(nanoseconds: 1_794_204_000_000_000_000)

func at(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: origin.nanoseconds + Int64((seconds * 1e9).rounded()))
}

func minute(_ minutes: Double) -> Timestamp { at(minutes * 60) }

func span(_ from: Double, _ to: Double) -> TimeRange { TimeRange(start: at(from), end: at(to)) }

func minutes(_ from: Double, _ to: Double) -> TimeRange { span(from * 60, to * 60) }

func seen(_ state: ObservedState, _ from: Double, _ to: Double) -> ObservedEpisode {
    ObservedEpisode(state: state, range: minutes(from, to))
}

/// Replaces the no-break spaces of units, so that expected texts can be read.
func plain(_ text: String) -> String {
    String(text.map { $0 == "\u{a0}" ? " " : $0 })
}

/// A seeded generator (SplitMix64); the seed stands in the name of each test row.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// The reasons of a small site.
let siteReasons: [Slug: StopReason] = {
    let all = [
        StopReason(id: Slug("material"), name: "Waiting for material", loss: .waiting),
        StopReason(id: Slug("tooling"), name: "Tooling", loss: .stoppage),
        StopReason(id: Slug("breakdown"), name: "Breakdown", loss: .breakdown),
        StopReason(id: Slug("change"), name: "Changing over", loss: .setup),
        StopReason(id: Slug("meeting"), name: "Team meeting", loss: .planned),
    ]
    return Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
}()

func reason(_ id: Slug, at minutes: Double, sequence: Int64 = 1, detail: String = "") -> ReasonGiven
{
    ReasonGiven(at: minute(minutes), reason: id, detail: detail, sequence: sequence)
}

func job(
    _ product: String, ideal: Elapsed?, _ from: Double, _ to: Double, isEstimate: Bool = false,
    planned: Int64? = nil
) -> JobRun {
    JobRun(
        job: product, product: product, idealPerPart: ideal, isEstimate: isEstimate,
        plannedParts: planned, range: minutes(from, to), sequence: 1)
}

/// Europe/London in 2026.
let london = ZoneRules(
    name: "Europe/London", firstOffsetSeconds: 0,
    changes: [
        ZoneRules.Change(at: Timestamp(seconds: 1_774_746_000), offsetSeconds: 3600),
        ZoneRules.Change(at: Timestamp(seconds: 1_792_890_000), offsetSeconds: 0),
    ])

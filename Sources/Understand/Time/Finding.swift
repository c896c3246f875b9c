// Things about a figure that a person should know: shown, never corrected in silence.

/// Something that does not fit, found while working out a figure.
public enum Finding: Hashable, Sendable {
    /// Parts were counted although the machine was not seen running.
    case partsWithoutRunning(Int64)
    /// More was made than the ideal time allows; the ratio is shown as it is.
    case fasterThanIdeal(ratio: Double)
    /// More good time than planned time.
    case moreThanPlanned(ratio: Double)
    /// Parts were made outside planned time; in no ratio.
    case unplannedOutput(Int64)
    /// Parts were counted across gaps; in no ratio.
    case unallocatedParts(Int64)
    /// More parts were taken away than were counted.
    case negativeParts
    /// The wall clock jumped in this time.
    case clockStep

    /// What it means, in plain words.
    public var sentence: String {
        switch self {
        case .partsWithoutRunning(let parts):
            Plain.count(parts, "part was", "parts were")
                + " counted while the machine was not seen running. Check the counter and how"
                + " running is seen."
        case .fasterThanIdeal(let ratio):
            "It ran at \(Plain.percent(ratio)) of its ideal speed. The time per part is too long,"
                + " or parts are counted twice."
        case .moreThanPlanned(let ratio):
            "Good parts fill \(Plain.percent(ratio)) of the planned time. The time per part or the"
                + " count cannot be right."
        case .unplannedOutput(let parts):
            Plain.count(parts, "part was", "parts were")
                + " made outside planned time. Figures leave this out."
        case .unallocatedParts(let parts):
            Plain.count(parts, "part was", "parts were")
                + " counted while nothing was seen. Figures leave this out."
        case .negativeParts:
            "More parts were taken away than were counted. Check what was booked by hand."
        case .clockStep:
            "The clock of this box was put right in this time. Lengths are real elapsed time."
        }
    }
}

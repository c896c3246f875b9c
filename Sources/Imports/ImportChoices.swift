// The choices that a plan holds: what names mean, and what is done where a file is silent.

public import Plant

/// What becomes of a reason that a file gives.
public enum ReasonChoice: Hashable, Sendable {
    /// A reason of the site, with one of its details or none.
    case reason(Slug, detail: String)
    /// A new reason; where its time goes is said by a person.
    case addNew(name: String, loss: LossKind)
    /// The text is kept as a note, and the stop has no reason yet.
    case noteOnly
}

/// What becomes of a machine that a file names.
public enum MachineChoice: Hashable, Sendable {
    /// A machine of the site.
    case machine(Slug)
    /// A new machine.
    case addNew(name: String)
    /// Its rows are left out.
    case leaveOut
}

/// What numbers in a column of lengths of time are, where its heading does not say.
public enum DurationUnit: String, Hashable, Sendable, CaseIterable {
    case seconds, minutes, hours

    /// Seconds of one.
    var seconds: Double {
        switch self {
        case .seconds: 1
        case .minutes: 60
        case .hours: 3_600
        }
    }
}

/// What a day without times means.
public enum DayMeaning: String, Hashable, Sendable, CaseIterable {
    /// From midnight to midnight.
    case calendarDay = "calendar-day"
    /// From the start of the day's first shift to the end of its last, past midnight if need be.
    case workingDay = "working-day"

    /// The words on pages.
    public var words: String {
        switch self {
        case .calendarDay: "From midnight to midnight"
        case .workingDay: "From the first shift of the day to the end of its last"
        }
    }
}

/// Which of two equal times on the wall is meant when clocks go back.
public enum RepeatedTime: String, Hashable, Sendable, CaseIterable {
    case first, second
}

/// What becomes of a stop of a machine with signals where they saw none.
public enum UnseenStops: String, Hashable, Sendable, CaseIterable {
    /// The row is refused: what was seen holds.
    case refuse
    /// The row holds over what was seen.
    case correct
}

/// What a word for a state means.
public enum StateMeaning: String, Hashable, Sendable, CaseIterable {
    case running, stopped, fault, setup, planned, off

    /// What is observed in it.
    var observed: ObservedState {
        switch self {
        case .running: .running
        case .stopped, .setup, .planned: .idle
        case .fault: .fault
        case .off: .off
        }
    }

    /// The mark that goes with it, nil for none.
    var mark: MarkKind? {
        switch self {
        case .setup: .setup
        case .planned: .planned
        default: nil
        }
    }

    /// What was done, such as "stood".
    var verb: String {
        switch self {
        case .running: "was running"
        case .stopped: "stood"
        case .fault: "had a fault"
        case .setup: "was set up"
        case .planned: "had a planned stop"
        case .off: "was off"
        }
    }

    /// The meaning of a usual word in six languages, nil for others.
    init?(word: String) {
        guard let meaning = Self.words[PlainText.key(word)] else { return nil }
        self = meaning
    }

    private static let words: [String: StateMeaning] = {
        let groups: [(StateMeaning, String)] = [
            (
                .running,
                "running|run|producing|production|in production|läuft|produktion|in betrieb|marche"
                    + "|en marche|praca|produkcja|pracuje|în funcțiune|funcționare|en marcha"
                    + "|produciendo"
            ),
            (
                .stopped,
                "stopped|stop|idle|down|standing|steht|stillstand|halt|arrêt|arrêté|à l'arrêt"
                    + "|postój|stoi|stój|oprit|oprire|parada|parado"
            ),
            (
                .fault,
                "fault|alarm|error|störung|fehler|panne|défaut|awaria|błąd|defect|avarie|avería"
                    + "|fallo"
            ),
            (
                .setup,
                "setup|set-up|setting|setting up|changeover|rüsten|umrüsten|einrichten|réglage"
                    + "|przezbrojenie|ustawianie|reglaj|pregătire|ajuste|preparación"
            ),
            (
                .planned,
                "planned|planned stop|break|geplant|pause|przerwa|planowany postój|pauză"
                    + "|oprire planificată|descanso|parada planificada"
            ),
            (.off, "off|switched off|aus|ausgeschaltet|éteint|wyłączona|wyłączony|apagado"),
        ]
        var words: [String: StateMeaning] = [:]
        for (meaning, text) in groups {
            for word in text.split(separator: "|") { words[PlainText.key(String(word))] = meaning }
        }
        return words
    }()
}

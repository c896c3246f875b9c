// Lengths of time in the reader's language: "24 min", "1 h 12 min", "2 days".

/// Writes lengths of time with the messages under `duration.`.
///
/// All lengths are whole seconds and rounded down, as a clock on the wall would show them.
public struct DurationWords: Sendable {
    private let catalog: MessageCatalog
    private let language: MessageLanguage

    /// Words of a language.
    public init(_ catalog: MessageCatalog, _ language: MessageLanguage) {
        self.catalog = catalog
        self.language = language
    }

    /// A length or a sum of lengths: "0 min", "under a minute", "24 min", "67 h 36 min".
    ///
    /// Negative lengths get a minus. Sums never become days: a day of 24 hours is no day of work.
    public func duration(seconds: Int64) -> String {
        if seconds <= -60 {
            let length = duration(seconds: Int64(clamping: seconds.magnitude))
            return say("negative", ["duration": .text(length)])
        }
        let minutes = Int64(clamping: seconds.magnitude) / 60
        if seconds == 0 { return say("none") }
        if minutes < 1 { return say("underMinute") }
        if minutes < 60 { return say("minutes", ["minutes": .whole(minutes)]) }
        let hours = minutes / 60
        let rest = minutes % 60
        if rest == 0 { return say("hours", ["hours": .whole(hours)]) }
        return say("hoursMinutes", ["hours": .whole(hours), "minutes": .whole(rest)])
    }

    /// How long something has been so: "24 min", "1 h 12 min", "26 h", "2 days".
    ///
    /// Full hours from one day on, full days from two days on.
    public func age(seconds: Int64) -> String {
        if seconds < 86_400 { return duration(seconds: seconds) }
        let hours = seconds / 3600
        return hours < 48
            ? say("hours", ["hours": .whole(hours)]) : say("days", ["days": .whole(hours / 24)])
    }

    /// How long something has been so, with the seconds of the first minute: "45 s", "24 min".
    public func live(seconds: Int64) -> String {
        (0..<60).contains(seconds)
            ? say("seconds", ["seconds": .whole(seconds)]) : age(seconds: seconds)
    }

    /// A length in one full word: "40 minutes", "1 hour", "3 days"; negative ones count as zero.
    public func inWords(seconds: Int64) -> String {
        let minutes = max(0, seconds) / 60
        if minutes < 1 { return say("underMinute") }
        if minutes < 60 { return say("wordMinutes", ["minutes": .whole(minutes)]) }
        if minutes < 48 * 60 { return say("wordHours", ["hours": .whole(minutes / 60)]) }
        return say("days", ["days": .whole(minutes / 1440)])
    }

    private func say(_ word: String, _ slots: MessageSlots = [:]) -> String {
        catalog.text("duration." + word, in: language, slots)
    }
}

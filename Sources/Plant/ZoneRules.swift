// Local time as a value: the offset changes of one IANA zone for the years needed.

/// The rules of one zone, made outside (decisions 27) and passed in.
public struct ZoneRules: Hashable, Sendable {
    /// One change of the offset from UTC.
    public struct Change: Hashable, Sendable, BitwiseCopyable {
        /// When the new offset begins.
        public let at: Timestamp
        /// Seconds east of UTC from then on.
        public let offsetSeconds: Int

        /// A change of offset.
        public init(at: Timestamp, offsetSeconds: Int) {
            self.at = at
            self.offsetSeconds = offsetSeconds
        }
    }

    /// IANA name such as `Europe/London`.
    public let name: String
    /// Seconds east of UTC before the first change.
    public let firstOffsetSeconds: Int
    /// Changes in time order.
    public let changes: [Change]

    /// Rules from a table of changes, which is sorted here.
    public init(name: String, firstOffsetSeconds: Int, changes: [Change]) {
        self.name = name
        self.firstOffsetSeconds = firstOffsetSeconds
        self.changes = changes.sorted { $0.at < $1.at }
    }

    /// UTC itself.
    public static let utc = ZoneRules(name: "UTC", firstOffsetSeconds: 0, changes: [])

    /// Seconds east of UTC at an instant.
    public func offsetSeconds(at time: Timestamp) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffsetSeconds : changes[low - 1].offsetSeconds
    }

    /// Local date and seconds since local midnight on the wall clock (0 to 86,399).
    public func local(_ time: Timestamp) -> (date: CivilDate, secondsOfDay: Int) {
        let seconds = time.secondsSince1970 + Int64(offsetSeconds(at: time))
        let day = seconds.floorDivided(by: 86400)
        return (CivilDate(dayNumber: Int(day)), Int(seconds - day * 86400))
    }

    /// The instant of a local wall-clock time.
    ///
    /// A time that does not exist moves forward to the first that does, so that a stretch wholly
    /// inside the missing hour has no length; a time that occurs twice means its first
    /// occurrence. `secondsOfDay` may be 86,400 or more: it then counts into the following days.
    public func instant(of date: CivilDate, secondsOfDay: Int) -> Timestamp {
        let wall = Int64(date.dayNumber) * 86400 + Int64(secondsOfDay)
        // The offset in force long before the time, and long after it: at most one change of a
        // real zone lies in the two days between.
        let before = offsetSeconds(at: Timestamp(seconds: wall - 86400))
        let after = offsetSeconds(at: Timestamp(seconds: wall + 86400))
        let early = Timestamp(seconds: wall - Int64(before))
        let late = Timestamp(seconds: wall - Int64(after))
        let candidates = early <= late ? [early, late] : [late, early]
        for candidate in candidates
        where candidate.secondsSince1970 + Int64(offsetSeconds(at: candidate)) == wall {
            return candidate
        }
        // Inside a gap: the change itself is the first instant after it.
        return changes.first { $0.at > late && $0.at <= early }?.at ?? early
    }

    /// The instant of local midnight at the start of a date.
    public func midnight(_ date: CivilDate) -> Timestamp { instant(of: date, secondsOfDay: 0) }

    /// The local day that contains an instant, as a range of 23 to 25 hours.
    public func day(containing time: Timestamp) -> TimeRange {
        let date = local(time).date
        return TimeRange(start: midnight(date), end: midnight(date.adding(days: 1)))
    }
}

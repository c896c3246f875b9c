// Topic names and topic filters of MQTT: what is valid and what matches.

/// Rules for topic names and filters.
///
/// Source: MQTT 5.0 clause 4.7 (the same in 3.1.1), shared subscriptions clause 4.8.2.
public enum MQTTTopic {
    /// True for a topic that can be published to: 1 to 65,535 bytes, no wildcards, no U+0000.
    public static func isValidName(_ name: String) -> Bool {
        let bytes = name.utf8
        guard (1...65_535).contains(bytes.count) else { return false }
        return bytes.allSatisfy { $0 != 0 && $0 != 0x2B && $0 != 0x23 }
    }

    /// True for a filter: `+` and `#` alone in their levels, `#` only as the last.
    ///
    /// `$share/name/filter` is valid when the name has no wildcards and the filter is valid.
    public static func isValidFilter(_ filter: String) -> Bool {
        guard (1...65_535).contains(filter.utf8.count), !filter.utf8.contains(0) else {
            return false
        }
        let levels = filter.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        for (index, level) in levels.enumerated() where level.count > 1 || level.first == 0x23 {
            if level.contains(0x2B) { return false }
            if level.contains(0x23), level.count > 1 || index != levels.count - 1 { return false }
        }
        guard levels[0].elementsEqual("$share".utf8) else { return true }
        guard levels.count >= 3, !levels[1].isEmpty else { return false }
        return !levels[1].contains(0x2B) && !levels[1].contains(0x23)
            && (levels.count > 3 || !levels[2].isEmpty)
    }

    /// True when a topic is covered by a filter.
    ///
    /// `+` stands for one level, `#` for this level, its parent and all below. Filters that begin
    /// with a wildcard do not cover topics that begin with `$`. Comparison is by bytes.
    public static func matches(_ filter: String, _ name: String) -> Bool {
        var filter = filter.utf8[...]
        if filter.starts(with: "$share/".utf8) {
            filter = filter.dropFirst(7)
            guard let slash = filter.firstIndex(of: 0x2F) else { return false }
            filter = filter[filter.index(after: slash)...]
        }
        let wanted = filter.split(separator: 0x2F, omittingEmptySubsequences: false)
        let levels = name.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        if name.utf8.first == 0x24,
            wanted[0].elementsEqual("+".utf8) || wanted[0].elementsEqual("#".utf8)
        {
            return false
        }
        for (index, want) in wanted.enumerated() {
            // Before the count of levels, so that "a/#" also covers "a".
            if want.elementsEqual("#".utf8) { return true }
            guard index < levels.count else { return false }
            if !want.elementsEqual("+".utf8), !want.elementsEqual(levels[index]) { return false }
        }
        return wanted.count == levels.count
    }
}

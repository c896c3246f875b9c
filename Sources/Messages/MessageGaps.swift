// Counts what could not be said as it should: fallen back, unknown, without a value.
import Synchronization

/// Something that could not be said as it should, and how often.
public struct MessageGap: Hashable, Sendable {
    /// What was missing.
    public enum Kind: Hashable, Sendable {
        /// The message does not exist in the language; English was shown.
        case translation
        /// The message exists in no language; its key was shown.
        case key
        /// The slot of this name had no value that can be shown; "?" was shown.
        case slot(String)
    }

    /// What was missing.
    public let kind: Kind
    /// The language that was asked for.
    public let language: MessageLanguage
    /// The key that was asked for.
    public let key: String
    /// How often, from 1.
    public let count: Int
}

/// The counter of gaps; one belongs to each catalogue and its copies.
public final class MessageGaps: Sendable {
    private struct Place: Hashable {
        let kind: MessageGap.Kind
        let language: MessageLanguage
        let key: String
    }

    private struct Tally {
        var counts: [Place: Int] = [:]
        var others = 0
    }

    private let tally = Mutex(Tally())

    init() {}

    func count(_ kind: MessageGap.Kind, _ language: MessageLanguage, _ key: String) {
        let place = Place(kind: kind, language: language, key: key)
        tally.withLock { tally in
            guard tally.counts[place] != nil || tally.counts.count < MessageLimits.countedGaps
            else {
                tally.others += tally.others == .max ? 0 : 1
                return
            }
            let count = tally.counts[place] ?? 0
            tally.counts[place] = count == .max ? count : count + 1
        }
    }

    /// All gaps so far: most frequent first, then by language and key.
    public var all: [MessageGap] {
        let counts = tally.withLock { $0.counts }
        return counts.map { place, count in
            MessageGap(
                kind: place.kind, language: place.language, key: place.key, count: count)
        }.sorted { left, right in
            if left.count != right.count { return left.count > right.count }
            if left.language != right.language {
                return left.language.rawValue < right.language.rawValue
            }
            return (left.key, "\(left.kind)") < (right.key, "\(right.kind)")
        }
    }

    /// Gaps beyond ``MessageLimits/countedGaps`` different ones, all together.
    public var others: Int { tally.withLock { $0.others } }
}

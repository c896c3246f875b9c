// Reads the members of an event's content one by one and names the member that does not fit.

/// Why content is not that of an event of its kind.
public struct EventFactError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The event's kind.
    public let kind: String
    /// The member with those around it, such as `rule.source.signal`; empty for the whole.
    public let field: String
    /// What was expected there.
    public let expected: String

    /// A refusal.
    public init(kind: String, field: String, expected: String) {
        self.kind = kind
        self.field = field
        self.expected = expected
    }

    /// What happened and where, in one line.
    public var description: String {
        "reading \(kind): \(field.isEmpty ? "its content" : field) is not \(expected)"
    }
}

/// The members of one object inside an event's content.
struct FactFields {
    let kind: String
    let path: String
    let members: [String: Fact]

    init(kind: String, facts: Fact, path: String = "") throws(EventFactError) {
        guard case .object(let members) = facts else {
            throw EventFactError(kind: kind, field: path, expected: "an object")
        }
        self.kind = kind
        self.path = path
        self.members = members
    }

    func fail(_ name: String, _ expected: String) -> EventFactError {
        EventFactError(
            kind: kind, field: path.isEmpty ? name : path + "." + name, expected: expected)
    }

    /// The member, nil when it is absent or null.
    func optional(_ name: String) -> Fact? {
        let fact = members[name]
        return fact == Fact.none ? nil : fact
    }

    func text(_ name: String) throws(EventFactError) -> String {
        guard let text = members[name]?.text else { throw fail(name, "a text") }
        return text
    }

    func whole(_ name: String) throws(EventFactError) -> Int64 {
        guard let whole = members[name]?.whole else { throw fail(name, "a whole number") }
        return whole
    }

    func optionalWhole(_ name: String) throws(EventFactError) -> Int64? {
        optional(name) == nil ? nil : try whole(name)
    }

    /// A whole number that fits 32 bits without sign.
    func number(_ name: String) throws(EventFactError) -> UInt32 {
        guard let number = UInt32(exactly: try whole(name)) else {
            throw fail(name, "from 0 to 4294967295")
        }
        return number
    }

    func flag(_ name: String) throws(EventFactError) -> Bool {
        guard let flag = members[name]?.flag else { throw fail(name, "true or false") }
        return flag
    }

    func list(_ name: String) throws(EventFactError) -> [Fact] {
        guard let list = members[name]?.list else { throw fail(name, "a list") }
        return list
    }

    func texts(_ name: String) throws(EventFactError) -> [String] {
        var texts: [String] = []
        for fact in try list(name) {
            guard let text = fact.text else { throw fail(name, "a list of texts") }
            texts.append(text)
        }
        return texts
    }

    func namedTexts(_ name: String) throws(EventFactError) -> [String: String] {
        guard let object = members[name]?.object else { throw fail(name, "an object of texts") }
        var texts: [String: String] = [:]
        for (key, fact) in object {
            guard let text = fact.text else { throw fail(name + "." + key, "a text") }
            texts[key] = text
        }
        return texts
    }

    func fields(_ name: String) throws(EventFactError) -> FactFields {
        guard let fact = members[name] else { throw fail(name, "an object") }
        let inner = path.isEmpty ? name : path + "." + name
        return try FactFields(kind: kind, facts: fact, path: inner)
    }

    func optionalFields(_ name: String) throws(EventFactError) -> FactFields? {
        optional(name) == nil ? nil : try fields(name)
    }

    func fieldsList(_ name: String) throws(EventFactError) -> [FactFields] {
        var all: [FactFields] = []
        for (index, fact) in try list(name).enumerated() {
            let inner = (path.isEmpty ? name : path + "." + name) + "[\(index)]"
            all.append(try FactFields(kind: kind, facts: fact, path: inner))
        }
        return all
    }

    func slug(_ name: String) throws(EventFactError) -> Slug {
        guard let slug = Slug(try text(name)) else {
            throw fail(name, "an id of a to z, digits and hyphens")
        }
        return slug
    }

    func optionalSlug(_ name: String) throws(EventFactError) -> Slug? {
        optional(name) == nil ? nil : try slug(name)
    }

    func signal(_ name: String) throws(EventFactError) -> SignalID { SignalID(try number(name)) }

    func optionalSignal(_ name: String) throws(EventFactError) -> SignalID? {
        optional(name) == nil ? nil : try signal(name)
    }

    func time(_ name: String) throws(EventFactError) -> Timestamp {
        guard let time = Timestamp(rfc3339: try text(name)) else {
            throw fail(name, "an RFC 3339 time")
        }
        return time
    }

    func optionalTime(_ name: String) throws(EventFactError) -> Timestamp? {
        optional(name) == nil ? nil : try time(name)
    }

    /// From `from` to `to`; a `to` that is null is open.
    func range() throws(EventFactError) -> TimeRange {
        TimeRange(start: try time("from"), end: try optionalTime("to") ?? .distantFuture)
    }

    /// A whole number that may be large, kept as text.
    func wholeText(_ name: String) throws(EventFactError) -> Int64 {
        guard let value = Int64(try text(name)) else {
            throw fail(name, "a whole number as text")
        }
        return value
    }

    func elapsed(_ name: String) throws(EventFactError) -> Elapsed {
        Elapsed(nanoseconds: try wholeText(name))
    }

    func optionalElapsed(_ name: String) throws(EventFactError) -> Elapsed? {
        optional(name) == nil ? nil : try elapsed(name)
    }

    func decimal(_ name: String) throws(EventFactError) -> Double {
        guard let value = Double(try text(name)) else { throw fail(name, "a decimal as text") }
        return value
    }

    func optionalDecimal(_ name: String) throws(EventFactError) -> Double? {
        optional(name) == nil ? nil : try decimal(name)
    }

    func currency(_ name: String) throws(EventFactError) -> Currency {
        guard let currency = Currency(try text(name)) else {
            throw fail(name, "three capital letters of ISO 4217")
        }
        return currency
    }

    func date(_ name: String) throws(EventFactError) -> CivilDate {
        guard let date = CivilDate(try text(name)) else { throw fail(name, "a date") }
        return date
    }

    func weekdays(_ name: String) throws(EventFactError) -> Set<Weekday> {
        var days: Set<Weekday> = []
        for text in try texts(name) {
            guard let day = Weekday(shortName: text) else {
                throw fail(name, "a list of days from Mon to Sun")
            }
            days.insert(day)
        }
        return days
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Word.Type
    ) throws(EventFactError) -> Word {
        guard let word = Word(rawValue: try text(name)) else {
            throw fail(name, type.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }
}

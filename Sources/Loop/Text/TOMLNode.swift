// A TOML document as a value tree, with the line and column of anything in it.

public import Plant
import TOMLKit

/// A value of a TOML document.
public indirect enum TOMLNode: Sendable, Hashable {
    /// Named values.
    case table([String: TOMLNode])
    /// Values in order.
    case array([TOMLNode])
    /// A text.
    case text(String)
    /// A whole number.
    case integer(Int)
    /// A number with a fraction.
    case number(Double)
    /// True or false.
    case flag(Bool)
    /// A local time, seconds since midnight.
    case time(Int)
    /// A local date.
    case date(CivilDate)

    /// What it is, in words.
    public var kindWord: String {
        switch self {
        case .table: "a table"
        case .array: "a list"
        case .text: "a text"
        case .integer: "a whole number"
        case .number: "a number"
        case .flag: "true or false"
        case .time: "a time"
        case .date: "a date"
        }
    }
}

/// Something in a settings or factory file that does not fit, with its place and the remedy.
public struct FileFlaw: Error, Sendable, Hashable {
    /// File name as given.
    public let file: String
    /// 1-based line, 0 when unknown.
    public let line: Int
    /// 1-based column, 0 when unknown.
    public let column: Int
    /// The path inside the document such as `machine[0].signal[1].unit`.
    public let path: String
    /// What is wrong.
    public let says: String
    /// What to do.
    public let remedy: String

    /// File, line, column and path as in `factory.toml:12:3: machine[0].name`.
    public var place: String {
        let position = line > 0 ? "\(file):\(line):\(column)" : file
        return path.isEmpty ? position : position + ": " + path
    }
}

/// A parsed document that can say where its parts stand.
public struct TOMLDocument: Sendable {
    /// File name as given, for messages.
    public let file: String
    /// The whole document, always a table.
    public let root: [String: TOMLNode]
    private let places: [String: (line: Int, column: Int)]

    /// Parses a text; a flaw names line and column.
    public init(file: String, text: String) throws(FileFlaw) {
        self.file = file
        do throws(TOMLMistake) {
            try TOMLPrecheck.check(text)
        } catch {
            throw FileFlaw(
                file: file, line: error.line, column: error.column, path: "", says: error.says,
                remedy: error.remedy)
        }
        do {
            let table = try TOMLTable(string: text)
            guard case .table(let members) = TOMLDocument.node(of: table.tomlValue) else {
                throw FileFlaw(
                    file: file, line: 1, column: 1, path: "", says: "This is no table.",
                    remedy: "Start with a line such as: [site]")
            }
            root = members
        } catch let error as TOMLParseError {
            throw FileFlaw(
                file: file, line: error.source.begin.line, column: error.source.begin.column,
                path: "", says: error.description + ".",
                remedy: "Correct this line. Texts stand in quotes, as in: name = \"Lathe 1\"")
        } catch let flaw as FileFlaw {
            throw flaw
        } catch {
            throw FileFlaw(
                file: file, line: 0, column: 0, path: "", says: "\(error)",
                remedy: "Check that the file is TOML.")
        }
        places = TOMLDocument.places(of: text)
    }

    /// A flaw at a path of this document.
    public func flaw(_ path: String, _ says: String, remedy: String) -> FileFlaw {
        var known = path
        while places[known] == nil, let dot = known.lastIndex(where: { $0 == "." || $0 == "[" }) {
            known = String(known[..<dot])
        }
        let place = places[known] ?? (0, 0)
        return FileFlaw(
            file: file, line: place.line, column: place.column, path: path, says: says,
            remedy: remedy)
    }

    private static func node(of value: any TOMLValueConvertible) -> TOMLNode {
        switch value.type {
        case .table:
            var members: [String: TOMLNode] = [:]
            if let table = value.table {
                for key in table.keys {
                    if let member = table[key] { members[key] = node(of: member) }
                }
            }
            return .table(members)
        case .array: return .array((value.array.map { Array($0) } ?? []).map { node(of: $0) })
        case .string: return .text(value.string ?? "")
        case .int: return .integer(value.int ?? 0)
        case .double: return .number(value.double ?? 0)
        case .bool: return .flag(value.bool ?? false)
        case .time:
            guard let time = value.time else { return .time(0) }
            return .time(time.hour * 3600 + time.minute * 60 + time.second)
        case .date:
            guard let date = value.date,
                let civil = CivilDate(year: date.year, month: date.month, day: date.day)
            else { return .text("") }
            return .date(civil)
        case .dateTime: return .text(value.dateTime?.debugDescription ?? "")
        }
    }

    /// Places of headers and keys found by walking the lines; inline tables point to their line.
    private static func places(of text: String) -> [String: (line: Int, column: Int)] {
        var places: [String: (line: Int, column: Int)] = [:]
        var counts: [String: Int] = [:]
        var prefix = ""
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let indent = raw.prefix { $0 == " " || $0 == "\t" }.count
            let line = raw.dropFirst(indent)
            if line.hasPrefix("[[") {
                let name = line.dropFirst(2).prefix { $0 != "]" }
                prefix = path(of: String(name), counts: &counts, isArray: true)
                places[prefix] = (index + 1, indent + 1)
            } else if line.hasPrefix("[") {
                let name = line.dropFirst(1).prefix { $0 != "]" }
                prefix = path(of: String(name), counts: &counts, isArray: false)
                places[prefix] = (index + 1, indent + 1)
            } else if let equals = line.firstIndex(of: "="), !line.hasPrefix("#") {
                let key = line[..<equals].filter { $0 != " " && $0 != "\"" && $0 != "\t" }
                let path = prefix.isEmpty ? String(key) : prefix + "." + key
                places[path] = (index + 1, indent + 1)
            }
        }
        return places
    }

    /// `machine.signal` in a `[[…]]` header to `machine[2].signal[0]`.
    private static func path(
        of name: String, counts: inout [String: Int], isArray: Bool
    ) -> String {
        let parts = name.filter { $0 != " " }.split(separator: ".").map(String.init)
        var path = ""
        for (index, part) in parts.enumerated() {
            path += (path.isEmpty ? "" : ".") + part
            if isArray, index == parts.count - 1 {
                let count = counts[path] ?? 0
                counts[path] = count + 1
                path += "[\(count)]"
                // Arrays inside a new element start again.
            } else if let count = counts[path] {
                path += "[\(count - 1)]"
            }
        }
        return path
    }
}

/// Reads the members of one table, remembers which were read, and refuses the rest.
struct TOMLTableReader {
    let document: TOMLDocument
    let path: String
    private let members: [String: TOMLNode]
    private var known: Set<String> = []

    init(_ document: TOMLDocument, path: String, members: [String: TOMLNode]) {
        self.document = document
        self.path = path
        self.members = members
    }

    func path(of key: String) -> String { path.isEmpty ? key : path + "." + key }

    func flaw(_ key: String, _ says: String, remedy: String) -> FileFlaw {
        document.flaw(path(of: key), says, remedy: remedy)
    }

    mutating func node(_ key: String) -> TOMLNode? {
        known.insert(key)
        return members[key]
    }

    mutating func text(_ key: String) throws(FileFlaw) -> String? {
        guard let node = node(key) else { return nil }
        guard case .text(let text) = node else {
            throw flaw(
                key, "Here stands \(node.kindWord), a text is needed.",
                remedy: "Write it in quotes: \(key) = \"…\"")
        }
        return text
    }

    mutating func required(_ key: String, example: String) throws(FileFlaw) -> String {
        guard let text = try text(key) else {
            throw document.flaw(
                path, "`\(key)` is missing.", remedy: "Add a line: \(key) = \"\(example)\"")
        }
        return text
    }

    mutating func slug(_ key: String) throws(FileFlaw) -> Slug? {
        guard let text = try text(key) else { return nil }
        guard let slug = Slug(text) else {
            throw flaw(
                key, "“\(text)” cannot be an id.",
                remedy: "Use 1 to 40 small letters, digits and hyphens, such as lathe-1.")
        }
        return slug
    }

    /// A whole number.
    mutating func integer(_ key: String) throws(FileFlaw) -> Int? {
        guard let node = node(key) else { return nil }
        guard case .integer(let value) = node else {
            throw flaw(
                key, "Here stands \(node.kindWord), a whole number is needed.",
                remedy: "Write it without quotes: \(key) = 1")
        }
        return value
    }

    /// A number, whole or not, or a text that is one.
    mutating func number(_ key: String) throws(FileFlaw) -> Double? {
        guard let node = node(key) else { return nil }
        switch node {
        case .integer(let value): return Double(value)
        case .number(let value) where value.isFinite: return value
        case .text(let text):
            if let value = Double(text), value.isFinite { return value }
            fallthrough
        default:
            throw flaw(
                key, "Here stands \(node.kindWord), a number is needed.",
                remedy: "Write it without quotes: \(key) = 4.0")
        }
    }

    mutating func flag(_ key: String) throws(FileFlaw) -> Bool? {
        guard let node = node(key) else { return nil }
        guard case .flag(let value) = node else {
            throw flaw(
                key, "Here stands \(node.kindWord), true or false is needed.",
                remedy: "Write it without quotes: \(key) = true")
        }
        return value
    }

    mutating func elapsed(_ key: String) throws(FileFlaw) -> Elapsed? {
        guard let text = try text(key) else { return nil }
        guard let elapsed = Elapsed(words: text) else {
            throw flaw(
                key, "“\(text)” is no length of time.",
                remedy: "Write a number and ms, s, min or h, such as \"10s\".")
        }
        return elapsed
    }

    mutating func tables(_ key: String) throws(FileFlaw) -> [TOMLTableReader] {
        guard let node = node(key) else { return [] }
        guard case .array(let items) = node else {
            throw flaw(
                key, "Here stands \(node.kindWord), a list of tables is needed.",
                remedy: "Write [[\(key)]] before each.")
        }
        var readers: [TOMLTableReader] = []
        for (index, item) in items.enumerated() {
            let place = path(of: key) + "[\(index)]"
            guard case .table(let members) = item else {
                throw document.flaw(
                    place, "Here stands \(item.kindWord), a table is needed.",
                    remedy: "Write [[\(key)]] before each.")
            }
            readers.append(TOMLTableReader(document, path: place, members: members))
        }
        return readers
    }

    mutating func table(_ key: String) throws(FileFlaw) -> TOMLTableReader? {
        guard let node = node(key) else { return nil }
        guard case .table(let members) = node else {
            throw flaw(
                key, "Here stands \(node.kindWord), a table is needed.",
                remedy: "Write a line [\(path(of: key))] before its settings.")
        }
        return TOMLTableReader(document, path: path(of: key), members: members)
    }

    mutating func texts(_ key: String) throws(FileFlaw) -> [String] {
        guard let node = node(key) else { return [] }
        guard case .array(let items) = node else {
            throw flaw(
                key, "Here stands \(node.kindWord), a list of texts is needed.",
                remedy: "Write it as: \(key) = [\"…\", \"…\"]")
        }
        var texts: [String] = []
        for item in items {
            guard case .text(let text) = item else {
                throw flaw(
                    key, "In this list stands \(item.kindWord).",
                    remedy: "Every entry is a text in quotes.")
            }
            texts.append(text)
        }
        return texts
    }

    mutating func dates(_ key: String) throws(FileFlaw) -> [CivilDate] {
        guard let node = node(key) else { return [] }
        var dates: [CivilDate] = []
        var stranger: TOMLNode?
        if case .array(let items) = node {
            for item in items {
                if case .date(let date) = item { dates.append(date) } else { stranger = item }
            }
        } else {
            stranger = node
        }
        if let stranger {
            throw flaw(
                key, "Here stands \(stranger.kindWord), dates are needed.",
                remedy: "Write them without quotes: \(key) = [2026-12-25, 2026-12-26]")
        }
        return dates
    }

    /// Names not yet read, sorted.
    var rest: [String] { members.keys.filter { !known.contains($0) }.sorted() }

    /// Refuses every name that was not read, with the nearest one that may stand here.
    func refuseRest() throws(FileFlaw) {
        guard let stranger = rest.first else { return }
        let nearest = NearestWord.find(stranger, among: known.sorted())
        throw flaw(
            stranger, "`\(stranger)` is not a setting here.",
            remedy: nearest.map { "Did you mean `\($0)`?" }
                ?? "What may stand here: " + known.sorted().joined(separator: ", ") + ".")
    }
}

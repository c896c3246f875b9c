// What each column of a CSV file is, as people write it: a small TOML text, or the guess.

import Capture
import Plant
import Wire

/// Makes a mapping from a text and a file's beginning.
enum ImportMapping {
    /// The mapping that a text describes; an empty text takes the guess.
    ///
    /// `zone` is the site's; `zoneRules` finds others by name.
    static func read(
        _ text: String, beginning: [UInt8], zone: ZoneRules,
        zoneRules: (String) -> ZoneRules?
    ) throws -> CSVMapping {
        let guess = CSVGuess(beginning: beginning)
        guard text.contains(where: { !$0.isWhitespace }) else {
            if let question = guess.dateQuestion {
                throw RefusedEvent(
                    field: "time", says: question,
                    remedy: "Say which in a mapping: format = \"dd/MM/yyyy HH:mm\"")
            }
            guard let mapping = guess.mapping(zone: zone) else {
                throw RefusedEvent(
                    field: "time", says: "No column of times was found in this file.",
                    remedy: "Write a mapping with start and every, or name the column of times.")
            }
            return mapping
        }
        let document = try TOMLDocument(file: "mapping", text: text)
        var root = TOMLTableReader(document, path: "", members: document.root)
        var mapping = CSVMapping(
            dialect: guess.dialect, headerRows: guess.hasHeader ? 1 : 0,
            time: .rows(start: Timestamp(seconds: 0), every: .seconds(1)), zone: zone,
            hasDecimalComma: guess.hasDecimalComma, values: [])
        try readDialect(&root, into: &mapping, zoneRules: zoneRules)
        mapping.time = try readTime(&root, guess: guess)
        if let every = try root.elapsed("stamped_at_end_of") { mapping.stamp = .end(every) }
        mapping.midnightEndsDay = try root.flag("midnight_ends_day") ?? false
        mapping.values = try readValues(&root, guess: guess)
        try root.refuseRest()
        return mapping
    }

    private static func readDialect(
        _ root: inout TOMLTableReader, into mapping: inout CSVMapping,
        zoneRules: (String) -> ZoneRules?
    ) throws(FileFlaw) {
        if let separator = try root.text("separator") {
            guard let byte = separator.utf8.first, separator.utf8.count == 1,
                CSVDialect.separators.contains(byte)
            else {
                throw root.flaw(
                    "separator", "“\(separator)” cannot separate cells.",
                    remedy: "Use a comma, a semicolon, a tab (\"\\t\") or a bar.")
            }
            mapping.dialect.separator = byte
        }
        if let rows = try root.integer("header_rows") { mapping.headerRows = max(0, rows) }
        if let flag = try root.flag("decimal_comma") { mapping.hasDecimalComma = flag }
        if let name = try root.text("zone") {
            guard let rules = zoneRules(name) else {
                throw root.flaw(
                    "zone", "The zone “\(name)” is not known here.",
                    remedy: "Use a name such as Europe/London.")
            }
            mapping.zone = rules
        }
    }

    private static func readTime(
        _ root: inout TOMLTableReader, guess: CSVGuess
    ) throws(FileFlaw) -> CSVTime {
        if let text = try root.text("start") {
            guard let start = Timestamp(rfc3339: text) else {
                throw root.flaw(
                    "start", "“\(text)” is no time.",
                    remedy: "Write it as 2018-01-01T00:00:00Z.")
            }
            guard let every = try root.elapsed("every") else {
                throw root.flaw(
                    "start", "The time between two rows is missing.",
                    remedy: "Add a line: every = \"15min\"")
            }
            return .rows(start: start, every: every)
        }
        let name = try root.text("time")
        let column: Int
        if let name {
            column = try index(of: name, "time", root, guess)
        } else if let found = guess.timeColumn {
            column = found.index
        } else {
            throw root.flaw(
                "time", "No column of times was found.",
                remedy: "Name it: time = \"date\", or give start and every.")
        }
        if let pattern = try root.text("format") {
            guard let format = CSVTimeFormat(pattern) else {
                throw root.flaw(
                    "format", "“\(pattern)” is no way to write a time.",
                    remedy: "Write it as d/M/yyyy H:mm, yyyy-MM-dd HH:mm:ss, iso or epoch-s.")
            }
            return .column(column, format)
        }
        if case .time(let format)? = guess.columns.first(where: { $0.index == column })?.kind {
            return .column(column, format)
        }
        throw root.flaw(
            "time", "The times in this column are written in a way that is not known.",
            remedy: "Say how: format = \"d/M/yyyy H:mm\"")
    }

    private static func readValues(
        _ root: inout TOMLTableReader, guess: CSVGuess
    ) throws(FileFlaw) -> [CSVValueColumn] {
        var values: [CSVValueColumn] = []
        for var value in try root.tables("value") {
            let name = try value.required("column", example: "Usage_kWh")
            let place = try index(of: name, "column", value, guess)
            var kind = ValueKind.number
            if let word = try value.text("kind") {
                guard let named = ValueKind.allCases.first(where: { $0.word == word }) else {
                    throw value.flaw(
                        "kind", "“\(word)” is no kind of value.",
                        remedy: "Write number, integer, flag or text.")
                }
                kind = named
            }
            values.append(
                CSVValueColumn(
                    index: place, name: try value.text("name") ?? name,
                    unit: try value.text("unit") ?? "", kind: kind))
            try value.refuseRest()
        }
        return values
    }

    /// A column by its heading, or by its number from 1.
    private static func index(
        of name: String, _ key: String, _ table: TOMLTableReader, _ guess: CSVGuess
    ) throws(FileFlaw) -> Int {
        if let found = guess.columns.first(where: { $0.name == name }) { return found.index }
        let trimmed = name.filter { $0 != " " }
        if let found = guess.columns.first(where: { $0.name.filter { $0 != " " } == trimmed }) {
            return found.index
        }
        if let number = Int(name), (1...guess.columns.count).contains(number) { return number - 1 }
        let nearest = NearestWord.find(name, among: guess.columns.map(\.name))
        throw table.flaw(
            key, "The file has no column “\(name)”.",
            remedy: nearest.map { "Did you mean “\($0)”?" }
                ?? "It has: " + guess.columns.map(\.name).joined(separator: ", ") + ".")
    }
}

// The decisions about a sheet inside a saved mapping: coding, separator, day and month, and so on.

import Plant
import Sheets

/// Decisions about a sheet as facts, both ways.
enum SheetDecisions {
    /// The decisions that last, in a fixed order.
    static func facts(_ decisions: Decisions) -> Fact {
        var members: [String: Fact] = [:]
        if let rows = decisions.headRows {
            members["head_rows"] = .list(rows.map { .whole(Int64($0)) })
        }
        if !decisions.kinds.isEmpty {
            members["kinds"] = .list(
                decisions.kinds.sorted { $0.key < $1.key }.map {
                    .object(["column": .whole(Int64($0.key)), "kind": .text($0.value.rawValue)])
                })
        }
        var columns: [Int: [String: Fact]] = [:]
        for (subject, answer) in decisions.answers {
            switch (subject, answer) {
            case (.encoding, .encoding(let value)): members["encoding"] = .text(value.rawValue)
            case (.separator, .separator(let byte)): members["separator"] = .whole(Int64(byte))
            case (.quotes, .quotes(let flag)): members["quotes_are_letters"] = .flag(flag)
            case (.headings, .headings(let flag)): members["headings"] = .flag(flag)
            case (.joinedCells, .fillJoined(let flag)): members["fill_joined"] = .flag(flag)
            case (.dateOrder(let column), .dateOrder(let order)):
                columns[column, default: [:]]["date_order"] = .text(order.rawValue)
            case (.decimalMark(let column), .decimalMark(let mark)):
                columns[column, default: [:]]["decimal_mark"] = .text(mark.rawValue)
            case (.clock(let column), .clock(let meaning)):
                columns[column, default: [:]]["clock"] = .text(meaning.rawValue)
            case (.dateNumbers(let column), .areDates(let flag)):
                columns[column, default: [:]]["are_dates"] = .flag(flag)
            default: break
            }
        }
        if !columns.isEmpty {
            members["columns"] = .list(
                columns.sorted { $0.key < $1.key }.map { column, entry in
                    .object(entry.merging(["column": .whole(Int64(column))]) { $1 })
                })
        }
        return .object(members)
    }

    /// The decisions of a mapping.
    static func read(_ fields: inout MappingFields) throws(ImportError) -> Decisions {
        var decisions = Decisions()
        guard var sheet = try fields.inner("sheet") else { return decisions }
        decisions.headRows = try sheet.wholes("head_rows")
        for var entry in try sheet.entries("kinds") {
            decisions.kinds[try entry.index("column")] = try entry.word("kind") as ColumnKind
            try entry.end()
        }
        if let encoding: TextEncoding = try sheet.optionalWord("encoding") {
            decisions[.encoding] = .encoding(encoding)
        }
        if let whole = try sheet.optionalWhole("separator") {
            guard let byte = UInt8(exactly: whole) else { throw sheet.fail("separator", "a byte") }
            decisions[.separator] = .separator(byte)
        }
        if let flag = try sheet.optionalFlag("quotes_are_letters") {
            decisions[.quotes] = .quotes(areLetters: flag)
        }
        if let flag = try sheet.optionalFlag("headings") { decisions[.headings] = .headings(flag) }
        if let flag = try sheet.optionalFlag("fill_joined") {
            decisions[.joinedCells] = .fillJoined(flag)
        }
        for var entry in try sheet.entries("columns") { try readColumn(&entry, &decisions) }
        try sheet.end()
        return decisions
    }

    private static func readColumn(
        _ entry: inout MappingFields, _ decisions: inout Decisions
    ) throws(ImportError) {
        let column = try entry.index("column")
        if let text = try entry.optionalText("date_order") {
            guard let order = DateOrder(rawValue: text) else {
                throw entry.fail("date_order", "day first or month first")
            }
            decisions[.dateOrder(column: column)] = .dateOrder(order)
        }
        if let text = try entry.optionalText("decimal_mark") {
            guard let mark = DecimalMark(rawValue: text) else {
                throw entry.fail("decimal_mark", "point or comma")
            }
            decisions[.decimalMark(column: column)] = .decimalMark(mark)
        }
        if let text = try entry.optionalText("clock") {
            guard let meaning = ClockMeaning(rawValue: text) else {
                throw entry.fail("clock", "time of day, hours and minutes or minutes and seconds")
            }
            decisions[.clock(column: column)] = .clock(meaning)
        }
        if let flag = try entry.optionalFlag("are_dates") {
            decisions[.dateNumbers(column: column)] = .areDates(flag)
        }
        try entry.end()
    }
}

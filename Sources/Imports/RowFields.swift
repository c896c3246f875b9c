// The cells of one row by what they say.

import Plant
import Sheets

/// Where each role stands in the rows of a table.
struct RowLayout: Sendable {
    /// Roles of which a row of totals has none.
    static let times: [ColumnRole] = [.start, .day, .due]

    private(set) var places: [ColumnRole: Int] = [:]
    private(set) var details: [Int] = []
    private(set) var measurements: [(place: Int, target: MeasurementTarget)] = []
    /// Places of all columns that are brought in.
    private(set) var used: [Int] = []
    let names: [String]

    /// The layout of a table under a plan.
    init(_ table: TableGuess, _ plan: ImportPlan) {
        names = table.columns.map(\.name)
        for (place, column) in table.columns.enumerated() {
            guard let role = plan.roles[column.index], role != .ignore else { continue }
            used.append(place)
            switch role {
            case .detail: details.append(place)
            case .measurement(let target):
                if let target { measurements.append((place, target)) }
            default: if places[role] == nil { places[role] = place }
            }
        }
    }
}

/// One row and its layout.
struct RowFields {
    let row: SheetRow
    let layout: RowLayout

    /// The name of a role's column, nil where no column has it.
    func name(_ role: ColumnRole) -> String? { layout.places[role].map { layout.names[$0] } }

    /// The cell of a role, empty where no column has it; throws where it does not fit its column.
    func cell(_ role: ColumnRole) throws(RowRefusal) -> Cell {
        guard let place = layout.places[role] else { return .empty }
        return try cell(place)
    }

    /// The cell at a place; throws where it does not fit its column.
    func cell(_ place: Int) throws(RowRefusal) -> Cell {
        guard row.cells.indices.contains(place) else { return .empty }
        switch row.cells[place] {
        case .value(let cell): return cell
        case .misfit(_, let reason): throw RowRefusal(layout.names[place], reason)
        }
    }

    /// The words of a role's cell, nil for an empty one.
    func text(_ role: ColumnRole) -> String? { layout.places[role].flatMap(row.text) }

    /// Words that may have so many characters; empty where there are none.
    func text(_ role: ColumnRole, atMost limit: Int) throws(RowRefusal) -> String {
        let text = text(role) ?? ""
        guard text.count <= limit else {
            throw RowRefusal(
                name(role), "This text has \(text.count) characters; \(limit) are possible.")
        }
        return text
    }

    /// All notes of the row, one after another.
    func details() throws(RowRefusal) -> String {
        let text = layout.details.compactMap(row.text).joined(separator: "; ")
        guard text.count <= ImportsLimits.noteCharacters else {
            throw RowRefusal(
                layout.details.first.map { layout.names[$0] },
                "This text has \(text.count) characters; \(ImportsLimits.noteCharacters) are"
                    + " possible.")
        }
        return text
    }

    /// A number of parts, nil for an empty cell.
    func count(_ role: ColumnRole) throws(RowRefusal) -> Int64? {
        let value: Double?
        switch try cell(role) {
        case .empty: return nil
        case .number(let number): value = number.value
        case .text(let text): value = Self.number(text)
        default: value = nil
        }
        guard let value else {
            throw RowRefusal(name(role), "\((text(role) ?? "").quoted) is not a number of parts.")
        }
        guard value == value.rounded() else {
            throw RowRefusal(name(role), "\((text(role) ?? "").quoted) is not a whole number.")
        }
        guard value >= 0 else {
            throw RowRefusal(name(role), "There cannot be fewer than no parts.")
        }
        guard value <= Double(ImportsLimits.partsOfRow) else {
            throw RowRefusal(
                name(role), "This is over \(ImportsLimits.partsOfRow) parts, too many for one row.")
        }
        return Int64(value)
    }

    /// Planned time for one part, nil for an empty cell.
    func ideal() throws(RowRefusal) -> Elapsed? {
        let seconds: Double
        switch try cell(.ideal) {
        case .empty: return nil
        case .number(let number): seconds = number.value
        case .duration(let length): seconds = length
        default:
            throw RowRefusal(
                name(.ideal), "\((text(.ideal) ?? "").quoted) is no number of seconds.")
        }
        guard seconds > 0, seconds <= 86_400 else {
            throw RowRefusal(
                name(.ideal), "The time for one part must be more than nothing and at most a day.")
        }
        return Elapsed(nanoseconds: Int64((seconds * 1e9).rounded()))
    }

    /// Whether no column that is brought in holds anything.
    var isEmpty: Bool { !layout.used.contains(where: isFilled) }

    private func isFilled(_ place: Int) -> Bool {
        guard row.cells.indices.contains(place), case .value(.empty) = row.cells[place] else {
            return row.cells.indices.contains(place)
        }
        return false
    }

    /// Whether it is a row of totals: it begins with the word, and has no time.
    func isTotals(_ times: [ColumnRole]) -> Bool {
        for role in times {
            guard let place = layout.places[role], row.cells.indices.contains(place) else {
                continue
            }
            switch row.cells[place] {
            case .value(.empty), .misfit: continue
            case .value(.text(let text)) where PlainText.isTotal(text): continue
            default: return false
            }
        }
        guard let first = row.cells.indices.first(where: isFilled) else { return false }
        return row.text(first).map(PlainText.isTotal) ?? false
    }

    /// A plain number with a point, nil for anything else.
    private static func number(_ text: String) -> Double? {
        guard text.utf8.count <= 15, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        return Double(text)
    }
}

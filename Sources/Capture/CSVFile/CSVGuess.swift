// What a file probably is: separator, headings, the kind of each column, unclear dates. Pure.

public import Plant
public import Wire

/// What the beginning of a file says about it.
public struct CSVGuess: Hashable, Sendable {
    /// What a column probably holds.
    public enum ColumnKind: Hashable, Sendable {
        /// Times of this format; of several that fit, day before month.
        case time(CSVTimeFormat)
        /// Numbers.
        case number
        /// Whole numbers.
        case integer
        /// Two words such as yes and no, on and off.
        case flag
        /// Anything else.
        case text
        /// Nothing.
        case empty
    }

    /// A column.
    public struct Column: Hashable, Sendable {
        /// Place, counted from 0.
        public let index: Int
        /// The heading, or "Column 3".
        public let name: String
        /// What it probably holds.
        public let kind: ColumnKind
        /// The first three cells with content.
        public let examples: [String]
    }

    /// Coding and separator.
    public let dialect: CSVDialect
    /// Whether the first row holds headings.
    public let hasHeader: Bool
    /// Whether numbers are written 1.234,5.
    public let hasDecimalComma: Bool
    /// The columns.
    public let columns: [Column]
    /// A question when day and month cannot be told apart: "03/04/2026: 3 April or 4 March?".
    public let dateQuestion: String?

    /// The column of times, nil when there is none.
    public var timeColumn: Column? {
        columns.first { if case .time = $0.kind { true } else { false } }
    }

    /// A mapping to begin with, nil when no time or no value column was found.
    public func mapping(zone: ZoneRules) -> CSVMapping? {
        guard let time = timeColumn, case .time(let format) = time.kind else { return nil }
        let values = columns.compactMap { column -> CSVValueColumn? in
            switch column.kind {
            case .number: CSVValueColumn(index: column.index, name: column.name)
            case .integer: CSVValueColumn(index: column.index, name: column.name)
            case .flag: CSVValueColumn(index: column.index, name: column.name, kind: .flag)
            case .text: CSVValueColumn(index: column.index, name: column.name, kind: .text)
            case .time, .empty: nil
            }
        }
        guard !values.isEmpty else { return nil }
        return CSVMapping(
            dialect: dialect, headerRows: hasHeader ? 1 : 0, time: .column(time.index, format),
            zone: zone, hasDecimalComma: hasDecimalComma, values: values)
    }
}

extension CSVGuess {
    /// A guess from the first bytes of a file; 64 KiB are looked at.
    public init(beginning: [UInt8]) {
        let sample = Array(beginning.prefix(CaptureLimits.guessBytes))
        let isWhole = beginning.count <= CaptureLimits.guessBytes
        let dialect = CSVDialect.detect(sample)
        var text = CSVText(dialect.encoding)
        var reader = CSVReader(separator: dialect.separator)
        var rows: [CSVReader.Row] = []
        do throws(CSVReader.Fault) {
            rows = try reader.read(text.decode(sample))
            if isWhole, let last = try reader.finish() { rows.append(last) }
        } catch {
            rows = []  // Cannot be read with any separator: no columns are offered.
        }
        let width = rows.map(\.cells.count).max() ?? 0
        let body = rows.dropFirst()
        let comma = CSVGuess.hasDecimalComma(body, dialect)
        let kinds = (0..<width).map { CSVGuess.kind(of: $0, in: body, comma) }
        let first = rows.first?.texts ?? []
        let header =
            !first.isEmpty && !body.isEmpty
            && first.indices.allSatisfy { index in
                !first[index].isEmpty
                    && !CSVGuess.fits(Array(first[index].utf8), kinds[index], comma)
                    || kinds[index] == .text || kinds[index] == .empty
            } && first.contains { Double($0) == nil }
        let all = header ? body : rows[...]
        let columns = (0..<width).map { index -> Column in
            let cells = all.lazy.compactMap { $0.cells.count > index ? $0.texts[index] : nil }
                .filter { !$0.isEmpty }
            let name = header && index < first.count ? CSVGuess.trimmed(first[index]) : ""
            return Column(
                index: index, name: name.isEmpty ? "Column \(index + 1)" : name,
                kind: kinds[index], examples: Array(cells.prefix(3)))
        }
        self.init(
            dialect: dialect, hasHeader: header, hasDecimalComma: comma, columns: columns,
            dateQuestion: CSVGuess.dateQuestion(all, columns))
    }

    private static let words = ["true", "false", "yes", "no", "on", "off"]

    private static let formats: [CSVTimeFormat] = {
        let dates = [
            "d/M/yyyy", "M/d/yyyy", "d.M.yyyy", "d-M-yyyy", "M-d-yyyy", "yyyy/M/d", "d/M/yy",
            "M/d/yy", "d.M.yy",
        ]
        let clocks = [" H:mm", " H:mm:ss", "", " h:mm a", " h:mm:ss a"]
        return [.iso] + dates.flatMap { date in clocks.map { .pattern(date + $0) } }
    }()

    private static func cells(
        _ index: Int, _ rows: ArraySlice<CSVReader.Row>
    ) -> [[UInt8]] {
        rows.compactMap { row in
            guard row.cells.count > index else { return nil }
            let cell = trimmed(String(decoding: row.cells[index], as: UTF8.self))
            return cell.isEmpty ? nil : Array(cell.utf8)
        }
    }

    private static func kind(
        of index: Int, in rows: ArraySlice<CSVReader.Row>, _ comma: Bool
    ) -> ColumnKind {
        let cells = cells(index, rows)
        guard !cells.isEmpty else { return .empty }
        let candidates = formats.map { ColumnKind.time($0) } + [.flag, .integer, .number]
        return candidates.first { kind in cells.allSatisfy { fits($0, kind, comma) } } ?? .text
    }

    private static func fits(_ cell: [UInt8], _ kind: ColumnKind, _ comma: Bool) -> Bool {
        switch kind {
        case .time(let format): format.read(cell) != nil
        case .flag: words.contains(String(decoding: cell, as: UTF8.self).lowercased())
        case .integer: Int64(String(decoding: cell, as: UTF8.self)) != nil
        case .number: CSVNumber.read(cell, hasDecimalComma: comma) != nil
        case .text, .empty: true
        }
    }

    /// More cells are numbers with a decimal comma than without one.
    private static func hasDecimalComma(
        _ rows: ArraySlice<CSVReader.Row>, _ dialect: CSVDialect
    ) -> Bool {
        guard dialect.separator != 0x2C else { return false }
        var (comma, point) = (0, 0)
        for cell in rows.prefix(200).flatMap(\.cells) where cell.contains(where: { $0 < 0x30 }) {
            let hasComma = cell.contains(0x2C)
            let hasPoint = cell.contains(0x2E)
            if hasComma, CSVNumber.read(cell, hasDecimalComma: true) != nil { comma += 1 }
            if hasPoint, CSVNumber.read(cell, hasDecimalComma: false) != nil { point += 1 }
        }
        return comma > point
    }

    /// A question when both orders of day and month fit every cell of the time column.
    private static func dateQuestion(
        _ rows: ArraySlice<CSVReader.Row>, _ columns: [Column]
    ) -> String? {
        for column in columns {
            guard case .time(.pattern(let pattern)) = column.kind, pattern.hasPrefix("d"),
                let separator = pattern.dropFirst().first
            else { continue }
            let swapped = CSVTimeFormat.pattern(
                "M\(separator)d" + pattern.dropFirst(3))
            let cells = cells(column.index, rows)
            let unclear = cells.first { cell in
                guard case .wall(let one, _) = CSVTimeFormat.pattern(pattern).read(cell),
                    case .wall(let other, _) = swapped.read(cell)
                else { return false }
                return one != other
            }
            guard let unclear, cells.allSatisfy({ swapped.read($0) != nil }),
                case .wall(let date, _) = CSVTimeFormat.pattern(pattern).read(unclear)
            else { continue }
            let text = String(decoding: unclear, as: UTF8.self).prefix { $0 != " " }
            return "\(text): \(date.day) \(months[date.month - 1]) or "
                + "\(date.month) \(months[date.day - 1])?"
        }
        return nil
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    private static func trimmed(_ text: String) -> String {
        var slice = text[...]
        while let first = slice.first, first.isWhitespace { slice.removeFirst() }
        while let last = slice.last, last.isWhitespace { slice.removeLast() }
        return String(slice)
    }
}

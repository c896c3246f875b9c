// Makes values from the fields of a line, each in the form of its data item.

/// Values of an adapter's line.
enum SHDRValue {
    /// Fills an observation from the fields behind its key.
    static func read(
        _ fields: [String], _ item: SHDRItem, into entry: inout SHDREntry
    ) throws(FrameError) {
        guard let first = fields.first else { throw fault("a key without a value") }
        if isUnavailable(fields, item.kind) { return }
        switch item.kind {
        case .sample, .numbers, .event:
            var text = Substring(first)
            if item.hasResetTrigger, let colon = first.firstIndex(of: ":") {
                let trigger = first[first.index(after: colon)...].uppercased()
                entry.resetTriggered = trigger.isEmpty ? nil : trigger
                text = first[..<colon]
            }
            entry.value =
                MTConnectValue.isUnavailable(text)
                ? .unavailable : simple(String(text), item.kind)
        case .message:
            let code = fields.count > 1 && !first.isEmpty ? first : nil
            entry.value = .message(text: fields.count > 1 ? fields[1] : first, nativeCode: code)
        case .alarm: entry.value = .text(fields.count == 5 ? fields[4] : first)
        case .assetEvent:
            entry.assetType = fields.count > 1 && !first.isEmpty ? first : nil
            entry.value = .text(fields.count > 1 ? fields[1] : first)
        case .condition: entry.value = .condition(try condition(fields))
        case .timeSeries: entry.value = .timeSeries(try series(fields))
        case .dataSet, .table: try set(first, item.kind, into: &entry)
        }
    }

    /// A condition is unavailable by its level, all else by its value, which is the last field.
    private static func isUnavailable(_ fields: [String], _ kind: SHDRItem.Kind) -> Bool {
        let isFirst = MTConnectValue.isUnavailable(fields[0])
        if kind == .condition || kind.fields == 1 { return isFirst }
        if fields.count == kind.fields, MTConnectValue.isUnavailable(fields[fields.count - 1]) {
            return true
        }
        return isFirst && fields.dropFirst().allSatisfy(\.isEmpty)
    }

    private static func fault(_ text: String) -> FrameError {
        FrameError(doing: "reading a value", problem: .invalid(text))
    }

    /// A number, numbers or a text; a sample that is not a number stays a text.
    private static func simple(_ text: String, _ kind: SHDRItem.Kind) -> MTConnectValue {
        switch kind {
        case .sample: MTConnectNumber.decimal(text).map(MTConnectValue.number) ?? .text(text)
        case .numbers: MTConnectNumber.decimals(text).map(MTConnectValue.numbers) ?? .text(text)
        default: .text(text)
        }
    }

    private static func condition(_ fields: [String]) throws(FrameError) -> MTConnectCondition {
        let name = fields[0].lowercased()
        let levels = MTConnectCondition.Level.allCases
        guard let level = levels.first(where: { $0.rawValue.lowercased() == name }) else {
            throw fault("the level \"\(fields[0].prefix(40))\" is not known")
        }
        func field(_ number: Int) -> String? {
            number < fields.count && !fields[number].isEmpty ? fields[number] : nil
        }
        return MTConnectCondition(
            level: level, nativeCode: field(1), nativeSeverity: field(2),
            qualifier: field(3)?.uppercased(), text: field(4) ?? "")
    }

    private static func series(_ fields: [String]) throws(FrameError) -> MTConnectTimeSeries {
        guard fields.count == 3 else {
            throw fault("a time series of \(fields.count) fields instead of 3")
        }
        guard let count = MTConnectNumber.whole(fields[0]) else {
            throw fault("the count \"\(fields[0].prefix(40))\" is not a number")
        }
        var rate: Double?
        if !fields[1].isEmpty {
            guard let number = MTConnectNumber.decimal(fields[1]), number >= 0 else {
                throw fault("the rate \"\(fields[1].prefix(40))\" is not a number")
            }
            // A rate of 0 means that of the data item.
            rate = number > 0 ? number : nil
        }
        guard let values = MTConnectNumber.decimals(fields[2]) else {
            throw fault("a value that is not a number")
        }
        guard count == UInt64(values.count) else {
            throw FrameError(
                doing: "reading a value",
                problem: .value(
                    field: "count", found: Int(clamping: count), expected: "\(values.count)"))
        }
        return MTConnectTimeSeries(sampleRate: rate, values: values)
    }

    /// A data set or table, perhaps with why it began anew in front: `:RESET k=v`.
    private static func set(
        _ field: String, _ kind: SHDRItem.Kind, into entry: inout SHDREntry
    ) throws(FrameError) {
        var text = field
        if field.hasPrefix(":") {
            let trigger = field.dropFirst().prefix { $0 != " " && $0 != "\t" }
            text = String(field.dropFirst(trigger.count + 1))
            entry.resetTriggered = trigger.isEmpty ? nil : trigger.uppercased()
        }
        entry.value =
            kind == .table
            ? .table(try SHDRDataSet.rows(text)) : .dataSet(try SHDRDataSet.entries(text))
    }
}

// Writes observations as the elements that their data items ask for.

extension MTConnectWriter {
    /// The observations of one component by category.
    static func categories(
        _ observations: [MTConnectObservation], _ model: MTConnectModel, _ xml: inout XMLWriter
    ) {
        for (category, name) in [
            (MTConnectCategory.sample, "Samples"), (.event, "Events"), (.condition, "Condition"),
        ] {
            var isOpen = false
            for observation in observations {
                guard let item = model.place(of: observation.dataItemID)?.item,
                    item.category == category
                else { continue }
                if !isOpen { xml.open(name) }
                isOpen = true
                Self.observation(observation, item, &xml)
            }
            if isOpen { xml.end(name) }
        }
    }

    private static func observation(
        _ observation: MTConnectObservation, _ item: MTConnectDataItem, _ xml: inout XMLWriter
    ) {
        var name = item.observationName
        if item.category == .condition {
            name = "Unavailable"
            if case .condition(let condition) = observation.value {
                name = condition.level.rawValue
            }
        }
        xml.begin(name)
        xml.attribute("dataItemId", item.id)
        xml.attribute("timestamp", RFC3339.text(observation.timestamp))
        xml.attribute("name", item.name)
        xml.attribute("sequence", "\(observation.sequence)")
        if item.category == .condition { xml.attribute("type", item.type) }
        xml.attribute("subType", item.subType)
        xml.attribute("statistic", item.statistic)
        xml.attribute("duration", observation.duration.map(MTConnectNumber.text))
        xml.attribute("resetTriggered", observation.resetTriggered)
        xml.attribute("assetType", observation.assetType)
        content(observation.value, item, &xml)
        xml.end(name)
    }

    private static func content(
        _ value: MTConnectValue, _ item: MTConnectDataItem, _ xml: inout XMLWriter
    ) {
        switch value {
        case .unavailable:
            if item.representation == .timeSeries { xml.attribute("sampleCount", "0") }
            if [.dataSet, .table].contains(item.representation) { xml.attribute("count", "0") }
            xml.closeTag()
            if item.category != .condition { xml.text("UNAVAILABLE") }
        case .number(let number):
            xml.closeTag()
            xml.text(MTConnectNumber.text(number))
        case .numbers(let numbers):
            xml.closeTag()
            xml.text(numbers.map(MTConnectNumber.text).joined(separator: " "))
        case .text(let text):
            xml.closeTag()
            xml.text(text)
        case .message(let text, let nativeCode):
            xml.attribute("nativeCode", nativeCode)
            xml.closeTag()
            xml.text(text)
        case .condition(let condition):
            xml.attribute("nativeCode", condition.nativeCode)
            xml.attribute("nativeSeverity", condition.nativeSeverity)
            xml.attribute("qualifier", condition.qualifier)
            xml.attribute("conditionId", condition.conditionID)
            xml.closeTag()
            xml.text(condition.text)
        case .timeSeries(let series):
            xml.attribute("sampleCount", "\(series.values.count)")
            xml.attribute("sampleRate", series.sampleRate.map(MTConnectNumber.text))
            xml.closeTag()
            xml.text(series.values.map(MTConnectNumber.text).joined(separator: " "))
        case .dataSet(let entries):
            xml.attribute("count", "\(entries.count)")
            xml.closeTag()
            for one in entries { entry("Entry", one, &xml) }
        case .table(let rows):
            xml.attribute("count", "\(rows.count)")
            xml.closeTag()
            for row in rows { Self.row(row, &xml) }
        }
    }

    private static func entry(_ name: String, _ entry: MTConnectEntry, _ xml: inout XMLWriter) {
        xml.begin(name)
        xml.attribute("key", entry.key)
        if entry.isRemoved { xml.attribute("removed", "true") }
        xml.closeTag()
        xml.text(entry.isRemoved ? "" : entry.value)
        xml.end(name)
    }

    private static func row(_ row: MTConnectRow, _ xml: inout XMLWriter) {
        xml.begin("Entry")
        xml.attribute("key", row.key)
        if row.isRemoved { xml.attribute("removed", "true") }
        xml.closeTag()
        for cell in row.isRemoved ? [] : row.cells { entry("Cell", cell, &xml) }
        xml.end("Entry")
    }
}

extension MTConnectDataItem {
    /// The name of the element of its observations: `PathFeedrate`, `PositionTimeSeries`.
    public var observationName: String {
        let suffix =
            switch representation {
            case .value, .other: ""
            case .timeSeries: "TimeSeries"
            case .discrete: "Discrete"
            case .dataSet: "DataSet"
            case .table: "Table"
            }
        return Self.pascalCase(type) + suffix
    }

    /// The name in capitals as one word; abbreviations stay as the standard spells them.
    private static func pascalCase(_ type: String) -> String {
        let local = type.split(separator: ":").last ?? ""
        return local.split(separator: "_").map { word in
            switch word {
            case "AC", "DC", "PH", "IP", "URI": String(word)
            case "MTCONNECT": "MTConnect"
            default: word.prefix(1).uppercased() + word.dropFirst().lowercased()
            }
        }.joined()
    }
}

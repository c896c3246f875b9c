// Reading factory.toml into a description; every flaw names line, column and remedy.

import Plant

/// The text form of a whole site.
public enum FactoryFile {
    /// A description from a text.
    public static func read(file: String, text: String) throws(FileFlaw) -> FactoryDescription {
        let document = try TOMLDocument(file: file, text: text)
        var root = TOMLTableReader(document, path: "", members: document.root)
        var description = FactoryDescription()
        try readSite(&root, into: &description)
        for var area in try root.tables("area") {
            let name = try area.required("name", example: "Machine shop")
            let id = try area.slug("id") ?? Slug(nameInFile: name, fallback: Slug("area"))
            description.areas[id] = name
            try area.refuseRest()
        }
        for var connection in try root.tables("connection") {
            description.connections.append(try readConnection(&connection))
        }
        for var reason in try root.tables("reason") {
            description.reasons.append(try readReason(&reason))
        }
        try readCalendar(&root, into: &description)
        for var machine in try root.tables("machine") {
            let read = try readMachine(&machine, into: &description)
            guard !description.machines.contains(where: { $0.id == read.id }) else {
                throw machine.flaw(
                    "id", "The machine `\(read.id)` stands here twice.",
                    remedy: "Give one of them another id.")
            }
            description.machines.append(read)
        }
        for var line in try root.tables("line") {
            description.lines.append(try readLine(&line))
        }
        if var tariff = try root.table("tariff") {
            description.tariff = try readTariff(&tariff, currency: description.currency ?? .gbp)
        }
        for var carbon in try root.tables("carbon") {
            description.carbonFactors.append(try readCarbon(&carbon))
        }
        try root.refuseRest()
        return description
    }

    private static func readSite(
        _ root: inout TOMLTableReader, into description: inout FactoryDescription
    ) throws(FileFlaw) {
        guard var site = try root.table("site") else { return }
        description.name = try site.text("name")
        description.zone = try site.text("zone")
        if let code = try site.text("currency") {
            guard let currency = Currency(code) else {
                throw site.flaw(
                    "currency", "“\(code)” is no currency.",
                    remedy: "Write three capital letters, such as GBP.")
            }
            description.currency = currency
        }
        let rates: [(String, RateKind)] = [
            ("hour_is_worth", .hourAvoided), ("hour_can_be_sold_for", .hourSold),
            ("hour_costs", .hourCost),
            ("kwh_costs", .kilowattHour),
        ]
        for (key, kind) in rates {
            guard var table = try site.table(key) else { continue }
            let amount = try table.required("amount", example: "38.00")
            let code = try table.text("currency") ?? description.currency?.code ?? "GBP"
            guard let currency = Currency(code), let rate = Rate(amount, currency: currency)
            else {
                throw table.flaw(
                    "amount", "“\(amount)” is no amount of money.",
                    remedy: "Write it as a text with a point: amount = \"38.00\"")
            }
            description.rates[kind] = rate
            try table.refuseRest()
        }
        description.constraint = try site.slug("constraint")
        try site.refuseRest()
    }

    private static func readConnection(
        _ table: inout TOMLTableReader
    ) throws(FileFlaw) -> Connection {
        let id = try table.required("id", example: "gateway-1")
        guard let slug = Slug(id) else {
            throw table.flaw(
                "id", "“\(id)” cannot be an id.",
                remedy: "Use 1 to 40 small letters, digits and hyphens.")
        }
        let kind = try table.required("kind", example: "modbus-tcp")
        return Connection(id: slug, kind: kind, settings: try settings(of: &table))
    }

    /// Every member not read yet, as text; used where a connector checks its own settings.
    private static func settings(
        of table: inout TOMLTableReader
    ) throws(FileFlaw) -> [String: String] {
        var settings: [String: String] = [:]
        for key in table.rest {
            guard let node = table.node(key) else { continue }
            settings[key] = try setting(node, key, table)
        }
        return settings
    }

    private static func setting(
        _ node: TOMLNode, _ key: String, _ table: TOMLTableReader
    ) throws(FileFlaw) -> String {
        switch node {
        case .text(let text): return text
        case .integer(let value): return String(value)
        case .number(let value): return String(value)
        case .flag(let value): return value ? "true" : "false"
        case .table(let members):
            if case .text(let file)? = members["file"], members.count == 1 {
                return "file:" + file
            }
        default: break
        }
        throw table.flaw(
            key, "Here stands \(node.kindWord).",
            remedy: "Write a text, a number, true or false, or { file = \"name\" }.")
    }

    private static func readReason(_ table: inout TOMLTableReader) throws(FileFlaw) -> StopReason {
        var name = ""
        var names: [String: String] = [:]
        switch table.node("name") {
        case .text(let text): name = text
        case .table(let languages):
            for case (let language, .text(let text)) in languages { names[language] = text }
            name = names.removeValue(forKey: "en") ?? ""
        default: break
        }
        guard !name.isEmpty else {
            throw table.flaw(
                "name", "The reason has no name.", remedy: "Add a line: name = \"Tooling\"")
        }
        let id = try table.slug("id") ?? Slug(nameInFile: name, fallback: Slug("reason"))
        let word = try table.text("loss") ?? "stoppage"
        guard let loss = LossKind(rawValue: word) else {
            let known = LossKind.allCases.map(\.rawValue)
            throw table.flaw(
                "loss", "“\(word)” is no kind of loss.",
                remedy: "Write one of: " + known.joined(separator: ", ") + ".")
        }
        let details = try table.texts("details")
        let place = try table.integer("place")
        guard (place ?? 1) >= 1 else {
            throw table.flaw(
                "place", "A place counts from 1.", remedy: "Write 1 for the first tile.")
        }
        try table.refuseRest()
        return StopReason(
            id: id, name: name, loss: loss, details: details, names: names,
            place: place.map(Int64.init))
    }

    private static func readCalendar(
        _ root: inout TOMLTableReader, into description: inout FactoryDescription
    ) throws(FileFlaw) {
        var validFrom = CivilDate(dayNumber: 0)
        var daysOff: Set<CivilDate> = []
        if var calendar = try root.table("calendar") {
            switch calendar.node("from") {
            case .date(let date): validFrom = date
            case .none: break
            case .some(let node):
                throw calendar.flaw(
                    "from", "Here stands \(node.kindWord), a date is needed.",
                    remedy: "Write it without quotes: from = 2026-01-05")
            }
            daysOff = Set(try calendar.dates("days_off"))
            try calendar.refuseRest()
        }
        var shifts: [ShiftPattern] = []
        for var shift in try root.tables("shift") { shifts.append(try readShift(&shift)) }
        guard !shifts.isEmpty else { return }
        description.calendar = CalendarVersion(
            validFrom: validFrom, shifts: shifts, daysOff: daysOff)
    }

    private static func readShift(_ table: inout TOMLTableReader) throws(FileFlaw) -> ShiftPattern {
        let name = try table.required("name", example: "Early")
        let id = try table.slug("id") ?? Slug(nameInFile: name, fallback: Slug("shift"))
        let days = try readDays(&table)
        let hours = try span(&table, from: "from", to: "to")
        var breaks: [ClockSpan] = []
        for var pause in try table.tables("breaks") {
            breaks.append(try span(&pause, from: "from", to: "to"))
            try pause.refuseRest()
        }
        try table.refuseRest()
        return ShiftPattern(id: id, name: name, days: days, hours: hours, breaks: breaks)
    }

    static func readDays(_ table: inout TOMLTableReader) throws(FileFlaw) -> Set<Weekday> {
        var days: Set<Weekday> = []
        for word in try table.texts("days") {
            guard let day = Weekday(shortName: word) else {
                throw table.flaw(
                    "days", "“\(word)” is no day.",
                    remedy: "Write days = [\"Mon\", \"Tue\"], up to \"Sun\".")
            }
            days.insert(day)
        }
        return days
    }

    static func span(
        _ table: inout TOMLTableReader, from: String, to: String
    ) throws(FileFlaw) -> ClockSpan {
        guard case .time(let start)? = table.node(from), case .time(let end)? = table.node(to)
        else {
            throw table.flaw(
                from, "A start and an end are needed.",
                remedy: "Write times without quotes: from = 06:00:00 and to = 14:00:00")
        }
        return ClockSpan(from: start, to: end)
    }

    private static func readMachine(
        _ table: inout TOMLTableReader, into description: inout FactoryDescription
    ) throws(FileFlaw) -> DescribedMachine {
        let name = try table.required("name", example: "Lathe 1")
        let id = try table.slug("id") ?? Slug(nameInFile: name, fallback: Slug("machine"))
        var area: Slug?
        if let text = try table.text("area") {
            area = Slug(text) ?? Slug(nameInFile: text, fallback: Slug("area"))
            // An area named here need not be listed: its name is what was written.
            if let area, description.areas[area] == nil { description.areas[area] = text }
        }
        let inline = try readConnect(&table, into: &description)
        var signals: [DescribedSignal] = []
        for var signal in try table.tables("signal") {
            signals.append(try readSignal(&signal, inline))
        }
        var machine = DescribedMachine(
            id: id, name: name, area: area, signals: signals, state: nil, counts: nil, energy: nil)
        if var state = try table.table("state") { machine.state = try readState(&state) }
        if var counts = try table.table("counts") {
            guard let total = try counts.slug("total") else {
                throw counts.flaw(
                    "total", "The counter of all parts is missing.",
                    remedy: "Add a line: total = \"parts\" (the id of a signal)")
            }
            let bits = try counts.integer("bits") ?? 32
            guard [16, 32, 64].contains(bits) else {
                throw counts.flaw(
                    "bits", "A counter of \(bits) bits is not known.",
                    remedy: "Write 16, 32 or 64: where the counter starts again from zero.")
            }
            machine.counts = (total, try counts.slug("scrap"), bits)
            try counts.refuseRest()
        }
        if var energy = try table.table("energy") {
            if let power = try energy.slug("power") { machine.energy = (power, false) }
            if let register = try energy.slug("register") { machine.energy = (register, true) }
            try energy.refuseRest()
            guard machine.energy != nil else {
                throw table.flaw(
                    "energy", "The energy does not say which signal measures it.",
                    remedy: "Add a line: power = \"power\" or register = \"energy\"")
            }
        }
        try table.refuseRest()
        return machine
    }

    /// A connection inside a machine, and the number of its device there.
    private typealias InlineConnection = (id: Slug, device: String?)

    /// The connection of a machine itself; machines that name one address share it.
    private static func readConnect(
        _ table: inout TOMLTableReader, into description: inout FactoryDescription
    ) throws(FileFlaw) -> InlineConnection? {
        guard var connect = try table.table("connect") else { return nil }
        let (connection, device) = try inlineConnection(&connect)
        let known = description.connections.first { $0.id == connection.id }
        guard known.map({ $0 == connection }) ?? true else {
            throw table.flaw(
                "connect", "Another machine has said something else about this connection.",
                remedy: "Write the same in both: one address is one connection.")
        }
        if known == nil { description.connections.append(connection) }
        return (connection.id, device)
    }

    /// `{ modbus = "192.168.1.47:502", unit = 1 }`: shared by address (decisions 35), so that a
    /// gateway has one connection whichever of its devices are read.
    private static func inlineConnection(
        _ table: inout TOMLTableReader
    ) throws(FileFlaw) -> (connection: Connection, device: String?) {
        for (key, kind) in [("modbus", "modbus-tcp"), ("mqtt", "mqtt")] {
            guard let address = try table.text(key) else { continue }
            var settings = try settings(of: &table)
            settings["address"] = address
            let device = kind == "modbus-tcp" ? settings.removeValue(forKey: "unit") : nil
            let id = Slug(nameInFile: key + "-" + address, fallback: Slug("connection"))
            return (Connection(id: id, kind: kind, settings: settings), device)
        }
        throw table.flaw(
            "connect", "This does not say how to connect.",
            remedy: "Write connect = { modbus = \"192.168.1.47:502\", unit = 1 }")
    }

    private static func readSignal(
        _ table: inout TOMLTableReader, _ inline: InlineConnection?
    ) throws(FileFlaw) -> DescribedSignal {
        let id = try table.required("id", example: "motor-current")
        guard let slug = Slug(id) else {
            throw table.flaw(
                "id", "“\(id)” cannot be an id.",
                remedy: "Use 1 to 40 small letters, digits and hyphens.")
        }
        let name = try table.text("name") ?? id.split(separator: "-").joined(separator: " ")
        guard let connection = try table.slug("connection") ?? inline?.id else {
            throw table.flaw(
                "connection", "The signal does not say over which connection it is read.",
                remedy: "Add a line: connection = \"gateway-1\", the id of a [[connection]].")
        }
        let read = try table.required("read", example: "input:30012")
        let unit = try table.text("unit") ?? ""
        let word = try table.text("kind")
        var options = try settings(of: &table)
        if connection == inline?.id, options["device"] == nil, let device = inline?.device {
            options["device"] = device
        }
        var kind = impliedKind(options)
        if let word {
            guard let named = ValueKind.allCases.first(where: { $0.word == word }) else {
                throw table.flaw(
                    "kind", "“\(word)” is no kind of value.",
                    remedy: "Write number, integer, flag or text.")
            }
            kind = named
        }
        return DescribedSignal(
            slug: slug, name: name, kind: kind, unit: unit,
            source: SignalSource(connection: connection, address: read, options: options))
    }

    private static func impliedKind(_ options: [String: String]) -> ValueKind {
        let type = options["type"] ?? "number"
        if type == "bool" || type == "bit" || type == "flag" { return .flag }
        if type == "text" || type == "string" || type == "ascii" { return .text }
        let isWhole = type.hasPrefix("int") || type.hasPrefix("uint")
        return isWhole && options["scale"] == nil && options["offset"] == nil ? .integer : .number
    }

    private static func readState(_ table: inout TOMLTableReader) throws(FileFlaw) -> DescribedState
    {
        var signal = try table.slug("signal")
        var state = DescribedState(
            signal: Slug("signal"), running: nil, idle: nil, meanings: [:], fault: nil,
            runningDwell: try table.elapsed("running_after") ?? .seconds(5),
            stoppedDwell: try table.elapsed("stopped_after") ?? .seconds(30),
            staleAfter: try table.elapsed("silent_after") ?? .seconds(30),
            holds: try table.flag("holds") ?? false)
        state.fault = try table.slug("fault")
        if var running = try table.table("running") {
            signal = try running.slug("signal") ?? signal
            state.running = try threshold(&running)
            if let dips = try running.elapsed("ignore_dips_under") { state.stoppedDwell = dips }
            try running.refuseRest()
        }
        if var idle = try table.table("idle") {
            state.idle = try threshold(&idle)
            try idle.refuseRest()
        }
        if var values = try table.table("values") {
            for key in values.rest {
                let word = try values.text(key) ?? ""
                guard let meaning = ObservedState(code: word) else {
                    throw values.flaw(
                        key, "“\(word)” is no state.",
                        remedy: "Write off, idle, running, fault or unknown.")
                }
                state.meanings[key] = meaning
            }
        }
        guard let signal else {
            throw table.flaw(
                "signal", "The state does not say which signal tells it.",
                remedy: "Write running = { signal = \"motor-current\", above = 4.0 }")
        }
        guard state.running != nil || !state.meanings.isEmpty else {
            throw table.flaw(
                "running", "The state does not say what running looks like.",
                remedy: "Write running = { signal = \"\(signal)\", above = 4.0 }")
        }
        state.signal = signal
        try table.refuseRest()
        return state
    }

    private static func threshold(_ table: inout TOMLTableReader) throws(FileFlaw) -> Threshold {
        guard let above = try table.number("above") else {
            throw table.flaw(
                "above", "The level is missing.", remedy: "Add above = 4.0 inside the braces.")
        }
        let below = try table.number("below") ?? above
        guard below <= above else {
            throw table.flaw(
                "below", "“below” is \(below), which is more than “above”.",
                remedy: "It is the lower of the two: the level at which the state ends again.")
        }
        return Threshold(rise: above, fall: below)
    }
}

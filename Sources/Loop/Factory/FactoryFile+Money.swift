// Lines, tariffs and carbon factors in factory.toml, both ways.

import Plant

extension FactoryFile {
    static func readLine(_ table: inout TOMLTableReader) throws(FileFlaw) -> ProductionLine {
        let name = try table.required("name", example: "Turning")
        let id = try table.slug("id") ?? Slug(nameInFile: name, fallback: Slug("line"))
        var machines: [Slug] = []
        for word in try table.texts("machines") {
            guard let slug = Slug(word) else {
                throw table.flaw(
                    "machines", "“\(word)” is no id of a machine.",
                    remedy: "Write ids: machines = [\"saw\", \"lathe-2\"]")
            }
            machines.append(slug)
        }
        let bottleneck = try table.slug("bottleneck")
        try table.refuseRest()
        return ProductionLine(id: id, name: name, machines: machines, bottleneck: bottleneck)
    }

    static func readTariff(
        _ table: inout TOMLTableReader, currency: Currency
    ) throws(FileFlaw) -> Tariff {
        let source = try table.required("source", example: "Contract of 1 May 2026")
        let rate = try price(&table, "rate", currency)
        guard let rate else {
            throw table.flaw(
                "rate", "The tariff has no price of a kWh.",
                remedy: "Write it as a text with a point: rate = \"0.27\"")
        }
        let standing = try price(&table, "standing", currency)
        var bands: [TariffBand] = []
        for var band in try table.tables("bands") {
            let name = try band.required("name", example: "night")
            let named = try readDays(&band)
            let days = named.isEmpty ? Set(Weekday.allCases) : named
            let hours = try span(&band, from: "from", to: "to")
            guard let own = try price(&band, "rate", currency) else {
                throw band.flaw(
                    "rate", "The band \(name) has no price.",
                    remedy: "Write it as a text with a point: rate = \"0.168\"")
            }
            try band.refuseRest()
            bands.append(TariffBand(name: name, days: days, hours: hours, rate: own))
        }
        try table.refuseRest()
        return Tariff(source: source, rate: rate, standing: standing, bands: bands)
    }

    private static func price(
        _ table: inout TOMLTableReader, _ key: String, _ currency: Currency
    ) throws(FileFlaw) -> Rate? {
        guard let text = try table.text(key) else { return nil }
        guard let rate = Rate(text, currency: currency) else {
            throw table.flaw(
                key, "“\(text)” is no amount of money.",
                remedy: "Write it as a text with a point: \(key) = \"0.27\"")
        }
        return rate
    }

    static func readCarbon(_ table: inout TOMLTableReader) throws(FileFlaw) -> CarbonFactor {
        guard let year = try table.integer("year"), (1990...2200).contains(year) else {
            throw table.flaw(
                "year", "The factor has no year.", remedy: "Add a line: year = 2026")
        }
        let text = try table.required("kg", example: "0.177")
        guard let factor = Rate(text, currency: .gbp)?.millionths else {
            throw table.flaw(
                "kg", "“\(text)” is no weight.",
                remedy: "Write kg CO2e for one kWh as a text with a point: kg = \"0.177\"")
        }
        let source = try table.required("source", example: "Government conversion factors 2026")
        try table.refuseRest()
        return CarbonFactor(year: Int(year), millionths: factor, source: source)
    }

    static func writeMoney(_ description: FactoryDescription, into lines: inout [String]) {
        if let tariff = description.tariff {
            lines += ["", "[tariff]", "source = \(quoted(tariff.source))"]
            lines.append("rate = \(quoted(tariff.rate.text))")
            if let standing = tariff.standing {
                lines.append("standing = \(quoted(standing.text))")
            }
            let bands = tariff.bands.map { band in
                "{ name = \(quoted(band.name)), days = "
                    + list(band.days.sorted().map(\.shortName))
                    + ", from = \(clock(band.hours.from)), to = \(clock(band.hours.to))"
                    + ", rate = \(quoted(band.rate.text)) }"
            }
            if !bands.isEmpty { lines.append("bands = [" + bands.joined(separator: ", ") + "]") }
        }
        for factor in description.carbonFactors {
            lines += ["", "[[carbon]]", "year = \(factor.year)"]
            let kg = Rate(millionths: factor.millionths, currency: .gbp).text
            lines += ["kg = \(quoted(kg))", "source = \(quoted(factor.source))"]
        }
        for line in description.lines {
            lines += ["", "[[line]]", "id = \(quoted(line.id.text))"]
            lines.append("name = \(quoted(line.name))")
            lines.append("machines = " + list(line.machines.map(\.text)))
            if let bottleneck = line.bottleneck {
                lines.append("bottleneck = \(quoted(bottleneck.text))")
            }
        }
    }
}

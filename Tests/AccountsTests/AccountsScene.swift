// Rows, settings and a reader of CSV for the tests of files for accounts.

import Plant

@testable import Accounts

/// Friday 13 November 2026.
let friday = CivilDate(dayNumber: 20_770)

func pence(_ minor: Int64, _ currency: Currency = .gbp) -> Money {
    Money(minor: minor, currency: currency)
}

/// Settings with everything that any map needs.
var fullSettings: AccountsSettings { OutwardMap.sampleSettings }

func costRow(
    _ job: String = "4410", machine: String = "Lathe 1", product: String = "Brackets",
    day: CivilDate = friday, hours: Elapsed = .minutes(90), good: Int64 = 40, scrap: Int64 = 0,
    energy kilowattHours: Double? = nil, hoursCost: Int64? = 5_700, energyCost: Int64? = nil,
    materialCost: Int64? = nil, scrapCost: Int64? = nil, isAtLeast: Bool = false,
    in currency: Currency = .gbp
) -> JobCostRow {
    func money(_ minor: Int64?) -> Money? { minor.map { pence($0, currency) } }
    return JobCostRow(
        job: job, product: product, machine: machine, day: day, hours: hours, good: good,
        scrap: scrap, kilowattHours: kilowattHours, hoursCost: money(hoursCost),
        energyCost: money(energyCost), materialCost: money(materialCost),
        scrapCost: money(scrapCost), isAtLeast: isAtLeast, currency: currency)
}

/// Rows and fields of a CSV text by RFC 4180.
func parsed(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
        if isQuoted {
            if scalar == "\"", scalars.first == "\"" {
                field.append(scalar)
                scalars.removeFirst()
            } else if scalar == "\"" {
                isQuoted = false
            } else {
                field.append(scalar)
            }
            continue
        }
        switch scalar {
        case "\"": isQuoted = true
        case ",":
            row.append(String(field))
            field = String.UnicodeScalarView()
        case "\r": break
        case "\n":
            rows.append(row + [String(field)])
            row = []
            field = String.UnicodeScalarView()
        default: field.append(scalar)
        }
    }
    return rows
}

/// Hundredths of a text such as `-12.34`.
func hundredths(_ text: String) -> Int64? {
    guard SeparatedText.isPlainNumber(text) else { return nil }
    let digits = text.filter { $0 != "." }
    return Int64(digits).map { text.contains(".") ? $0 : $0 * 100 }
}

/// What a dry run refuses.
func refusals(
    _ map: OutwardMap, _ rows: [JobCostRow], _ settings: AccountsSettings = fullSettings
) -> [String] {
    map.dryRun(rows, settings: settings).filter { $0.weight == .refused }.map(\.says)
}

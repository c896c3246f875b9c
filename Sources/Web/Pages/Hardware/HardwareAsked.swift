// What a visitor asked about a machine: kind, what it has, what is wanted, and prices they know.

import Guide
import Hummingbird

/// The questions of the page as they were answered.
struct HardwareAsked: Sendable {
    /// The kind, nil while nothing was asked.
    let kind: MachineKind?
    /// What the machine has.
    let features: Set<MachineFeature>
    /// What is to be known.
    let wanted: Set<WantedFact>
    /// Prices as they were typed, by part.
    let typed: [PartID: String]
    /// Prices that could be read.
    let quotes: PartQuotes
    /// What is wrong with a price, nil while nothing is.
    let trouble: String?

    /// Reads the query; names that nobody offers are refused with what there is.
    init(_ query: FormFields) throws {
        kind = try query.filled("kind").map { try HardwareAsked.known($0, "kind") }
        features = Set(try query.all("has").map { try HardwareAsked.known($0, "has") })
        wanted = Set(try query.all("want").map { try HardwareAsked.known($0, "want") })
        var typed: [PartID: String] = [:]
        var quotes: PartQuotes = [:]
        var trouble: String?
        for part in PartID.allCases {
            guard let text = query.filled("q-" + part.rawValue) else { continue }
            typed[part] = text
            quotes[part] = QuoteText.pence(text)
            if quotes[part] == nil, trouble == nil {
                let most = GuideLimits.mostQuotedPence / 100
                trouble =
                    "\(part.part.name): “\(text)” is no price from 0 to \(most) pounds."
                    + " Write it as 85 or 85.50."
            }
        }
        (self.typed, self.quotes, self.trouble) = (typed, quotes, trouble)
    }

    /// A value of a closed list, or a refusal that names the list.
    static func known<Value: RawRepresentable & CaseIterable>(
        _ text: String, _ field: String
    ) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .badRequest, "“\(text)” is not known here. There are: \(names).",
                errors: [.init(field: field, says: "one of: \(names)")])
        }
        return value
    }

    /// The answers as hidden fields: name and value, without prices.
    var fields: [(String, String)] {
        var list: [(String, String)] = kind.map { [("kind", $0.rawValue)] } ?? []
        list += MachineFeature.allCases.filter(features.contains).map { ("has", $0.rawValue) }
        list += WantedFact.allCases.filter(wanted.contains).map { ("want", $0.rawValue) }
        return list
    }

    /// The prices that were typed for parts other than these.
    func prices(without parts: [PartID]) -> [(String, String)] {
        PartID.allCases.filter { !parts.contains($0) }
            .compactMap { part in typed[part].map { ("q-" + part.rawValue, $0) } }
    }
}

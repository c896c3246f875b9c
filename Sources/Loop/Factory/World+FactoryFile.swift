// The site as text: written from the journal, and made so by it.

import Plant

extension World {
    /// The whole site as factory.toml.
    public func factoryText() -> String {
        FactoryFile.write(FactoryDescription(factory, at: time))
    }

    /// Makes the site what a text says; only looks when `apply` is false.
    ///
    /// Returns the changes in words. Throws ``FileFlaw`` for the text, ``RefusedEvent`` for what it
    /// refers to. All changes are one transaction.
    public func apply(
        factoryText text: String, file: String, apply: Bool, actor: String
    ) async throws -> [String] {
        let description = try FactoryFile.read(file: file, text: text)
        if let zone = description.zone, zoneRules(named: zone) == nil {
            throw RefusedEvent(
                field: "site.zone", says: "The zone “\(zone)” is not known here.",
                remedy: "Use an IANA name such as Europe/London.")
        }
        return try await turns.take { [self] in
            let difference = try FactoryDifference(from: factory, to: description, now: time)
            try ConnectionCheck.check(description, factory)
            if apply, !difference.isEmpty {
                _ = try await sayInTurn(difference.events, actor: actor)
            }
            return difference.words
        }
    }
}

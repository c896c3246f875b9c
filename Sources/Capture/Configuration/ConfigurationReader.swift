// Reads declared settings from texts and refuses everything that was not declared.

import Plant

/// Settings of one connection or signal, checked against their declarations.
struct ConfigurationReader {
    let fields: [ConfigurationField]
    let values: [String: String]
    let path: String

    /// Checks that every name is declared, every value fits and nothing required is missing.
    init(
        fields: [ConfigurationField], values: [String: String], path: String
    ) throws(ConfigurationError) {
        self.fields = fields
        self.values = values
        self.path = path
        let names = fields.map(\.name)
        for name in values.keys.sorted() where !names.contains(name) {
            throw ConfigurationError(
                path: "\(path).\(name)", reason: "there is no setting \"\(name)\" here",
                suggestion: Nearest.name(to: name, among: names),
                remedy: "Known settings: \(names.joined(separator: ", ")).")
        }
        for field in fields {
            guard let value = values[field.name] else {
                guard !field.isRequired else {
                    throw ConfigurationError(
                        path: "\(path).\(field.name)", reason: "this setting is missing",
                        remedy: "Add a line such as \(field.name) = \"\(field.example)\".")
                }
                continue
            }
            try check(value, field)
        }
    }

    /// The text of a setting or its default, nil when neither exists.
    func text(_ name: String) -> String? {
        values[name] ?? fields.first { $0.name == name }?.defaultText
    }

    /// Whether a setting was given.
    func isGiven(_ name: String) -> Bool { values[name] != nil }

    /// A whole number, or nil without value and default.
    func whole(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }

    /// A decimal number, or nil without value and default.
    func decimal(_ name: String) -> Double? { text(name).flatMap { Double($0) } }

    /// A length of time, or nil without value and default.
    func duration(_ name: String) -> Elapsed? { text(name).flatMap { DurationText.parse($0) } }

    /// A flag, false without value and default.
    func flag(_ name: String) -> Bool { text(name) == "true" }

    /// A host and port.
    func endpoint(_ name: String) -> Endpoint? {
        guard let field = fields.first(where: { $0.name == name }),
            case .address(let port) = field.type
        else { return nil }
        return text(name).flatMap { Endpoint($0, defaultPort: port) }
    }

    /// A host and port that must be there.
    func requiredEndpoint(_ name: String) throws(ConfigurationError) -> Endpoint {
        guard let endpoint = endpoint(name) else {
            throw error(name, "this setting is missing", "Give the address of the device.")
        }
        return endpoint
    }

    /// An error about one setting.
    func error(_ name: String, _ reason: String, _ remedy: String) -> ConfigurationError {
        ConfigurationError(path: "\(path).\(name)", reason: reason, remedy: remedy)
    }

    private func check(_ value: String, _ field: ConfigurationField) throws(ConfigurationError) {
        let fits: Bool
        switch field.type {
        case .text(let bytes): fits = value.utf8.count <= bytes
        case .address(let port): fits = Endpoint(value, defaultPort: port) != nil
        case .whole(let range): fits = Int64(value).map { range.contains($0) } ?? false
        case .decimal: fits = Double(value)?.isFinite ?? false
        case .duration(let range):
            fits = DurationText.parse(value).map { range.contains($0) } ?? false
        case .choice(let words): fits = words.contains(value)
        case .flag: fits = value == "true" || value == "false"
        case .secret: fits = !value.isEmpty && value.utf8.count <= 200
        case .unit: fits = value.isEmpty || Unit(value) != nil
        }
        guard !fits else { return }
        var suggestion: String?
        if case .choice(let words) = field.type {
            suggestion = Nearest.name(to: value, among: words)
        }
        throw ConfigurationError(
            path: "\(path).\(field.name)",
            reason: "\"\(value.prefix(80))\" does not fit (\(field.limits))",
            suggestion: suggestion,
            remedy: "Write for example \(field.name) = \"\(field.example)\".")
    }
}

extension ConfigurationReader {
    /// Refuses an option `type` that names another kind than the one the signal has for good.
    func checkKind(of signal: Signal) throws(ConfigurationError) {
        guard isGiven("type"), text("type") != signal.kind.word else { return }
        throw error(
            "type", "the signal holds \(signal.kind.word) values for all its life",
            "Add a new signal to read another type.")
    }
}

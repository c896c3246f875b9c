// All settings of one kind of connection, and the options of each of its signals.

import Plant

/// The settings of a kind of connection, each declared once.
public struct ConfigurationSchema: Hashable, Sendable {
    /// Settings of the connection.
    public let settings: [ConfigurationField]
    /// Options of a signal.
    public let signalOptions: [ConfigurationField]

    /// A schema; the options that every signal has are added to `signalOptions`.
    public init(settings: [ConfigurationField], signalOptions: [ConfigurationField]) {
        self.settings = settings
        self.signalOptions = signalOptions + PipelineOptions.fields
    }

    /// A reader of a connection's settings; unknown names are refused.
    func reader(settings values: [String: String], path: String)
        throws(ConfigurationError) -> ConfigurationReader
    {
        try ConfigurationReader(fields: settings, values: values, path: path)
    }

    /// A reader of a signal's options; unknown names are refused.
    func reader(options values: [String: String], path: String)
        throws(ConfigurationError) -> ConfigurationReader
    {
        try ConfigurationReader(fields: signalOptions, values: values, path: path)
    }

    /// The reference table of settings as Markdown, for the page of the connector.
    public var settingsTable: String { Self.table(settings) }

    /// The reference table of signal options as Markdown.
    public var signalOptionsTable: String { Self.table(signalOptions) }

    private static func table(_ fields: [ConfigurationField]) -> String {
        var lines = ["| Setting | Default | Allowed | What it does |", "|---|---|---|---|"]
        for field in fields {
            let normal =
                field.isRequired ? "must be given" : field.defaultText.map { "`\($0)`" } ?? "none"
            lines.append("| `\(field.name)` | \(normal) | \(field.limits) | \(field.sentence) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

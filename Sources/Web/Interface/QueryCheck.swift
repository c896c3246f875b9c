// The query of a program's request: every name known, each at most once, forms that exist.

import Hummingbird

/// Refuses what would be left out in silence.
enum QueryCheck {
    /// Names that every address takes.
    private static let everywhere: Set<String> = ["fragment"]
    /// Names that may be given several times.
    private static let several: Set<String> = ["signal", "state"]

    /// Throws the first name of the query that the route does not know, or that stands twice.
    static func check(_ ask: Ask, _ parameters: [Route.Parameter]) throws {
        let known = parameters.filter { $0.place == .query }.map(\.name)
        var seen: Set<String> = []
        for name in ask.query.names where !everywhere.contains(name) {
            guard known.contains(name) else {
                throw Problem(
                    .badRequest, "\(name) is nothing that can be asked here.",
                    errors: [
                        .init(
                            field: name,
                            says: known.isEmpty
                                ? "no parameters" : "one of: " + known.joined(separator: ", "))
                    ])
            }
            guard seen.insert(name).inserted || several.contains(name) else {
                throw Problem(
                    .badRequest, "\(name) is given twice.",
                    errors: [.init(field: name, says: "once; several with commas between")])
            }
        }
        guard let format = ask.query.filled("format"),
            let parameter = parameters.first(where: { $0.name == "format" })
        else { return }
        let forms = ["json", "csv", "ndjson", "xlsx"].filter {
            parameter.says.contains("`\($0)`")
        }
        guard forms.contains(format) else {
            throw Problem(
                .badRequest, "There is no form called \(format).",
                errors: [.init(field: "format", says: "one of: " + forms.joined(separator: ", "))])
        }
    }
}

// One request as routes see it: who, from where, which parameters.

import Hummingbird
import Loop
import Plant

/// A request that has passed the gate.
struct Ask: Sendable {
    /// The parts of the web room.
    let site: WebSite
    /// The request.
    let request: Request
    /// Its context.
    let context: WebContext?
    /// Who asks, as written into the journal.
    let actor: String
    /// The world that the request is about, as the authorisation point says.
    let world: any WorldDoor
    /// Whether the visitor came with a session.
    let isSignedIn: Bool
    /// Whether they look after the box.
    let mayAdminister: Bool
    /// The token that forms of the answer carry.
    let formToken: String
    /// Names and values of the query.
    let query: FormFields

    /// The address with its query, for links back.
    var address: String { request.head.path ?? "/" }

    /// From where the request comes, for the record of who came in.
    var origin: AccessOrigin {
        AccessOrigin(
            address: context?.address ?? "", agent: request.headers[.userAgent] ?? "")
    }

    /// The visitor's session, empty without one.
    var session: String { request.cookies[site.sessionCookie]?.value ?? "" }

    /// People, devices and accounts.
    func people() throws -> any PeopleDoor {
        guard let door = site.box.people else {
            throw Problem(.notFound, "There is no page at this address.")
        }
        return door
    }

    /// A slug from the path.
    func slug(_ name: String) throws -> Slug {
        guard let text = context?.parameters.get(name), let slug = Slug(text) else {
            throw Problem(.notFound, "There is no thing of that name.")
        }
        return slug
    }

    /// A slug from the query, nil when it is not given.
    func slug(query name: String) throws -> Slug? {
        guard let text = query.filled(name) else { return nil }
        guard let slug = Slug(text) else {
            throw Problem(
                .badRequest, "\(name) is not an id.",
                errors: [.init(field: name, says: "letters a to z, digits and hyphens")])
        }
        return slug
    }

    /// A time from the query, nil when it is not given.
    func time(query name: String) throws -> Timestamp? {
        guard let text = query.filled(name) else { return nil }
        guard let time = Timestamp(interfaceText: text) else {
            throw Problem(
                .badRequest, "\(name) is not a time.",
                errors: [
                    .init(
                        field: name,
                        says: "a time such as 2026-11-13T11:25:08Z, or whole milliseconds since"
                            + " 1970")
                ])
        }
        return time
    }

    /// `from` and `to` of the query; `fallback` where neither is given.
    func range(fallback: TimeRange?) throws -> TimeRange {
        let from = try time(query: "from")
        let to = try time(query: "to")
        if from == nil, to == nil, let fallback { return fallback }
        let end = to ?? world.time
        guard let start = from else {
            throw Problem(
                .badRequest, "from is missing.",
                errors: [.init(field: "from", says: "the first instant of the range")])
        }
        guard start <= world.time else {
            throw Problem(
                .badRequest, "from lies after now.",
                errors: [.init(field: "from", says: "a time that has come")])
        }
        guard start < end else {
            throw Problem(
                .badRequest, "from is not before to.",
                errors: [.init(field: "from", says: "a time before to")])
        }
        guard (end - start).hours <= Double(site.limits.rangeDays * 24) else {
            throw Problem(
                .badRequest, "The range is longer than \(site.limits.rangeDays) days.",
                errors: [.init(field: "from", says: "a shorter range")])
        }
        return TimeRange(start: start, end: end)
    }

    /// A whole number from the query within bounds.
    func whole(query name: String, fallback: Int, within bounds: ClosedRange<Int>) throws -> Int {
        guard let text = query.filled(name) else { return fallback }
        guard let value = Int(text), bounds.contains(value) else {
            throw Problem(
                .badRequest, "\(name) is out of bounds.",
                errors: [
                    .init(
                        field: name,
                        says: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
                ])
        }
        return value
    }

    /// Whether the client asked for this media type by name.
    func accepts(_ type: String) -> Bool {
        request.headers[.accept]?.lowercased().contains(type) ?? false
    }

    /// The bytes of the body, refused before reading when its declared length is too large.
    func body(limit: Int) async throws -> [UInt8] {
        if let declared = request.headers[.contentLength].flatMap({ Int($0) }), declared > limit {
            throw Problem(.tooLarge, "The body has \(declared) bytes, at most \(limit) are read.")
        }
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= limit else {
                throw Problem(.tooLarge, "The body has more than \(limit) bytes.")
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    /// The fields of a posted form whose token matches the visitor's cookie (S-20).
    func form() async throws -> FormFields {
        let type = request.headers[.contentType]?.lowercased() ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else {
            throw Problem(.wrongKind, "The form was sent as \(type.isEmpty ? "nothing" : type).")
        }
        let bytes = try await body(limit: site.limits.formBytes)
        let fields = FormFields(String(decoding: bytes, as: UTF8.self))
        let cookie = request.cookies[site.formCookie]?.value
        guard let cookie, let token = fields["token"], cookie.utf8.count == 26, token == cookie
        else {
            throw Problem(.wrongForm, "The form carries no token of this browser.")
        }
        return fields
    }

    /// The content of a JSON request.
    func json() async throws -> Fact {
        let type = request.headers[.contentType]?.lowercased() ?? ""
        guard type.hasPrefix("application/json") else {
            throw Problem(.wrongKind, "JSON is sent as application/json.")
        }
        let bytes = try await body(limit: site.limits.formBytes)
        do {
            return try Fact(json: bytes)
        } catch {
            throw Problem(
                .badRequest, "The JSON cannot be read at byte \(error.offset).",
                errors: [
                    .init(field: "byte \(error.offset)", says: "expected " + error.expected)
                ])
        }
    }
}

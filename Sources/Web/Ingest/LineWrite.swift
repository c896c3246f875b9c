// Line protocol over HTTP: size, packing and unit are checked here, the rest below (decisions 6).

import Hummingbird

/// `POST /api/v2/write` and `POST /write`.
enum LineWrite {
    /// 204 only when everything is on the disk (class D2).
    static func answer(_ ask: Ask) async throws -> Response {
        guard let unit = WriteUnit(parameter: ask.query.filled("precision") ?? "ns") else {
            throw Problem(
                .badRequest, "The precision is not known here.",
                errors: [.init(field: "precision", says: "ns, us, ms or s")])
        }
        let declared = ask.request.headers[.contentLength].flatMap { Int($0) } ?? 0
        var held = min(declared, ask.site.limits.bodyBytes)
        try ask.site.writes.enter(bytes: held)
        defer { ask.site.writes.leave(bytes: held) }
        var bytes = try await ask.body(limit: ask.site.limits.bodyBytes)
        if let encoding = encoding(ask.request) {
            bytes = try unpacked(bytes, encoding: encoding, limits: ask.site.limits)
        }
        if bytes.count > held {
            try ask.site.writes.grow(bytes: bytes.count - held)
            held = bytes.count
        }
        let outcome = try await ask.world.ingest(lines: bytes, unit: unit, actor: ask.actor)
        if outcome.refusedCount > 0 { throw problem(outcome, limits: ask.site.limits) }
        return Answer.empty(.noContent)
    }

    private static func encoding(_ request: Request) -> String? {
        guard let value = request.headers[.contentEncoding]?.lowercased(), value != "identity"
        else { return nil }
        return value
    }

    /// The body unpacked, within 64 MiB and 20 times its size.
    private static func unpacked(
        _ bytes: [UInt8], encoding: String, limits: WebLimits
    ) throws -> [UInt8] {
        guard encoding == "gzip" else {
            throw Problem(.wrongKind, "The body is packed as \(encoding.ascii); gzip is read here.")
        }
        // Very small bodies may pack well without being an attack.
        let limit = min(limits.unpackedBytes, max(64 * 1024, bytes.count * limits.unpackRatio))
        do {
            return try Gzip.unpacked(bytes, limit: limit)
        } catch Gzip.UnpackError.tooLarge {
            throw Problem(
                .tooLarge, "\(bytes.count) bytes unpack to more than \(limit) bytes.")
        } catch {
            throw Problem(
                .badRequest, "The body says it is gzip, but it does not unpack.",
                errors: [.init(field: "body", says: "a whole gzip stream")])
        }
    }

    /// The problem that lists refused lines; the good ones are stored.
    ///
    /// `code` and `message` are what line-protocol clients show.
    private static func problem(_ outcome: WriteOutcome, limits: WebLimits) -> Problem {
        let first = outcome.refused.first
        let place = first.map { "line \($0.line): \($0.says)" } ?? "no details"
        let stored =
            outcome.stored == 0
            ? "Nothing was stored."
            : outcome.stored == 1
                ? "One sample of the other lines is stored."
                : "\(outcome.stored) samples of the other lines are stored."
        let count = outcome.refusedCount
        let refused = count == 1 ? "One line was" : "\(count) lines were"
        var problem = Problem(
            .partlyRefused, "\(refused) refused, first \(place). \(stored)",
            errors: outcome.refused.prefix(limits.refusedLines).map { line in
                let column = line.column.map { ", column \($0)" } ?? ""
                return .init(field: "line \(line.line)\(column)", says: line.says)
            })
        problem.more = [
            ("code", .text("invalid")), ("message", .text(problem.detail)),
            ("stored", .whole(Int64(outcome.stored))),
            ("refused", .whole(Int64(outcome.refusedCount))),
        ]
        return problem
    }

    /// `GET /ping`.
    static func ping(_ ask: Ask) async throws -> Response {
        var response = Answer.empty(.noContent)
        response.headers.set("X-Influxdb-Version", "millwright")
        return response
    }

    /// `GET /health`.
    static func health(_ ask: Ask) async throws -> Response {
        let isReady = ask.site.box.isReady
        return Answer.json(
            .object([
                ("name", .text("millwright")), ("status", .text(isReady ? "pass" : "fail")),
                ("message", .text(isReady ? "ready for writes" : "cannot record now")),
            ]), status: isReady ? .ok : .serviceUnavailable)
    }
}

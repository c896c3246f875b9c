// Line protocol over HTTP: statuses, packing, limits, and what clients are told.

import Foundation
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing

@testable import Web

@Suite("Line protocol over HTTP")
struct IngestTests {
    private static let line = "current,machine=lathe-1 value=4.2 1794569108000000000\n"
    private static let token: HTTPFields = [.authorization: "Token mw_secret"]

    @Test(
        "a stored write answers 204 without content",
        arguments: ["/api/v2/write?org=a&bucket=b", "/write?db=x"])
    func stored(path: String) async throws {
        let harness = WebHarness(rule: .token)
        let answer = try await harness.ask(
            path, method: .post, headers: Self.token, body: Self.line)
        #expect(answer.status == .noContent)
        #expect(answer.bytes.isEmpty)
        #expect(harness.box.world.written.withLock { $0 } == [Array(Self.line.utf8)])
    }

    @Test(
        "tokens are read in all three forms that clients use",
        arguments: [
            "Token mw_secret", "Bearer mw_secret", "bearer mw_secret", "Token user:mw_secret",
            "Basic " + Data("telegraf:mw_secret".utf8).base64EncodedString(),
        ])
    func tokens(header: String) async throws {
        let answer = try await WebHarness(rule: .token).ask(
            "/write", method: .post, headers: [.authorization: header], body: Self.line)
        #expect(answer.status == .noContent)
    }

    @Test(
        "without a token, or with a wrong one, nothing is taken",
        arguments: [nil, "Token other", "Digest mw_secret", "Basic !!!", "Bearer"])
    func refused(header: String?) async throws {
        let harness = WebHarness(rule: .token)
        var headers: HTTPFields = [:]
        headers[.authorization] = header
        let answer = try await harness.ask(
            "/api/v2/write", method: .post, headers: headers, body: Self.line)
        #expect(answer.status == .unauthorized)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer")
        #expect(harness.box.world.written.withLock { $0.isEmpty })
    }

    @Test("refused lines are listed while the others are stored (R-51)")
    func partly() async throws {
        let harness = WebHarness()
        harness.box.world.outcome.withLock {
            $0 = WriteOutcome(
                stored: 7, refusedCount: 2,
                refused: [
                    RefusedLine(line: 3, column: 9, says: "a value is missing"),
                    RefusedLine(line: 5, column: nil, says: "more than 5 min in the future"),
                ])
        }
        let answer = try await harness.ask("/write", method: .post, body: Self.line)
        #expect(answer.status.code == 400)
        let problem = try InterfaceTests.json(answer)
        #expect(problem["code"] as? String == "invalid")
        #expect((problem["message"] as? String)?.contains("line 3") == true)
        #expect(problem["stored"] as? Int == 7)
        let errors = try #require(problem["errors"] as? [[String: Any]])
        #expect(
            errors.map { $0["field"] as? String } == ["line 3, column 9", "line 5"])
        #expect(answer.headers.value("X-Influxdb-Error")?.contains("2 lines") == true)
    }

    @Test("packed bodies are unpacked")
    func packed() async throws {
        let harness = WebHarness()
        let text = String(repeating: Self.line, count: 50)
        let answer = try await harness.ask(
            "/api/v2/write", method: .post, headers: [.contentEncoding: "gzip"],
            bytes: try Gzip.packed(Array(text.utf8)))
        #expect(answer.status == .noContent)
        #expect(harness.box.world.written.withLock { $0 } == [Array(text.utf8)])
    }

    @Test("a body that grows beyond 20 times its size is refused before it is stored")
    func bomb() async throws {
        let harness = WebHarness()
        let bytes = try Gzip.packed([UInt8](repeating: 0x30, count: 4_000_000))
        #expect(bytes.count < 10_000)
        let answer = try await harness.ask(
            "/api/v2/write", method: .post, headers: [.contentEncoding: "gzip"], bytes: bytes)
        #expect(answer.status.code == 413)
        #expect(harness.box.world.written.withLock { $0.isEmpty })
    }

    @Test(
        "a body that only says it is packed is refused",
        arguments: [[0x1F, 0x8B, 8], Array("not gzip at all".utf8), [0]] as [[UInt8]])
    func broken(bytes: [UInt8]) async throws {
        let answer = try await WebHarness().ask(
            "/api/v2/write", method: .post, headers: [.contentEncoding: "gzip"], bytes: bytes)
        #expect(answer.status.code == 400)
    }

    @Test("other packings are named as not read here")
    func otherPacking() async throws {
        let answer = try await WebHarness().ask(
            "/write", method: .post, headers: [.contentEncoding: "br"], body: "x")
        #expect(answer.status.code == 415)
    }

    @Test("a body over the limit is refused, declared or not (R-52)")
    func tooLarge() async throws {
        let harness = WebHarness()
        var limits = WebLimits()
        limits.bodyBytes = 1000
        let answer = try await harness.application(limits: limits).test(.router) { client in
            try await client.execute(
                uri: "/write", method: .post,
                body: ByteBuffer(bytes: [UInt8](repeating: 0x61, count: 1001)))
        }
        #expect(answer.status.code == 413)
        #expect(harness.box.world.written.withLock { $0.isEmpty })
    }

    @Test(
        "units of times are checked",
        arguments: [
            ("ns", 204), ("us", 204), ("ms", 204), ("s", 204), ("n", 204), ("u", 204), ("h", 400),
            ("fortnight", 400),
        ])
    func units(unit: String, status: Int) async throws {
        let answer = try await WebHarness().ask(
            "/write?precision=" + unit, method: .post, body: Self.line)
        #expect(answer.status.code == status)
    }

    @Test(
        "a full disk and a busy box are said as such",
        arguments: [(WriteTrouble.diskFull, 507), (.busy, 429)])
    func trouble(trouble: WriteTrouble, status: Int) async throws {
        let harness = WebHarness()
        harness.box.world.trouble.withLock { $0 = trouble }
        let answer = try await harness.ask("/write", method: .post, body: Self.line)
        #expect(answer.status.code == status)
        #expect((answer.headers[.retryAfter] != nil) == (status == 429))
    }

    @Test("writes beyond the limits are asked to wait")
    func inFlight() throws {
        var limits = WebLimits()
        limits.writesInFlight = 2
        limits.writeBytesInFlight = 100
        let writes = WritesInFlight(limits: limits)
        try writes.enter(bytes: 60)
        #expect(throws: Problem.self) { try writes.enter(bytes: 60) }
        try writes.enter(bytes: 40)
        #expect(throws: Problem.self) { try writes.enter(bytes: 0) }
        writes.leave(bytes: 40)
        try writes.enter(bytes: 30)
        #expect(throws: Problem.self) { try writes.grow(bytes: 11) }
        writes.leave(bytes: 30)
        writes.leave(bytes: 60)
        #expect(writes.count == 0)
        // One large write alone is taken whatever its size within its own limit.
        try writes.enter(bytes: 5000)
        writes.leave(bytes: 5000)
    }

    @Test("clients of line protocol find what they ask first")
    func ping() async throws {
        let ping = try await WebHarness(rule: .closed).ask("/ping")
        #expect(ping.status == .noContent)
        #expect(ping.headers.value("X-Influxdb-Version") == "millwright")
        let health = try InterfaceTests.json(try await WebHarness(rule: .closed).ask("/health"))
        #expect(health["status"] as? String == "pass")
    }

    @Test("an import tells rows taken and refused, and stores nothing in a dry run")
    func importing() async throws {
        let path = "/api/v1/import?mapping=%7B%7D&name=a.csv"
        let dry = try await WebHarness().ask(
            path + "&dry_run=1", method: .post, headers: [.contentType: "text/csv"], body: "a\n")
        #expect(dry.status == .ok)
        let outcome = try InterfaceTests.json(dry)
        #expect(outcome["import"] is NSNull)
        #expect(outcome["refused"] as? Int == 1)
        let done = try await WebHarness().ask(
            path, method: .post, headers: [.contentType: "text/csv"], body: "a\n")
        #expect(done.status == .created)
        let other = try await WebHarness().ask(
            path, method: .post, headers: [.contentType: "image/png"], body: "a\n")
        #expect(other.status.code == 415)
    }
}

// The interface for programs: description against routes, documents, errors, exports.

import Foundation
import Hummingbird
import HummingbirdTesting
import Plant
import Synchronization
import Testing

@testable import Web

@Suite("The interface for programs")
struct InterfaceTests {
    static func json(_ response: TestResponse) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: response.data)
        return try #require(value as? [String: Any])
    }

    @Test("the description names every described route and nothing else")
    func descriptionMatchesRoutes() async throws {
        let document = try Self.json(try await WebHarness().ask("/api/openapi.json"))
        #expect(document["openapi"] as? String == "3.1.0")
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        var described: Set<String> = []
        for (path, operations) in paths {
            for method in operations.keys { described.insert(method.uppercased() + " " + path) }
        }
        let routes = RouteTable().routes.filter(\.isDescribed)
        #expect(described == Set(routes.map { $0.method.rawValue + " " + $0.path }))
        #expect(described.count == routes.count)
    }

    @Test(
        "what cannot be asked is refused by its name, never left out in silence",
        arguments: [
            ("/api/v1/figures?bye=machine", "bye"), ("/api/v1/figures?by=colour", "by"),
            ("/api/v1/figures?by=line", "by"), ("/api/v1/figures?by=machine,machine", "by"),
            ("/api/v1/figures?by=machine&by=shift", "by"), ("/api/v1/figures?by=,", "by"),
            ("/api/v1/figures?format=pdf", "format"), ("/api/v1/energy?format=ndjson", "format"),
            ("/api/v1/time?format=ndjson", "format"), ("/api/v1/quality?chart=i", "chart"),
            ("/api/v1/quality?from=2099-01-01T00:00:00Z", "from"),
            ("/api/v1/quality/1?chart=p", "chart"), ("/api/v1/quality/1?subgroup=99", "subgroup"),
        ] as [(String, String)])
    func refused(path: String, field: String) async throws {
        let answer = try await WebHarness().ask(path)
        #expect(answer.status == .badRequest)
        let document = try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView))
        let errors = (document as? [String: Any])?["errors"] as? [[String: Any]]
        #expect(errors?.first?["field"] as? String == field)
        #expect((errors?.first?["says"] as? String)?.isEmpty == false)
    }

    @Test("split figures come as a document, as CSV and as a workbook that says how it was made")
    func figureForms() async throws {
        let harness = WebHarness()
        let document = try await harness.ask("/api/v1/figures?by=machine")
        let rows =
            (try JSONSerialization.jsonObject(with: Data(document.body.readableBytesView))
            as? [String: Any])?["rows"] as? [[String: Any]]
        let ratios = rows?.first?["ratios"] as? [String: [String: Any]]
        // 290 good parts of a minute in eight planned hours.
        #expect(ratios?["oee"]?["value"] as? Double == 290.0 / 480)
        #expect(ratios?["oee"]?["definition"] as? String == "iso22400.oee/1")
        let csv = try await harness.ask("/api/v1/figures?by=machine&format=csv")
        let lines = String(buffer: csv.body).split(separator: "\r\n")
        #expect(lines.count == (rows?.count ?? 0) + 1)
        #expect(lines.first?.contains("planned_busy_s") == true)
        let book = try await harness.ask("/api/v1/figures?by=machine&format=xlsx")
        #expect(book.headers[.contentType] == TableForm.workbookType)
        #expect(Data(book.body.readableBytesView).prefix(2) == Data("PK".utf8))
    }

    @Test(
        "losses, quality and charts come as CSV and as a workbook that says how it was made",
        arguments: [
            ("/api/v1/time", "reason,name,is_unexplained,stops,lost_s"),
            ("/api/v1/quality", "machine,name,made,good,scrap"),
            ("/api/v1/quality?chart=c", "machine,name,made,good,scrap"),
            ("/api/v1/quality/1", "time,value,centre,lower_limit,upper_limit"),
            ("/api/v1/energy", "machine,"),
        ] as [(String, String)])
    func tableForms(path: String, header: String) async throws {
        let harness = WebHarness()
        let joint = path.contains("?") ? "&" : "?"
        let csv = try await harness.ask(path + joint + "format=csv")
        #expect(csv.status == .ok)
        #expect(csv.headers[.contentType] == "text/csv; charset=utf-8")
        let lines = String(buffer: csv.body).split(separator: "\r\n")
        #expect(lines.first?.dropFirst().hasPrefix(header) == true)
        #expect(lines.count > 1)
        let book = try await harness.ask(
            path, headers: [.accept: TableForm.workbookType])
        #expect(book.status == .ok)
        #expect(Data(book.body.readableBytesView).prefix(2) == Data("PK".utf8))
        let document = try await harness.ask(path)
        #expect(document.headers[.contentType]?.hasPrefix("application/json") == true)
    }

    @Test("a measurement by hand may be a number or a text; what cannot be is named")
    func measurements() async throws {
        let harness = WebHarness()
        func send(_ body: String) async throws -> TestResponse {
            try await harness.ask(
                "/api/v1/measurements", method: .post, headers: [.contentType: "application/json"],
                body: body)
        }
        #expect(try await send("{\"signal\":1,\"value\":25.01}").status == .created)
        #expect(try await send("{\"signal\":\"1\",\"value\":\"25.01\"}").status == .created)
        for (body, field) in [
            ("", "body"), ("[]", "body"), ("{\"signal\":1}", "value"),
            ("{\"signal\":1,\"value\":\"high\"}", "value"), ("{\"value\":1}", "signal"),
            ("{\"signal\":9999,\"value\":1}", "signal"),
            ("{\"signal\":1,\"value\":1,\"at\":\"noon\"}", "at"),
        ] {
            let answer = try await send(body)
            #expect(answer.status == .badRequest, "\(body)")
            #expect(String(buffer: answer.body).contains("\"field\":\"\(field)\""), "\(body)")
        }
    }

    @Test("every described route answers on the running router")
    func describedRoutesAnswer() async throws {
        let harness = WebHarness()
        // The stream never ends, and a fixture box has no console.
        let left: Set<String> = [
            "/api/v1/events", "/api/v1/factory", "/api/v1/tokens", "/api/v1/history",
        ]
        for route in RouteTable().routes where route.isDescribed && route.method == .get {
            guard !left.contains(route.path) else { continue }
            let path = route.path
                .replacingOccurrences(of: "{signal}/{slug}", with: "lathe-1/motor-current")
                .replacingOccurrences(of: "{machine}", with: "lathe-1")
                .replacingOccurrences(of: "{signal}", with: "1")
                .replacingOccurrences(of: "{figure}", with: "time-lost")
                .replacingOccurrences(of: "{what}", with: "states")
                .replacingOccurrences(of: "{name}", with: "machine")
                .replacingOccurrences(of: "{draft}", with: "b2")
            let needs = route.parameters.contains { $0.place == .query && $0.isRequired }
            let question =
                path.hasPrefix("/prometheus")
                ? "?query=1&match[]=millwright_state&start=1794549600&end=1794549660&step=15"
                : needs
                    ? "?signal=1"
                        + (route.parameters.contains { $0.name == "from" }
                            ? "&from=2026-11-13T06:00:00Z&to=2026-11-13T07:00:00Z" : "") : ""
            let answer = try await harness.ask(path + question)
            #expect(answer.status == route.status, "\(path)")
            if let types = route.answer?.types {
                let type = answer.headers[.contentType] ?? ""
                #expect(types.contains { type.hasPrefix($0) }, "\(path)")
            }
        }
    }

    @Test("every reference of the description leads to a schema")
    func references() async throws {
        let text = try await WebHarness().ask("/api/openapi.json").text
        let document = try Self.json(try await WebHarness().ask("/api/openapi.json"))
        let components = try #require(document["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: Any])
        for match in text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/) {
            #expect(schemas[String(match.output.1)] != nil, "\(match.output.1)")
        }
        let ids = text.matches(of: /"operationId":"([^"]+)"/).map { String($0.output.1) }
        #expect(Set(ids).count == ids.count)
    }

    @Test("lists come in pages that join to the whole")
    func paging() async throws {
        let harness = WebHarness()
        var ids: [String] = []
        var cursor = ""
        repeat {
            let answer = try Self.json(
                try await harness.ask("/api/v1/machines?limit=3&cursor=" + cursor))
            let items = try #require(answer["items"] as? [[String: Any]])
            #expect(items.count <= 3)
            ids += items.compactMap { $0["id"] as? String }
            cursor = answer["next"] as? String ?? ""
        } while !cursor.isEmpty
        #expect(ids == FixtureDay.machines(.typical).map(\.id.text).sorted())
    }

    @Test(
        "errors are problems with a page behind their type",
        arguments: [
            ("/api/v1/machines/nothing", 404, "not-found"),
            ("/api/v1/machines?limit=0", 400, "bad-request"),
            ("/api/v1/machines?limit=many", 400, "bad-request"),
            ("/api/v1/signals/1/samples?from=yesterday", 400, "bad-request"),
            ("/api/v1/signals/1/samples?from=2000&to=1000", 400, "bad-request"),
            ("/api/v1/signals/1/buckets?points=100001", 400, "bad-request"),
            ("/api/v1/signals/77777", 404, "not-found"),
            ("/api/v1/figures/happiness", 404, "not-found"),
            ("/api/v1/nothing", 404, "not-found"),
        ])
    func problems(path: String, status: Int, kind: String) async throws {
        let harness = WebHarness()
        let answer = try await harness.ask(path)
        #expect(answer.status.code == status)
        #expect(answer.headers[.contentType] == "application/problem+json")
        let problem = try Self.json(answer)
        let type = try #require(problem["type"] as? String)
        #expect(type == "/errors/" + kind)
        #expect(problem["status"] as? Int == status)
        #expect((problem["reference"] as? String)?.count == 8)
        #expect(problem["instance"] as? String == String(path.prefix { $0 != "?" }))
        #expect(problem["errors"] is [Any])
        for name in ["title", "detail"] { #expect((problem[name] as? String)?.isEmpty == false) }
        #expect(try await harness.ask(type).status == .ok)
    }

    @Test("every problem has a page", arguments: ProblemKind.allCases)
    func problemPages(kind: ProblemKind) async throws {
        let page = try await WebHarness().page("/errors/" + kind.rawValue)
        #expect(page.contains(kind.title))
    }

    @Test(
        "times are taken as RFC 3339 and as milliseconds",
        arguments: [
            "from=2026-11-13T06:00:00Z&to=2026-11-13T06:00:10Z",
            "from=1794549600000&to=1794549610000",
            "from=2026-11-13T06:00:00%2B00:00&to=2026-11-13T07:00:10%2B01:00",
            "from=2026-11-13T06:00:00+00:00&to=2026-11-13T07:00:10+01:00",
        ])
    func times(query: String) async throws {
        let answer = try Self.json(
            try await WebHarness().ask("/api/v1/signals/1/samples?" + query))
        #expect((answer["items"] as? [Any])?.count == 5)
    }

    @Test("bad and non-finite values are null in JSON, never 0 (R-40, R-51)")
    func nulls() async throws {
        let answer = try Self.json(
            try await WebHarness().ask(
                "/api/v1/signals/1/samples?from=2026-11-13T06:00:00Z&to=2026-11-13T06:01:00Z"))
        let items = try #require(answer["items"] as? [[String: Any]])
        #expect(items.map { $0["value"] as? Double } == [4.25, nil, 5, nil, 0.1])
        #expect(
            items.map { $0["quality"] as? String }
                == ["good", "missing", "doubtful", "missing", "good"])
    }

    @Test("a CSV export has exactly these bytes")
    func csvBytes() async throws {
        let answer = try await WebHarness().ask(
            "/api/v1/signals/lathe-1/motor-current/samples"
                + "?from=2026-11-13T06:00:00Z&to=2026-11-13T06:01:00Z",
            headers: [.accept: "text/csv"])
        let expected =
            "\u{FEFF}time_utc,time_local,Motor current (A),quality\r\n"
            + "2026-11-13T06:00:00Z,2026-11-13 06:00:00,4.25,good\r\n"
            + "2026-11-13T06:00:01Z,2026-11-13 06:00:01,,missing\r\n"
            + "2026-11-13T06:00:02Z,2026-11-13 06:00:02,5,doubtful\r\n"
            + "2026-11-13T06:00:03Z,2026-11-13 06:00:03,,missing\r\n"
            + "2026-11-13T06:00:04Z,2026-11-13 06:00:04,0.1,good\r\n"
        #expect(answer.bytes == Array(expected.utf8))
        #expect(answer.headers[.contentType] == "text/csv; charset=utf-8")
        #expect(
            answer.headers[.contentDisposition]
                == "attachment; filename=\"lathe-1-motor-current.csv\"")
    }

    @Test("NDJSON has one document a line")
    func ndjson() async throws {
        let answer = try await WebHarness().ask(
            "/api/v1/signals/1/samples?from=2026-11-13T06:00:00Z&to=2026-11-13T06:01:00Z",
            headers: [.accept: "application/x-ndjson"])
        let lines = answer.text.split(separator: "\n")
        #expect(lines.count == 5)
        for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }

    @Test("a long range is read part by part without losing or doubling rows")
    func longRange() async throws {
        let answer = try Self.json(
            try await WebHarness().ask(
                "/api/v1/signals/1/samples?from=2026-11-10T00:00:00Z&to=2026-11-14T00:00:00Z"))
        #expect((answer["items"] as? [Any])?.count == 5)
        let range = TimeRange(start: FixtureDay.start, end: FixtureDay.start + .hours(13))
        let parts = SampleExport.parts(of: range, hours: 6)
        #expect(parts.map(\.elapsed) == [.hours(6), .hours(6), .hours(1)])
    }

    @Test(
        "cells that spreadsheets would run are disarmed",
        arguments: [
            ("=1+1", "\"'=1+1\""), ("+44 20", "\"'+44 20\""), ("-x", "\"'-x\""),
            ("@cmd", "\"'@cmd\""), ("-5", "-5"), ("+5", "+5"), ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""), ("plain", "plain"),
            ("two\nlines", "\"two\nlines\""),
            ("\t=1", "\"'\t=1\""), ("£5", "£5"),
        ])
    func formulas(text: String, cell: String) {
        var out: [UInt8] = []
        CSVText.write([.text(text)], into: &out)
        #expect(String(decoding: out, as: UTF8.self) == cell + "\r\n")
    }

    @Test("buckets without samples have nulls")
    func buckets() async throws {
        let answer = try Self.json(
            try await WebHarness().ask("/api/v1/signals/1/buckets?points=100"))
        let items = try #require(answer["items"] as? [[String: Any]])
        #expect(items.count == 100)
        #expect(items[55]["count"] as? Int == 0)
        #expect(items[55]["min"] is NSNull)
        #expect(items[0]["min"] is Double)
    }

    @Test("an event is stored once, however often it is sent (R-20)")
    func journal() async throws {
        let harness = WebHarness()
        let body = """
            {"id":"0192f8a0-7c00-7000-8000-000000000001","kind":"stop.reason","facts":\
            {"machine":"lathe-1","at":"2026-11-13T06:58:30Z","reason":"tooling","detail":"x"}}
            """
        var sequences: Set<Int> = []
        for _ in 0..<3 {
            let answer = try await harness.ask(
                "/api/v1/journal", method: .post, headers: [.contentType: "application/json"],
                body: body)
            #expect(answer.status == .created)
            sequences.insert(try #require(try Self.json(answer)["sequence"] as? Int))
        }
        #expect(sequences.count == 1)
        #expect(harness.box.world.said.withLock { $0.count } == 1)
    }

    @Test(
        "an event that does not fit is refused with its field",
        arguments: [
            ("{\"facts\":{}}", 400, "kind"),
            ("{\"kind\":\"machine.added\",\"facts\":{}}", 422, "kind"),
            ("{\"kind\":\"stop.reason\",\"facts\":{\"machine\":\"lathe-1\"}}", 400, "facts."),
            ("{\"kind\":\"stop.reason\",", 400, "byte 22"),
            (
                "{\"kind\":\"stop.reason\",\"facts\":{\"machine\":\"lathe-1\",\"detail\":\"\","
                    + "\"at\":\"2026-11-13T06:58:30Z\",\"reason\":\"witches\"}}", 422, "reason"
            ),
        ])
    func refusedEvents(body: String, status: Int, field: String) async throws {
        let answer = try await WebHarness().ask(
            "/api/v1/journal", method: .post, headers: [.contentType: "application/json"],
            body: body)
        #expect(answer.status.code == status)
        let errors = try #require(try Self.json(answer)["errors"] as? [[String: Any]])
        #expect((errors.first?["field"] as? String)?.hasPrefix(field) == true, "\(errors)")
    }

    @Test("JSON must come as JSON (S-20)")
    func contentType() async throws {
        let answer = try await WebHarness().ask(
            "/api/v1/journal", method: .post, headers: [.contentType: "text/plain"], body: "{}")
        #expect(answer.status.code == 415)
    }

    @Test("the text for monitoring has HELP and TYPE once for each name")
    func metrics() async throws {
        let text = try await WebHarness().ask("/metrics").text
        try Golden.compare(text, name: "metrics.txt")
        let lines = text.split(separator: "\n")
        let helps = lines.filter { $0.hasPrefix("# HELP") }
        #expect(Set(helps.map { $0.split(separator: " ")[2] }).count == helps.count)
        for line in lines where !line.hasPrefix("#") { #expect(line.hasPrefix("millwright_")) }
    }

    @Test("health is open and says one word")
    func health() async throws {
        for rule in [FixtureBox.Rule.open, .closed, .setup] {
            #expect(try await WebHarness(rule: rule).page("/healthz") == "ok\n")
            #expect(try await WebHarness(rule: rule).page("/readyz") == "ready\n")
        }
        let answer = try await WebHarness(isReady: false).ask("/readyz")
        #expect(answer.status.code == 503)
    }
}

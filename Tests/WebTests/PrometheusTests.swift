// The Prometheus-compatible interface: language, windows, requests as dashboards send them.

import Foundation
import HTTPTypes
import HummingbirdTesting
import Plant
import Testing

@testable import Web

@Suite struct PrometheusTests {
    private static func data(_ response: TestResponse) throws -> Any {
        let answer = try InterfaceTests.json(response)
        #expect(answer["status"] as? String == "success")
        return try #require(answer["data"])
    }

    private static func ask(_ path: String) async throws -> TestResponse {
        try await WebHarness().ask("/prometheus/api/v1/" + path)
    }

    private static func query(_ text: String, time: String = "1794553200") async throws -> (
        type: String, result: Any
    ) {
        let escaped = FormFields.escaped(text)
        let found = try data(try await ask("query?query=\(escaped)&time=\(time)")) as? [String: Any]
        return (found?["resultType"] as? String ?? "", found?["result"] as Any)
    }

    @Test(
        "numbers are reckoned with the usual precedence",
        arguments: [
            ("1+1", "2"), ("1+2*3", "7"), ("(1+2)*3", "9"), ("2^3^2", "512"), ("-2^2", "-4"),
            ("7%4", "3"), ("1/0", "+Inf"), ("0/0", "NaN"), ("1 == bool 1", "1"),
            ("2 < bool 1", "0"), ("10 - 3 - 2", "5"), ("0x1F", "31"), ("1e3", "1000"),
            ("5m", "300"), ("# a note\n4", "4"),
        ])
    func numbers(_ text: String, _ expected: String) async throws {
        let (type, result) = try await Self.query(text)
        #expect(type == "scalar")
        let value = (result as? [Any])?.last as? String
        #expect(value == expected)
    }

    @Test(
        "what is not supported is refused with its name and its place",
        arguments: [
            ("sum(", "ends too early"), ("topk(3, x)", "topk"), ("a and b", "“and”"),
            ("x[5m:1m]", "subqueries"), ("x @ 5", "“@”"), ("x{", "label"), ("x{a=b}", "quotes"),
            ("x{a~\"b\"}", "after a comes"), ("histogram_quantile(0.9, x)", "histogram_quantile"),
            ("rate(x)", "range"), ("x[5m]+1", "inside a function"), ("1 == 1", "bool"),
            ("x{a=~\"(\"}", "closing"), ("abs(1)", "takes series"), ("clamp(x, 1)", "arguments"),
            ("{}", "chooses nothing"), ("x[0s]", "length"), ("\"a", "closing quote"),
            ("sum(x, y)", "one argument"), ("label_replace(x, \"a\")", "arguments"),
            ("x{a=~\"\\d+\"}", "written twice"), ("irate(x[5m])", "at character 1"),
            ("1 +", "ends too early"), ("x offset", "length"), (")", "not expected"),
        ])
    func refused(_ text: String, _ words: String) async throws {
        let response = try await Self.ask("query?query=" + FormFields.escaped(text))
        #expect(response.status == .badRequest)
        let answer = try InterfaceTests.json(response)
        #expect(answer["status"] as? String == "error")
        #expect(answer["errorType"] as? String == "bad_data")
        let says = answer["error"] as? String ?? ""
        #expect(says.contains(words), "\(says)")
    }

    @Test("deep nesting and long queries are refused, not followed")
    func limits() throws {
        #expect(throws: PromFault.self) {
            try PromParser.parse(String(repeating: "(", count: 5_000))
        }
        #expect(throws: PromFault.self) {
            try PromParser.parse(String(repeating: "-", count: 5_000) + "1")
        }
        #expect(throws: PromFault.self) {
            try PromParser.parse(String(repeating: "1+", count: 5_000) + "1")
        }
    }

    @Test(
        "patterns fit whole values",
        arguments: [
            ("mill-1|mill-2", "mill-2", true), ("mill-.*", "mill-12", true),
            ("mill", "mill-1", false),
            ("", "", true), (".+", "", false), ("a[0-9]+", "a42", true), ("a[^0-9]", "a4", false),
            ("(a|b)*c", "ababc", true), ("\\d+", "007", true), ("a\\.b", "axb", false),
            ("^mill$", "mill", true), ("x?y", "y", true), ("(?:ab)+", "abab", true),
        ])
    func patterns(_ pattern: String, _ text: String, _ fits: Bool) throws {
        let isMatch = try PromPattern(pattern).match(text) != nil
        #expect(isMatch == fits)
    }

    @Test("a pattern that would take for ever is given up")
    func slowPattern() throws {
        let pattern = try PromPattern("(a*)*(a*)*(a*)*b")
        #expect(throws: PromFault.self) {
            _ = try pattern.match(String(repeating: "a", count: 200))
        }
    }

    @Test("groups are given back in order")
    func groups() throws {
        #expect(
            try PromPattern("(\\w+)-(\\d+)").match("mill-12") == ["mill-12", "mill", "12"])
    }

    /// Prometheus's own worked case: a counter every 15 s, over one minute.
    @Test("rate and increase carry on to the ends of their window and see restarts")
    func windows() {
        let times: [Int64] = [15_000, 30_000, 45_000, 60_000]
        func value(_ window: PromWindow, _ values: [Double]) -> Double? {
            window.value(
                times: times[...], values: values[...], from: 0, through: 60_000, share: 0.5)
        }
        #expect(value(.increase, [1, 2, 3, 4]) == 4)
        #expect(value(.rate, [1, 2, 3, 4]) == 4.0 / 60)
        // It began again at 0 between 3 and 1.
        #expect(value(.increase, [2, 3, 1, 2]) == 4.0)
        #expect(value(.delta, [4, 3, 2, 1]) == -4)
        #expect(value(.avg, [1, 2, 3, 4]) == 2.5)
        #expect(value(.quantile, [1, 2, 3, 4]) == 2.5)
        #expect(value(.last, [1, 2, 3, 4]) == 4)
        #expect(value(.count, [1, 2, 3, 4]) == 4)
        let one = PromWindow.rate.value(
            times: [1], values: [1], from: 0, through: 60_000, share: 0)
        #expect(one == nil)
    }

    @Test("a health check, the build and the names of labels answer as dashboards expect")
    func basics() async throws {
        let (type, result) = try await Self.query("1+1")
        #expect(type == "scalar")
        #expect((result as? [Any])?.last as? String == "2")
        let build = try Self.data(try await Self.ask("status/buildinfo")) as? [String: Any]
        #expect(build?["version"] is String)
        #expect((build?["features"] as? [String: Any])?.isEmpty == true)
        let labels = try Self.data(try await Self.ask("labels")) as? [String]
        #expect(labels == ["__name__", "machine", "reason", "signal", "state", "unit"])
        let states = try Self.data(try await Self.ask("label/state/values")) as? [String]
        #expect(states == MachineState.allCases.map(\.code).sorted())
        let metadata = try Self.data(try await Self.ask("metadata")) as? [String: Any]
        #expect(metadata?.count == 5)
        let none =
            try Self.data(
                try await Self.ask("label/machine/values?match[]=nothing")) as? [String]
        #expect(none == [])
    }

    @Test("states are 0 and 1 at each step, and posted forms are read")
    func states() async throws {
        let from = FixtureDay.start.secondsSince1970
        let answer = try await WebHarness().ask(
            "/prometheus/api/v1/query_range", method: .post,
            headers: [.contentType: "application/x-www-form-urlencoded"],
            body:
                "query=sum+by+(machine)+(millwright_state)&start=\(from)&end=\(from + 600)&step=60")
        let found = try Self.data(answer) as? [String: Any]
        #expect(found?["resultType"] as? String == "matrix")
        let rows = try #require(found?["result"] as? [[String: Any]])
        #expect(!rows.isEmpty)
        for row in rows {
            let values = row["values"] as? [[Any]] ?? []
            // Whatever the state, a machine is in exactly one of them.
            let texts = Set(values.compactMap { $0.last as? String })
            #expect(texts == ["1"])
        }
    }

    @Test("samples that cannot be used are not there, and nothing is carried beyond five minutes")
    func signals() async throws {
        let start = FixtureDay.start.secondsSince1970
        func count(_ after: Int64) async throws -> Int {
            let (_, result) = try await Self.query(
                "millwright_signal{signal=\"motor-current\",machine=\"lathe-1\"}",
                time: String(start + after))
            return (result as? [Any])?.count ?? 0
        }
        #expect(try await count(4) == 1)
        #expect(try await count(303) == 1)
        #expect(try await count(305) == 0)
        #expect(try await count(-1) == 0)
        let (_, result) = try await Self.query(
            "count_over_time(millwright_signal{machine=\"lathe-1\",signal=\"motor-current\"}[10s])",
            time: String(start + 5))
        let value = ((result as? [[String: Any]])?.first?["value"] as? [Any])?.last as? String
        // Two of five samples are not finite or bad.
        #expect(value == "3")
    }

    @Test("every expression of the dashboard is understood and answers")
    func dashboard() async throws {
        let harness = WebHarness()
        let file = try InterfaceTests.json(try await harness.ask("/prometheus/dashboard.json"))
        #expect((file["panels"] as? [Any])?.count == PromDashboard.expressions.count)
        for expression in PromDashboard.expressions {
            let text = expression.replacingOccurrences(of: "$machine", with: ".*")
                .replacingOccurrences(of: "$signal", with: ".*")
            let start = FixtureDay.start.secondsSince1970
            let path =
                "/prometheus/api/v1/query_range?query=\(FormFields.escaped(text))&start=\(start)"
                + "&end=\(start + 3_600)&step=60"
            let answer = try await harness.ask(path)
            #expect(answer.status == .ok, "\(text)")
        }
    }

    @Test(
        "ranges that cannot be answered say why",
        arguments: [
            ("start=1&end=2", "step"), ("start=2&end=1&step=1", "before"),
            ("start=0&end=99999999&step=1", "longer step"), ("start=x&end=2&step=1", "start"),
            ("end=2&step=1", "start"), ("start=1&end=2&step=inf", "step"),
            ("start=1&end=2&step=nan", "step"), ("start=1&end=2&step=1e300", "step"),
            ("start=1&end=2&step=-1", "step"), ("start=1&end=2&step=1e-9", "step"),
            ("start=nan&end=2&step=1", "start"), ("start=1&end=inf&step=1", "end"),
        ])
    func ranges(_ parameters: String, _ words: String) async throws {
        let response = try await Self.ask("query_range?query=1&" + parameters)
        #expect(response.status == .badRequest)
        let says = try InterfaceTests.json(response)["error"] as? String ?? ""
        #expect(says.contains(words), "\(says)")
    }
}

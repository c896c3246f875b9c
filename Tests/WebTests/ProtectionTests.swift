// Who may do what, from where, with which headers: the protection of every route.

import Foundation
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing

@testable import Web

@Suite("Protection")
struct ProtectionTests {
    static func concrete(_ path: String) -> String {
        path.replacingOccurrences(of: "{machine}", with: "lathe-1")
            .replacingOccurrences(of: "{signal}", with: "1")
            .replacingOccurrences(of: "{slug}", with: "motor-current")
            .replacingOccurrences(of: "{figure}", with: "time-lost")
            .replacingOccurrences(of: "{kind}", with: "ours")
            .replacingOccurrences(of: "{name}", with: "live.js")
            .replacingOccurrences(of: "{what}", with: "states")
            .replacingOccurrences(of: "{token}", with: "ab12")
            .replacingOccurrences(of: "{number}", with: "3")
            .replacingOccurrences(of: "{person}", with: "sarah")
            .replacingOccurrences(of: "{device}", with: "ab12")
    }

    static let addresses = RouteTable().routes.map { $0.method.rawValue + " " + $0.path }

    private func ask(
        _ address: String, harness: WebHarness, headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        let parts = address.split(separator: " ").map(String.init)
        let method = try #require(HTTPRequest.Method(parts[0]))
        return try await harness.ask(
            Self.concrete(parts[1]), method: method, headers: headers,
            bytes: method == .post ? [] : nil)
    }

    @Test(
        "every route carries the security headers, whatever it answers (S-21)",
        arguments: addresses.filter { $0 != "GET /api/v1/events" }, [true, false])
    func headers(address: String, isOpen: Bool) async throws {
        let harness = WebHarness(rule: isOpen ? .open : .closed)
        let answer = try await ask(address, harness: harness)
        #expect(answer.headers[.contentSecurityPolicy] == SecurityHeaders.policy)
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers.value("Referrer-Policy") == "no-referrer")
        #expect(answer.headers.value("Cross-Origin-Opener-Policy") == "same-origin")
        #expect(answer.headers.value("Cross-Origin-Resource-Policy") == "same-origin")
        #expect(answer.headers.value("Permissions-Policy")?.contains("camera=()") == true)
        #expect(answer.headers[.cacheControl] != nil)
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
    }

    @Test(
        "a stranger gets nothing but setup, sign-in, health and files (S-02, S-04)",
        arguments: addresses)
    func stranger(address: String) async throws {
        let open: Set<String> = [
            "GET /healthz", "GET /readyz", "GET /ping", "GET /health", "GET /setup",
            "POST /setup", "GET /sign-in", "POST /sign-in", "POST /sign-out", "POST /theme",
            "GET /errors/{kind}", "GET /assets/{name}", "GET /o/sw.js", "GET /join", "POST /join",
            "GET /pair",
            "POST /pair", "GET /pair/wait", "GET /certificate",
            "GET /certificate/millwright.crt",
        ]
        let route = try #require(
            RouteTable().routes.first { $0.method.rawValue + " " + $0.path == address })
        #expect((route.need == .nothing) == open.contains(address))
        for rule in [FixtureBox.Rule.closed, .setup, .forbidden] where route.need != .nothing {
            let answer = try await ask(address, harness: WebHarness(rule: rule))
            #expect([303, 401, 403].contains(answer.status.code), "\(answer.status.code)")
            let text = answer.text
            #expect(!text.contains("Lathe 1") && !text.contains("Hollins"))
        }
    }

    @Test("people without a session are led to the right page, programs are told")
    func leading() async throws {
        let page = try await WebHarness(rule: .closed).ask("/time?range=week")
        #expect(page.status == .seeOther)
        #expect(page.headers[.location] == "/sign-in?back=/time%3Frange%3Dweek")
        let fresh = try await WebHarness(rule: .setup).ask("/now")
        #expect(fresh.headers[.location] == "/setup")
        let program = try await WebHarness(rule: .setup).ask("/api/v1/machines")
        #expect(program.status == .forbidden)
        #expect(program.headers[.contentType] == "application/problem+json")
    }

    @Test(
        "other host names are refused (S-23)",
        arguments: ["evil.example", "localhost.evil.example", "192.168.1.5:8420", ""])
    func hosts(name: String) async throws {
        let box = FixtureBox(.typical, hosts: ["millwright.local"])
        let answer = try await WebHarness(box).ask("/api/v1/machines")
        #expect(answer.status.code == 421)
        #expect(!box.hosts.contains(HostGuard.host(name)))
    }

    @Test(
        "hosts are read without port and brackets",
        arguments: [
            ("localhost:8420", "localhost"), ("[::1]:8420", "::1"),
            ("MillWright.local", "millwright.local"),
            ("127.0.0.1", "127.0.0.1"),
        ])
    func hostNames(text: String, host: String) { #expect(HostGuard.host(text) == host) }

    @Test(
        "loopback is known by its address",
        arguments: [
            ("127.0.0.1", true), ("127.8.9.1", true), ("::1", true), ("::ffff:127.0.0.1", true),
            ("192.168.1.1", false), ("10.127.0.1", false), (nil, false),
        ])
    func loopback(address: String?, isLoopback: Bool) {
        #expect(WebContext.isLoopback(address) == isLoopback)
    }

    @Test(
        "requests that pages of other sites make are refused (S-20)",
        arguments: [
            ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"],
            ["origin": "https://evil.example"], ["origin": "null"],
        ])
    func otherSites(fields: [String: String]) async throws {
        var headers: HTTPFields = [.contentType: "application/json"]
        for (name, value) in fields { headers.set(name, value) }
        let harness = WebHarness()
        for path in ["/api/v1/journal", "/write", "/m/lathe-1/seen"] {
            let answer = try await harness.ask(path, method: .post, headers: headers, body: "{}")
            #expect(answer.status == .forbidden, "\(path)")
        }
        let stream = try await harness.ask("/api/v1/events", headers: headers)
        #expect(stream.status == .forbidden)
        #expect(harness.box.world.said.withLock { $0.isEmpty })
    }

    @Test(
        "our own forms pass although browsers hide their origin; the token decides (S-20)",
        arguments: [["origin": "null"], ["origin": "null", "sec-fetch-site": "same-origin"]])
    func ownForms(fields: [String: String]) async throws {
        let harness = WebHarness()
        let token = try #require(WebHarness.formToken(try await harness.ask("/about")))
        for (sent, status) in [(token, 303), ("BBBBBBBBBBBBBBBBBBBBBBBBBB", 403)] {
            var headers: HTTPFields = [
                .contentType: "application/x-www-form-urlencoded", .cookie: "mw-form=" + token,
            ]
            for (name, value) in fields { headers.set(name, value) }
            let answer = try await harness.ask(
                "/theme", method: .post, headers: headers, body: "theme=dark&token=" + sent)
            #expect(answer.status.code == status)
        }
    }

    @Test(
        "a form without its token, or with another's, does nothing (S-20)",
        arguments: RouteTable().routes.filter(\.isForm).map(\.path))
    func forms(path: String) async throws {
        let harness = WebHarness()
        let cookies: [String?] = [nil, "mw-form=AAAAAAAAAAAAAAAAAAAAAAAAAA"]
        for cookie in cookies {
            var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            headers[.cookie] = cookie
            let answer = try await harness.ask(
                Self.concrete(path), method: .post, headers: headers,
                body: "token=BBBBBBBBBBBBBBBBBBBBBBBBBB&reason=tooling&at=1794551400000")
            #expect(answer.status == .forbidden)
        }
        #expect(harness.box.world.said.withLock { $0.isEmpty })
    }

    @Test("nothing changes by reading: no page that is read stores anything (S-20)")
    func readingStoresNothing() async throws {
        let harness = WebHarness()
        for path in PageCase.all { _ = try await harness.ask(path) }
        #expect(harness.box.world.said.withLock { $0.isEmpty })
    }

    @Test("setup makes the owner, keeps the session away from scripts, shows codes once (S-16)")
    func setup() async throws {
        let harness = WebHarness(rule: .setup)
        let page = try await harness.ask("/setup")
        let token = try #require(WebHarness.formToken(page))
        let headers: HTTPFields = [
            .contentType: "application/x-www-form-urlencoded", .cookie: "mw-form=" + token,
        ]
        let wrong = try await harness.ask(
            "/setup", method: .post, headers: headers,
            body: "token=\(token)&code=XXXX&name=Sarah&pass_phrase=four+words+of+mine")
        #expect(wrong.status.code == 422)
        let text = wrong.text
        #expect(text.contains("This is not the setup code."))
        #expect(text.contains("value=\"Sarah\"") && text.contains("aria-invalid=\"true\""))
        #expect(!text.contains("four words of mine"))
        let right = try await harness.ask(
            "/setup", method: .post, headers: headers,
            body: "token=\(token)&code=ABCD-EFGH-JKMN&name=Sarah&pass_phrase=four+words+of+mine")
        #expect(right.status == .ok)
        #expect(right.text.contains("AAAA-BBBB"))
        let cookie = try #require(
            right.headers[values: .setCookie].first { $0.hasPrefix("mw-session=") })
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
    }

    @Test(
        "signing in leads back, but never to another site",
        arguments: [
            ("/time", "/time"), ("//evil.example", "/now"), ("https://evil.example", "/now"),
        ])
    func signIn(back: String, to: String) async throws {
        let answer = try await WebHarness().form(
            "/sign-in",
            "name=Sarah&pass_phrase=correct+horse+battery&back="
                + FormFields.escaped(back))
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == to)
    }

    @Test("our own faults say a reference and nothing else (S-25)")
    func faults() async throws {
        let problem = ErrorAnswers.problem(of: FixtureTrouble.broken)
        #expect(problem.kind == .ours)
        #expect(!problem.detail.contains("broken"))
        let answer = try await WebHarness().ask("/m/lathe-9")
        #expect(answer.status == .notFound)
        #expect(answer.text.contains("Reference"))
    }

    @Test("many tiny headers end the connection, not the program (S-24)")
    func manyHeaders() async throws {
        let harness = WebHarness()
        try await harness.application().test(.live) { client in
            var headers: HTTPFields = [:]
            for index in 0..<2000 {
                headers.set("x-\(index)", "1")
            }
            let refused = try? await client.execute(uri: "/healthz", method: .get, headers: headers)
            #expect(refused == nil || refused?.status == .badRequest)
        }
        try await harness.application().test(.live) { client in
            let answer = try await client.execute(uri: "/healthz", method: .get)
            #expect(answer.status == .ok)
        }
    }

    @Test("answers are packed for those who can read it, and the same inside")
    func packing() async throws {
        let harness = WebHarness()
        let plain = try await harness.ask("/now")
        let packed = try await harness.ask("/now", headers: [.acceptEncoding: "br, gzip"])
        #expect(packed.headers[.contentEncoding] == "gzip")
        #expect(packed.headers[.vary] == "Accept-Encoding")
        #expect(packed.bytes.count * 3 < plain.bytes.count)
        let inside = try Gzip.unpacked(packed.bytes, limit: 1_000_000)
        #expect(inside == plain.bytes)
        let refused = try await harness.ask("/now", headers: [.acceptEncoding: "gzip;q=0"])
        #expect(refused.headers[.contentEncoding] == nil)
    }
}

// Runs the web room against a fixture box and compares pages with goldens.

import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Messages
import Synchronization
import Testing

@testable import Web

/// Runs requests against a fixture box.
struct WebHarness: Sendable {
    let box: FixtureBox

    init(_ story: FixtureStory = .typical, rule: FixtureBox.Rule = .open, isReady: Bool = true) {
        box = FixtureBox(story, rule: rule, isReady: isReady)
    }

    init(_ box: FixtureBox) { self.box = box }

    /// Templates and files, parsed once for all tests.
    private static let parts = Result { (try PageLibrary(), try AssetShelf()) }

    /// The application with fixed randomness and no heartbeat.
    func application(
        limits: WebLimits = WebLimits()
    ) throws -> some ApplicationProtocol {
        var logger = Logger(label: "web-tests")
        logger.logLevel = .critical
        let (pages, assets) = try Self.parts.get()
        let site = WebSite(
            box: box, pages: pages, assets: assets, messages: try BoxMessages.catalog(),
            limits: limits, isTLS: false,
            random: { 0x0123_4567_89AB_CDEF },
            pause: { _ in
                // Waits until the program stops: heartbeats are tested on the hub itself.
                let (stream, continuation) = AsyncStream<Void>.makeStream(
                    bufferingPolicy: .bufferingNewest(1))
                for await _ in stream {}
                continuation.finish()
                try Task.checkCancellation()
            })
        return Web.application(
            site: site, listening: WebListening(host: "127.0.0.1", port: 0), logger: logger)
    }

    /// One answer.
    func ask(
        _ path: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> TestResponse {
        try await ask(path, method: method, headers: headers, bytes: body.map { Array($0.utf8) })
    }

    /// One answer to a body of bytes.
    func ask(
        _ path: String, method: HTTPRequest.Method, headers: HTTPFields = [:], bytes: [UInt8]?
    ) async throws -> TestResponse {
        try await application().test(.router) { client in
            try await client.execute(
                uri: path, method: method, headers: headers,
                body: bytes.map { ByteBuffer(bytes: $0) })
        }
    }

    /// A page's text.
    func page(_ path: String, headers: HTTPFields = [:]) async throws -> String {
        try await ask(path, headers: headers).text
    }

    /// Sends a form as the page would, with its token.
    func form(_ path: String, _ fields: String) async throws -> TestResponse {
        let page = try await ask("/about")
        let token = try #require(Self.formToken(page))
        return try await ask(
            path, method: .post,
            headers: [
                .contentType: "application/x-www-form-urlencoded", .cookie: "mw-form=" + token,
            ], body: fields + "&token=" + token)
    }

    /// The form token that an answer sets.
    static func formToken(_ response: TestResponse) -> String? {
        let cookies = response.headers[values: .setCookie]
        let cookie = cookies.first { $0.hasPrefix("mw-form=") }
        return cookie.map { String($0.dropFirst(8).prefix { $0 != ";" }) }
    }
}

extension TestResponse {
    /// The body as text.
    var text: String { String(buffer: body) }
    /// The body as bytes.
    var bytes: [UInt8] { Array(buffer: body) }
    /// The body for Foundation.
    var data: Data { Data(bytes) }
}

/// Golden files beside the tests.
enum Golden {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Goldens")

    /// Compares a text with its golden; `UPDATE_GOLDEN=1` rewrites it.
    static func compare(
        _ text: String, name: String, at location: SourceLocation = #_sourceLocation
    )
        throws
    {
        // A changed style sheet is no changed page.
        let text = text.replacing(/\?v=[0-9a-z]+/, with: "?v=0")
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        guard golden != text else { return }
        let old = golden.split(separator: "\n", omittingEmptySubsequences: false)
        let new = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }
        Issue.record(
            """
            \(name) differs at line \((line?.offset ?? min(old.count, new.count)) + 1):
            golden: \(line.map { String($0.element.0) } ?? "(end)")
            now:    \(line.map { String($0.element.1) } ?? "(end)")
            """, sourceLocation: location)
    }
}

/// Readings of HTML by plain search: enough for what the tests ask.
enum HTMLReading {
    /// The text inside the first element of a name.
    static func inside(_ name: String, of html: String) -> String? {
        guard let open = html.range(of: "<\(name)[^>]*>", options: .regularExpression),
            let close = html.range(of: "</\(name)>", range: open.upperBound..<html.endIndex)
        else { return nil }
        return String(html[open.upperBound..<close.lowerBound])
    }

    /// All values of an attribute.
    static func values(_ attribute: String, in html: String) -> [String] {
        html.matches(of: matching(attribute)).map { String($0.output.1) }
    }

    private static func matching(_ attribute: String) -> Regex<(Substring, Substring)> {
        guard let regex = try? Regex("\(attribute)=\"([^\"]*)\"", as: (Substring, Substring).self)
        else { preconditionFailure("\(attribute) makes no pattern") }
        return regex
    }

    /// The words of a page without tags and scripts.
    static func words(_ html: String) -> String {
        var text = html
        for pattern in ["<script.*?</script>", "<svg.*?</svg>", "<dialog.*?</dialog>"] {
            text = text.replacingOccurrences(
                of: pattern, with: " ", options: [.regularExpression])
        }
        text = text.replacingOccurrences(
            of: "</(p|li|h1|h2|h3|dd|dt|td|th|summary|label|caption|option|button)>", with: " . ",
            options: .regularExpression)
        text = text.replacingOccurrences(of: "<[^>]*>", with: " ", options: .regularExpression)
        for (entity, character) in [
            ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"),
        ] { text = text.replacingOccurrences(of: entity, with: character) }
        return text
    }
}

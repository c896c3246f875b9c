// Every page in every story against its golden, and the rules each page keeps.

import Foundation
import Hummingbird
import HummingbirdTesting
import Loop
import Plant
import Synchronization
import Testing
import Web

/// Pages and the stories they are shown in.
enum PageCase {
    static let main = ["/now", "/time", "/quality", "/energy", "/machines"]
    static let machine = "/m/lathe-1"
    static let others = [
        "/welcome", "/about", "/setup", "/sign-in", "/errors/partly-refused", "/api",
        "/m/lathe-1?charts=hour", "/m/press-brake/stop", "/m/lathe-1/states",
        "/how/time-lost",
        "/how/running-share?machine=lathe-1", "/quality/1?lower=9&upper=14", "/nowhere",
        "/meeting", "/r/2026-46", "/b/1", "/hardware",
        "/hardware?kind=cnc-lathe&has=serial&has=light&want=state&want=parts",
        "/hardware/sheet?way=clamp&kind=manual&want=state",
    ]
    /// Pages about who may come in and what is safe; their first lines ask or tell.
    static let doors = [
        "/join", "/confirm", "/pair?c=ABCDEFGHJKMN0123", "/pair/wait", "/account", "/people",
        "/audit", "/backup", "/certificate",
    ]
    static let all = main + others + FixtureConnect.paths

    static func name(_ path: String, _ story: FixtureStory) -> String {
        let base = path.dropFirst().map { $0.isLetter || $0.isNumber ? $0 : "-" }
        return String(base) + "." + story.rawValue + ".html"
    }
}

@Suite("Pages")
struct PageGoldenTests {
    @Test(
        "a main page is as it was in every story", arguments: PageCase.main, FixtureStory.allCases)
    func mainPages(path: String, story: FixtureStory) async throws {
        let html = try await WebHarness(story).page(path)
        try Golden.compare(html, name: PageCase.name(path, story))
    }

    @Test(
        "the other pages are as they were",
        arguments: PageCase.others + PageCase.doors + FixtureConnect.paths)
    func otherPages(path: String) async throws {
        let html = try await WebHarness(.typical).page(path)
        try Golden.compare(html, name: PageCase.name(path, .typical))
    }

    @Test(
        "a page has one h1 that is a sentence with a number or a name (ux D3)",
        arguments: PageCase.all, FixtureStory.allCases)
    func firstLine(path: String, story: FixtureStory) async throws {
        let html = try await WebHarness(story).page(path)
        #expect(html.components(separatedBy: "<h1").count == 2)
        let line = try #require(HTMLReading.inside("h1", of: html))
        let words = HTMLReading.words(line).trimmingCharacters(in: .whitespaces)
        #expect(words.hasSuffix(".") || words.hasSuffix("?"), "\(words)")
        let names = FixtureDay.machines(story).map(\.name) + ["Millwright", "machine"]
        let hasName = names.contains { words.contains($0) }
        // An empty page says what is not there yet.
        let isEmpty = story == .empty && words.hasPrefix("No ")
        #expect(words.contains(where: \.isNumber) || hasName || isEmpty, "\(words)")
    }

    @Test(
        "no page has inline styles, inline scripts or other origins (S-21)",
        arguments: PageCase.all)
    func nothingInline(path: String) async throws {
        let html = try await WebHarness(.typical).page(path)
        #expect(!html.contains("style="))
        #expect(!html.contains("<style"))
        #expect(!html.contains(" onclick") && !html.contains(" onload"))
        let scripts = html.components(separatedBy: "<script").dropFirst()
        for script in scripts {
            #expect(script.contains("src=\"/assets/"))
            #expect(script.contains("></script>"))
        }
        for address in HTMLReading.values("href", in: html) + HTMLReading.values("src", in: html) {
            #expect(address.hasPrefix("/") || address.hasPrefix("#"), "\(address)")
        }
    }

    @Test(
        "alarm colours stand only where a person is needed (ux D4)",
        arguments: FixtureStory.allCases)
    func scarceColour(story: FixtureStory) async throws {
        for path in PageCase.main {
            let html = try await WebHarness(story).page(path)
            let classes = HTMLReading.values("class", in: html).flatMap { $0.split(separator: " ") }
            let alarms = classes.filter { ["stop", "fault", "b-stop", "b-fault"].contains($0) }
            let cards = FixtureDay.machines(story).filter { machine in
                let last = machine.episodes.last
                return last?.state == .fault || (last?.state == .stopped && last?.reason == nil)
            }
            if cards.isEmpty || ["/time", "/quality", "/energy"].contains(path) {
                #expect(alarms.isEmpty, "\(path) in \(story)")
            } else {
                let states = classes.filter { ["stop", "fault"].contains($0) }
                #expect(states.count == cards.count, "\(path) in \(story)")
            }
        }
    }

    @Test(
        "every figure with a unit opens, and its parts make the whole (ux D6)",
        arguments: [FixtureStory.typical, .normal])
    func figuresOpen(story: FixtureStory) async throws {
        let harness = WebHarness(story)
        var addresses: Set<String> = []
        for path in PageCase.main + [PageCase.machine] {
            let html = try await harness.page(path)
            for match in html.matches(of: /class="fig[^"]*" href="([^"]*)"/) {
                addresses.insert(
                    String(match.output.1).replacingOccurrences(of: "&amp;", with: "&"))
            }
        }
        #expect(addresses.count > 15)
        for address in addresses.sorted() {
            #expect(address.hasPrefix("/how/"))
            let page = try await harness.ask(address)
            #expect(page.status == .ok, "\(address)")
            let document = address.replacingOccurrences(of: "/how/", with: "/api/v1/figures/")
            let answer = try await harness.ask(document)
            let json = try JSONSerialization.jsonObject(with: answer.data)
            let figure = try #require(json as? [String: Any])
            try recompute(figure, address: address)
        }
    }

    private func recompute(_ figure: [String: Any], address: String) throws {
        guard let value = figure["value"] as? Double else { return }
        let parts = try #require(figure["parts"] as? [[String: Any]])
        let numbers = parts.compactMap { $0["value"] as? Double }
        let whole: Double? =
            switch figure["rule"] as? String {
            case "sum": numbers.reduce(0, +)
            case "product": numbers.reduce(1, *)
            case "ratio": numbers.count == 2 && numbers[1] != 0 ? numbers[0] / numbers[1] : nil
            case "difference": numbers.dropFirst().reduce(numbers.first ?? 0, -)
            default: nil
            }
        if let whole { #expect(abs(whole - value) < 1e-6, "\(address)") }
    }

    @Test("every page answers, so that no golden keeps an error", arguments: PageCase.all)
    func answers(path: String) async throws {
        let answer = try await WebHarness(.typical).ask(path)
        #expect(answer.status.code == (path == "/nowhere" ? 404 : 200))
    }

    @Test("the made-up factory says so on every page", arguments: PageCase.all)
    func marking(path: String) async throws {
        #expect(try await WebHarness(.typical).page(path).contains("Made-up data"))
    }

    @Test("a real factory is not called made up", arguments: PageCase.main)
    func noMarking(path: String) async throws {
        let harness = WebHarness(FixtureBox(.typical, kind: .real))
        #expect(!(try await harness.page(path).contains("Made-up data")))
    }

    @Test("while nothing is recorded every page says so and why", arguments: PageCase.main)
    func notRecording(path: String) async throws {
        let harness = WebHarness(.typical)
        #expect(!(try await harness.page(path).contains("Not recording.")))
        harness.box.world.notRecording.withLock { $0 = "The disk is <full>." }
        let html = try await harness.page(path)
        #expect(html.contains("<b>Not recording.</b> The disk is &lt;full&gt;.</p>"))
    }

    @Test("names of machines and jobs are escaped, never markup (S-22)")
    func escaping() async throws {
        let html = try await WebHarness(.longNames).page("/now")
        #expect(html.contains("&lt;b&gt;Caps"))
        #expect(!html.contains("<b>Caps"))
        let machine = try await WebHarness(.typical).page(PageCase.machine)
        #expect(!machine.contains("<roughing>"))
    }

    @Test("the live fragment of a page is its main part alone")
    func fragment() async throws {
        let harness = WebHarness(.typical)
        let part = try await harness.page("/now?fragment=1")
        #expect(!part.contains("<html"))
        #expect(part.contains("data-part=\"card-lathe-1\""))
        let whole = try await harness.page("/now")
        let inner = try #require(HTMLReading.inside("main", of: whole))
        #expect(
            inner.replacingOccurrences(of: "value=\"/now\"", with: "")
                .filter { !$0.isWhitespace }.contains("data-list"))
    }

    @Test("pages and scripts stay within their budgets")
    func budgets() async throws {
        let html = try await WebHarness(.typical).page("/now")
        // Eight machines; twenty may weigh 60 kB, so a card may weigh 2 kB.
        let cards = html.components(separatedBy: "data-part=\"card-").count - 1
        #expect(cards == 8)
        let shell = try await WebHarness(.empty).page("/now").utf8.count
        let perMachine = Double(html.utf8.count - shell) / 8
        #expect(Double(shell) + perMachine * 20 < 60_000, "\(shell) + 20 × \(perMachine)")
        var scripts = 0
        for name in ["live.js", "strip.js"] {
            let asset = try await WebHarness(.typical).ask("/assets/" + name)
            #expect(asset.bytes.count < 15_000)
            scripts += asset.bytes.count
        }
        #expect(scripts < 60_000)
    }

    @Test("old data is said on the page without any script")
    func oldData() async throws {
        let html = try await WebHarness(.partly).page("/now")
        #expect(html.contains("No news from any machine for 2\u{a0}min."))
        #expect(!(try await WebHarness(.typical).page("/now").contains("No news from any")))
    }
}

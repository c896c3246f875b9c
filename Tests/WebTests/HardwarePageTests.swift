// The page Hardware: a form that works alone, answers, quotes, refusals, and its drawings.

import Foundation
import Guide
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Web

@Suite("What to buy")
struct HardwarePageTests {
    @Test("a drawing says what it shows and its words fit their boxes", arguments: WayID.allCases)
    func drawings(way: WayID) {
        let drawing = WiringDrawing.of(way)
        let text = drawing.drawing.renderText
        #expect(text.hasPrefix("<svg class=\"wiring\""))
        #expect(text.contains("role=\"img\" aria-label=\""))
        #expect(drawing.says.hasSuffix("."))
        #expect(!text.contains("style=") && !text.contains("<script"))
        #expect(drawing.boxes.contains { $0.lines == ["This box"] })
        for box in drawing.boxes {
            // 15 px letters are 8 px wide on average; a sign takes 46 of 160 px.
            let room = box.sign == .none ? 18 : 14
            for line in box.lines { #expect(line.count <= room, "\(line)") }
            for line in box.lines { #expect(text.contains(">\(line)</text>")) }
        }
        let places = drawing.boxes.map { [$0.column, $0.row] }
        #expect(Set(places).count == places.count)
        for wire in drawing.wires {
            let end =
                wire.isDown ? [wire.column, wire.row + 1] : [wire.column + 1, wire.row]
            #expect(places.contains([wire.column, wire.row]) && places.contains(end))
        }
    }

    @Test("what is in the panel is drawn in its frame, exactly where an electrician is needed")
    func panel() {
        for way in WayID.allCases {
            let text = WiringDrawing.of(way).drawing.renderText
            #expect(text.contains("w-panel") == (way.way.who == .electrician), "\(way)")
        }
    }

    @Test("the answer begins with the best way and keeps what was ticked")
    func answer() async throws {
        let html = try await WebHarness(.typical).page(
            "/hardware?kind=cnc-mill&has=network&want=state&want=parts")
        #expect(html.contains("<h2 id=\"a1\">1. Network port of the control</h2>"))
        #expect(html.contains("value=\"cnc-mill\" selected"))
        #expect(html.contains("name=\"has\" value=\"network\" checked"))
        #expect(!html.contains("name=\"has\" value=\"serial\" checked"))
    }

    @Test("quotes are added; one that is no price is said and kept")
    func quotes() async throws {
        let harness = WebHarness(.typical)
        let base = "/hardware?kind=manual&want=state&q-clamp="
        // £60 and 1 h to 2 h of an electrician at £40 to £70.
        #expect(try await harness.page(base + "60").contains("<b>£100 to £200</b>"))
        let refused = try await harness.ask(base + "%3Cb%3E")
        #expect(refused.status == .unprocessableContent)
        #expect(refused.text.contains("“&lt;b&gt;” is no price from 0 to 20000 pounds."))
        #expect(refused.text.contains("value=\"&lt;b&gt;\""))
    }

    @Test(
        "names that nobody offers are refused with what there is",
        arguments: [
            "/hardware?kind=boat", "/hardware?kind=manual&has=wings",
            "/hardware?kind=manual&want=gold", "/hardware/sheet", "/hardware/sheet?way=magic",
        ])
    func refusals(path: String) async throws {
        #expect(try await WebHarness(.typical).ask(path).status == .badRequest)
    }

    @Test("each way has its sheet", arguments: WayID.allCases)
    func sheets(way: WayID) async throws {
        let html = try await WebHarness(.typical).page("/hardware/sheet?way=\(way.rawValue)")
        #expect(html.contains("<h1>\(way.way.name): for 1 machine.</h1>"))
        for step in way.way.steps.prefix(1) {
            #expect(html.contains(step.replacingOccurrences(of: "'", with: "&#39;")))
        }
    }
}

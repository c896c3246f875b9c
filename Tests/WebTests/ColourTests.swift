// Contrast of the colours, recomputed from the tokens of the style sheet (ux 12).

import Foundation
import Hummingbird
import HummingbirdTesting
import Testing
import Web

@Suite("Colours")
struct ColourTests {
    /// Tokens of a block of the style sheet.
    static func tokens(_ selector: String, in css: String) throws -> [String: String] {
        let block = try #require(css.range(of: selector + "{"))
        let end = try #require(css.range(of: "}", range: block.upperBound..<css.endIndex))
        var tokens: [String: String] = [:]
        for line in css[block.upperBound..<end.lowerBound].split(whereSeparator: {
            $0 == ";" || $0 == "\n"
        }) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].hasPrefix("--"), parts[1].hasPrefix("#") else {
                continue
            }
            tokens[String(parts[0].dropFirst(2))] = String(parts[1])
        }
        return tokens
    }

    /// WCAG 2 contrast ratio of two colours.
    static func contrast(_ left: String, _ right: String) -> Double {
        func luminance(_ text: String) -> Double {
            let value = Int(text.dropFirst(), radix: 16) ?? 0
            let channels = [value >> 16 & 255, value >> 8 & 255, value & 255].map { channel in
                let part = Double(channel) / 255
                return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
        }
        let (a, b) = (luminance(left), luminance(right))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    @Test(
        "text has 4.5 and marks have 3 against what they stand on",
        arguments: [":root", ".dark", ".contrast"])
    func contrasts(theme: String) async throws {
        let css = try await WebHarness(.typical).ask("/assets/millwright.css").text
        let tokens = try Self.tokens(theme, in: css)
        func ratio(_ mark: String, _ ground: String) throws -> Double {
            let left = try #require(tokens[mark])
            let right = try #require(tokens[ground])
            return Self.contrast(left, right)
        }
        for ground in ["bg", "surface", "raised"] {
            for text in [
                "ink", "ink2", "accent", "run", "slow", "setup", "planned", "nodata", "fault",
            ] {
                #expect(try ratio(text, ground) >= 4.5, "\(text) on \(ground) in \(theme)")
            }
            #expect(try ratio("stop", ground) >= 4.5, "stop on \(ground) in \(theme)")
            #expect(try ratio("line2", ground) >= 3, "line2 on \(ground) in \(theme)")
        }
        for bar in ["tl-run", "tl-was", "tl-hatch", "stop", "fault"] {
            #expect(try ratio(bar, "surface") >= 3, "\(bar) in \(theme)")
        }
        #expect(try ratio("tl-planned", "surface") >= 3)
        for ground in ["stop-t", "fault-t"] { #expect(try ratio("ink", ground) >= 7) }
        for state in ["stop", "fault"] { #expect(try ratio("on-state", state) >= 4.5) }
        #expect(try ratio("on-accent", "accent") >= 4.5)
    }

    @Test("the dark colours for the system's choice are those of the switch")
    func darkTwice() async throws {
        let css = try await WebHarness(.typical).ask("/assets/millwright.css").text
        let chosen = try Self.tokens(".dark", in: css)
        let system = try Self.tokens(":root:not(.light,.dark,.contrast)", in: css)
        #expect(chosen == system)
        #expect(chosen.count > 25)
    }

    @Test("every class of strips has a colour")
    func strips() async throws {
        let css = try await WebHarness(.typical).ask("/assets/millwright.css").text
        for name in [
            "run", "slow", "setup", "planned", "nodata", "was", "past", "open", "stop", "fault",
            "now",
        ] {
            #expect(css.contains(".b-" + name))
        }
    }

    @Test(
        "the theme switch keeps its choice in a cookie and on the page",
        arguments: [
            ("dark", " class=\"dark\""), ("light", " class=\"light\""),
            ("contrast", " class=\"contrast\""),
        ])
    func themes(choice: String, mark: String) async throws {
        let harness = WebHarness(.typical)
        let answer = try await harness.form("/theme", "theme=\(choice)&back=%2Fmachines")
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/machines")
        let cookie = try #require(
            answer.headers[values: .setCookie].first { $0.hasPrefix("mw-theme=") })
        #expect(cookie.hasPrefix("mw-theme=" + choice))
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        let page = try await harness.page("/now", headers: [.cookie: "mw-theme=" + choice])
        #expect(page.contains("<html lang=\"en-GB\"\(mark)>"))
    }
}

// Forms with files, weeks and jobs in addresses, check lists as lines.

import Plant
import Testing

@testable import Web

@Suite("Forms and addresses")
struct FormTests {
    private func body(_ parts: [String], boundary: String = "b7") -> [UInt8] {
        Array(
            (parts.map { "--\(boundary)\r\n\($0)\r\n" }.joined() + "--\(boundary)--\r\n").utf8)
    }

    @Test("a form with a file gives its fields and its bytes as they are")
    func upload() throws {
        let bytes = body([
            "Content-Disposition: form-data; name=\"token\"\r\n\r\nabc",
            "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\\\x\\\\a %22b%22.csv\"\r\n"
                + "Content-Type: text/csv\r\n\r\none\r\n--b\r\n\r\ntwo",
            "Content-Disposition: form-data; name=\"note\"\r\n\r\n",
        ])
        let form = try #require(UploadForm(bytes, boundary: "b7"))
        #expect(form.fields["token"] == "abc")
        #expect(form.fields["note"] == "")
        #expect(form.filled("note") == nil)
        #expect(form.file?.name == "a \"b\".csv")
        #expect(form.file?.type == "text/csv")
        #expect(
            form.file.map { String(decoding: $0.bytes, as: UTF8.self) } == "one\r\n--b\r\n\r\ntwo")
    }

    @Test(
        "what is no form is none, and nothing traps",
        arguments: [
            "", "--b7", "--b7\r\n", "--b7--", "--b7\r\n\r\n", "--b7\r\nx\r\n--b7--",
            "--b7\r\n\r\n\r\n--b7", "b7", "--other\r\n\r\nx\r\n--other--",
        ])
    func notAForm(text: String) {
        let form = UploadForm(Array(text.utf8), boundary: "b7")
        #expect(form == nil || form?.fields.isEmpty == true)
        #expect(UploadForm(Array(text.utf8), boundary: "") == nil)
    }

    @Test("a cut form at every byte is refused or read, never a trap")
    func cut() {
        let whole = body([
            "Content-Disposition: form-data; name=\"a\"\r\n\r\n1",
            "Content-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nbytes",
        ])
        for length in 0..<whole.count {
            let form = UploadForm(Array(whole[..<length]), boundary: "b7")
            #expect(form == nil || form?.fields["a"] == "1")
        }
    }

    @Test("weeks are those of ISO 8601, also across years")
    func weeks() throws {
        let week = try #require(WeekAddress("2026-46"))
        #expect(week.monday.text == "2026-11-09")
        #expect(week.text == "2026-46")
        #expect(WeekAddress("2026-W01")?.monday.text == "2025-12-29")
        #expect(WeekAddress("2026-53")?.monday.text == "2026-12-28")
        #expect(WeekAddress("2025-53") == nil)
        #expect(week.adding(weeks: 8).text == "2027-01")
        for text in ["", "2026", "2026-0", "2026-54", "26-46", "2026-46-1", "x-y"] {
            #expect(WeekAddress(text) == nil, "\(text)")
        }
    }

    @Test("a job's name survives its address")
    func jobs() {
        #expect(JobAddress.page("A/17 50%") == "/j/A%2F17%2050%25")
        #expect(JobAddress.page("4711-b_1.2~") == "/j/4711-b_1.2~")
        #expect(JobAddress.page("Ä") == "/j/%C3%84")
    }

    @Test("check lists are read line by line and written back")
    func checks() throws {
        let text = "Bore | value | 24,98 | 25.02 | mm\n\n? Remark | text\nNo burr\nNo burr | tick"
        let steps = try CheckLines.steps(text)
        #expect(steps.map(\.id.text) == ["bore", "remark", "no-burr", "no-burr-2"])
        #expect(steps[0].lower == 24.98)
        #expect(steps[0].upper == 25.02)
        #expect(steps[0].unit == "mm")
        #expect(steps.map(\.isRequired) == [true, false, true, true])
        #expect(steps.map(\.kind) == [.value, .text, .good, .tick])
        let again = try CheckLines.steps(steps.map(CheckLines.line).joined(separator: "\n"))
        #expect(again == steps)
        #expect(throws: RefusedSaying.self) { _ = try CheckLines.steps("Bore | guess") }
        #expect(throws: RefusedSaying.self) { _ = try CheckLines.steps("Bore | value | wide") }
    }
}

@Suite("The morning e-mail")
struct MorningMailTests {
    @Test("links of the page in a letter lead to the box, and go where it has no address")
    func links() {
        let page = "<a class=\"x\" href=\"/r/2026-46\">w</a><a href=\"#s\">s</a><img src=\"data:\">"
        #expect(
            MorningMail.linked(page, base: "https://box:8420")
                == "<a class=\"x\" href=\"https://box:8420/r/2026-46\">w</a><a href=\"#s\">s</a>"
                + "<img src=\"data:\">")
        #expect(
            MorningMail.linked(page, base: "")
                == "<a class=\"x\">w</a><a href=\"#s\">s</a><img src=\"data:\">")
        #expect(MorningMail.linked("<a href=\"/x", base: "b") == "<a href=\"/x")
    }
}

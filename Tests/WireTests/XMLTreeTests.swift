// The XML of machines: what is taken, what is refused and where.

import Testing
import Wire

@Suite("XML")
struct XMLTreeTests {
    private static func decode(_ text: String) throws -> XMLTree {
        try XMLTree.decode(Array(text.utf8))
    }

    @Test("elements, attributes and texts are read without their namespaces")
    func reading() throws {
        let tree = try Self.decode(
            """
            \u{FEFF}<?xml version='1.0' encoding='UTF-8'?><!-- a - b -->
            <m:a xmlns:m="urn:x" xmlns="urn:y" m:one='1 &lt; "2"' two="&#x41;&#66;&amp;">
              x<?pi y?>y<![CDATA[<&]]> <b/><m:b n = "v" >  t&gt; </m:b>
            </m:a><!-- end -->

            """)
        #expect(tree.name == "a")
        #expect(tree.attributes.map(\.name) == ["one", "two"])
        #expect(tree[attribute: "one"] == "1 < \"2\"")
        #expect(tree[attribute: "two"] == "AB&")
        #expect(tree.text == "xy<&")
        #expect(tree.children.count == 2)
        #expect(tree.children[1] == XMLTree("b", attributes: [.init("n", "v")], text: "t>"))
    }

    @Test("line ends and spaces in values are made the same")
    func spaces() throws {
        let tree = try Self.decode("<a b='1\t2\r\n3\n4'>x\r\ny\rz</a>")
        #expect(tree[attribute: "b"] == "1 2 3 4".replacing(" 3", with: " 3"))
        #expect(tree.text == "x\ny\nz")
    }

    @Test(
        "what is not well-formed is refused",
        arguments: [
            "", " ", "x", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "<a b></a>", "<a b=1/>",
            "<a b='1' b='2'/>", "<a b='<'/>", "<a b='1'c='2'/>", "<a>&nope;</a>", "<a>&#0;</a>",
            "<a>&#xD800;</a>", "<a>&amp</a>", "<a>\u{1}</a>", "<a><![CDATA[x]]</a>", "<1/>",
            "<a", "<a ", "<a b", "<a b=", "<a b='", "<!-- x <a/>", "</a>", "<a><</a>", "<a / >",
            "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "<![CDATA[x]]><a/>", "<>",
            "<a>&#99999999999;</a>", "<a>]]></a>", "<a><!-- x -- y --></a>", "<a><?xml x?></a>",
            "<a><!-- x ---></a>", "<a>\u{FFFF}</a>", "<a b='\u{FFFE}'/>",
        ])
    func refusals(_ text: String) {
        #expect(throws: FrameError.self) { try Self.decode(text) }
    }

    @Test("a DOCTYPE is refused, so no entity can grow")
    func doctype() {
        let error = #expect(throws: FrameError.self) {
            try Self.decode("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
        }
        #expect(error?.description == "reading XML: a DOCTYPE is not allowed at byte 21")
    }

    @Test("bytes that are not UTF-8 are refused")
    func encoding() {
        #expect(throws: FrameError.self) { try XMLTree.decode([0x3C, 0x61, 0x2F, 0xFF, 0x3E]) }
        #expect(throws: FrameError.self) {
            try XMLTree.decode([0xFE, 0xFF, 0x00, 0x3C, 0x00, 0x61, 0x00, 0x2F, 0x00, 0x3E])
        }
    }

    @Test("depth, attributes, elements, names and sizes have limits")
    func limits() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(try Self.decode(nested(64)).name == "a")
        #expect(throws: FrameError.self) { try Self.decode(nested(65)) }
        func wide(_ count: Int) -> String {
            "<a " + (0..<count).map { "a\($0)='1'" }.joined(separator: " ") + "/>"
        }
        #expect(try Self.decode(wide(64)).attributes.count == 64)
        #expect(throws: FrameError.self) { try Self.decode(wide(65)) }
        let many = "<a>" + String(repeating: "<b/>", count: XMLLimits.elements) + "</a>"
        #expect(throws: FrameError.self) { try Self.decode(many) }
        #expect(throws: FrameError.self) {
            try Self.decode("<\(String(repeating: "n", count: 257))/>")
        }
        let long = String(repeating: "x", count: XMLLimits.textBytes)
        #expect(try Self.decode("<a>\(long)</a>").text.utf8.count == XMLLimits.textBytes)
        #expect(throws: FrameError.self) { try Self.decode("<a>\(long)<![CDATA[x]]></a>") }
        #expect(throws: FrameError.self) {
            try XMLTree.decode(Array(repeating: 0x20, count: XMLLimits.documentBytes + 1))
        }
    }

    @Test("times of every form are read to the nanosecond")
    func times() {
        #expect(RFC3339.nanoseconds("1970-01-01T00:00:00Z") == 0)
        #expect(RFC3339.nanoseconds("2026-01-01T00:00:00Z") == 1_767_225_600_000_000_000)
        #expect(
            RFC3339.nanoseconds("2026-01-01T00:00:00.123456789Z") == 1_767_225_600_123_456_789)
        #expect(RFC3339.nanoseconds("2017-02-27T09:49:43.5625000Z") == 1_488_188_983_562_500_000)
        #expect(RFC3339.nanoseconds("2009-03-22T01:50:29+00:00") == 1_237_686_629_000_000_000)
        #expect(RFC3339.nanoseconds("2009-03-22T01:50:29-05:30") == 1_237_706_429_000_000_000)
        #expect(RFC3339.nanoseconds("2022-06-01T00:00:00") == 1_654_041_600_000_000_000)
        #expect(RFC3339.nanoseconds("1969-12-31T23:59:59.999999999Z") == -1)
        #expect(RFC3339.nanoseconds("2016-12-31T23:59:60Z") == 1_483_228_800_000_000_000)
        #expect(RFC3339.nanoseconds("2024-02-29T00:00:00Z") != nil)
        #expect(RFC3339.nanoseconds("2262-04-11T23:47:16.854775807Z") == .max)
        for wrong in [
            "", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2023-02-29T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00ZZ", "2026-01-01", "x",
            "2262-04-11T23:47:16.854775808Z", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z",
        ] {
            #expect(RFC3339.nanoseconds(wrong) == nil, "\(wrong)")
        }
    }

    @Test("the text of a time is read as the same time")
    func timeTexts() {
        #expect(RFC3339.text(0) == "1970-01-01T00:00:00Z")
        #expect(RFC3339.text(-1) == "1969-12-31T23:59:59.999999999Z")
        #expect(RFC3339.text(1_767_225_600_120_000_000) == "2026-01-01T00:00:00.120Z")
        #expect(RFC3339.text(1_767_225_600_000_001_000) == "2026-01-01T00:00:00.000001Z")
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let time = Int64.random(in: -9_200_000_000_000_000_000 ... .max, using: &generator)
            #expect(RFC3339.nanoseconds(RFC3339.text(time)) == time)
        }
    }
}

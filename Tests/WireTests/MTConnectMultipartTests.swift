// Streamed answers of agents in pieces of every size.

import Testing
import Wire

@Suite("MTConnect streamed answers")
struct MTConnectMultipartTests {
    private static func parts(
        _ body: String, _ contentType: String, piece: Int, maximumBytes: Int = 1_000
    ) throws -> [MTConnectPart] {
        var reader = try MTConnectMultipart(contentType: contentType, maximumBytes: maximumBytes)
        var parts: [MTConnectPart] = []
        let bytes = Array(body.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            reader.append(Array(bytes[start..<min(start + piece, bytes.count)]))
            while let part = try reader.next() { parts.append(part) }
        }
        return parts
    }

    private static let sized =
        "--xyz\r\nContent-type: text/xml\r\nContent-length: 7\r\n\r\n<a>\r\n--\r\n"
        + "--xyz\r\nContent-length:0\r\nContent-type: text/xml\r\n\r\n\r\n--xyz--\r\nrest"
    private static let unsized =
        "preamble\n\n--xyz\nContent-type: text/xml\n\n<a>\n--x\n--xyz \r\n\r\n<b/>\r\n--xyz--\r\n"

    @Test(
        "boundaries are found in all the forms in which agents declare them",
        arguments: [
            "multipart/x-mixed-replace;boundary=xyz", "multipart/mixed; boundary=\"xyz\"",
            "multipart/mixed;boundary=--xyz", "Multipart/X-Mixed-Replace; a=b; Boundary=xyz; c",
        ])
    func boundaries(_ contentType: String) throws {
        for piece in [1, 2, 3, 7, 1_000] {
            let parts = try Self.parts(Self.sized, contentType, piece: piece)
            #expect(parts.map { String(decoding: $0.body, as: UTF8.self) } == ["<a>\r\n--", ""])
            #expect(parts.map(\.contentType) == ["text/xml", "text/xml"])
        }
    }

    @Test("parts without a length end at the next boundary")
    func unsized() throws {
        for piece in [1, 2, 3, 7, 1_000] {
            let parts = try Self.parts(
                Self.unsized, "multipart/mixed;boundary=xyz", piece: piece)
            #expect(parts.map { String(decoding: $0.body, as: UTF8.self) } == ["<a>\n--x", "<b/>"])
        }
    }

    @Test("a part with a length is complete with its last byte")
    func complete() throws {
        var reader = try MTConnectMultipart(contentType: "multipart/mixed;boundary=xyz")
        reader.append(Array("--xyz\r\nContent-length: 3\r\n\r\n<a".utf8))
        #expect(try reader.next() == nil)
        reader.append([0x3E])
        #expect(try reader.next()?.body == Array("<a>".utf8))
        #expect(!reader.isFinished)
        reader.append(Array("\r\n--xyz--".utf8))
        #expect(try reader.next() == nil)
        reader.append(Array("\r\n".utf8))
        #expect(try reader.next() == nil)
        #expect(reader.isFinished)
    }

    @Test(
        "content types without a boundary are refused",
        arguments: [
            "text/xml", "multipart/mixed", "multipart/mixed;boundary=", "",
            "multipart/mixed;boundary=\"\"", "multipart/mixed;boundary=--",
            "multipart/form-data;boundary=x",
        ])
    func noBoundary(_ contentType: String) {
        #expect(throws: FrameError.self) { try MTConnectMultipart(contentType: contentType) }
    }

    @Test(
        "parts that are too large or framed wrongly end the stream",
        arguments: [
            "--xyz\r\nContent-length: 1001\r\n\r\n", "--xyz\r\nContent-length: -1\r\n\r\n",
            "--xyz\r\nContent-length: 99999999999999999999999\r\n\r\n",
            "--xyz\r\nno header\r\n\r\n", "--xyz\r\nContent-length: 1\r\n\r\n<a>\r\n--xyz\r\n",
            "--xyz\r\n\r\n" + String(repeating: "x", count: 1_301),
            "--xyz\r\n\r\n" + String(repeating: "x", count: 1_001) + "\r\n--xyz\r\n",
            "--xyz\r\na:" + String(repeating: "x", count: 20_000),
            "--xyz\r\n" + String(repeating: "a: b\r\n", count: 4_000),
            String(repeating: "x", count: 70_000), String(repeating: "x\n", count: 40_000),
        ])
    func refused(_ body: String) {
        for piece in [1_000, 100_000] {
            #expect(throws: FrameError.self) {
                try Self.parts(body, "multipart/mixed;boundary=xyz", piece: piece)
            }
        }
    }
}

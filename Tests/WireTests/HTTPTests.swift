// Answers of web servers: every way in which a body can end, and what is refused.

import Testing

@testable import Wire

/// Everything that an answer said, joined.
private struct Told: Equatable {
    var statuses: [Int] = []
    var body: [UInt8] = []
    var ends: [Bool] = []

    mutating func take(_ event: HTTPResponseEvent) {
        switch event {
        case .head(let head): statuses.append(head.status)
        case .body(let bytes): body += bytes
        case .end(let keepsAlive): ends.append(keepsAlive)
        }
    }
}

private func read(
    _ pieces: [[UInt8]], limit: Int? = HTTPLimits.bodyBytes, closes: Bool = true
) throws -> Told {
    var reader = HTTPResponseReader(bodyLimit: limit)
    var told = Told()
    for piece in pieces {
        reader.append(piece)
        while let event = try reader.next() { told.take(event) }
    }
    if closes, let event = try reader.closed() { told.take(event) }
    return told
}

private func bytes(_ text: String) -> [UInt8] {
    Array(text.replacing("\n", with: "\r\n").utf8)
}

@Suite("HTTP answers")
struct HTTPTests {
    private static let answers: [(String, String, Bool)] = [
        ("HTTP/1.1 200 OK\nContent-Length: 5\nContent-Type: a/b\n\nhello", "hello", true),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nhel\n2;x=y\nlo\n0\n\n", "hello", true),
        (
            "HTTP/1.1 200 OK\nTransfer-Encoding: Chunked\n\n5 \nhello\n0\nX: trailer\n\n",
            "hello", true
        ),
        ("HTTP/1.1 200 OK\n\nhello", "hello", false),
        ("HTTP/1.0 200 OK\nContent-Length: 5\n\nhello", "hello", false),
        ("HTTP/1.0 200 OK\nContent-Length: 5\nConnection: keep-alive\n\nhello", "hello", true),
        ("HTTP/1.1 404 Not Found\nContent-Length: 2\nConnection: close\n\nno", "no", false),
        ("HTTP/1.1 204 No Content\n\n", "", true),
        ("HTTP/1.1 100 Continue\n\nHTTP/1.1 200\nContent-Length: 0\n\n", "", true),
        ("HTTP/1.1 302 Found\nLocation: /x\nContent-Length: 0\n\n", "", true),
    ]

    @Test("are read whole, and cut at every byte", arguments: answers)
    func cuts(_ text: String, _ body: String, _ keepsAlive: Bool) throws {
        let all = bytes(text)
        let whole = try read([all])
        #expect(whole.body == Array(body.utf8))
        #expect(whole.ends == [keepsAlive])
        #expect(whole.statuses.count == 1)
        for place in all.indices {
            #expect(try read([Array(all[..<place]), Array(all[place...])]) == whole)
        }
        #expect(try read(all.map { [$0] }) == whole)
    }

    @Test("are missed when the connection ends in the middle", arguments: answers)
    func cutOff(_ text: String, _ body: String, _ keepsAlive: Bool) throws {
        let all = bytes(text)
        let isClosing = !text.contains("Length") && !text.contains("Encoding") && !body.isEmpty
        let ending = isClosing ? all.count - body.utf8.count : all.count
        for place in 1..<ending {
            if text.contains("100 Continue"), place == 25 { continue }
            #expect(throws: FrameError.self, "cut at \(place)") {
                _ = try read([Array(all[..<place])])
            }
        }
    }

    @Test("follow each other on one connection")
    func pipeline() throws {
        let one = bytes("HTTP/1.1 200 OK\nContent-Length: 2\n\nab")
        let two = bytes("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\nc\n0\n\n")
        let told = try read([one, two, one])
        #expect(told.body == Array("abcab".utf8))
        #expect(told.ends == [true, true, true])
    }

    @Test("with bytes behind their end close the connection")
    func garbage() throws {
        let told = try? read(
            [bytes("HTTP/1.1 200 OK\nContent-Length: 2\n\nabc")], closes: false)
        #expect(told?.ends == [false])
    }

    @Test(
        "that can be misread are refused",
        arguments: [
            "HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 6\n\nhello!",
            "HTTP/1.1 200 OK\nContent-Length: 5, 5\n\nhello",
            "HTTP/1.1 200 OK\nContent-Length: -5\n\nhello",
            "HTTP/1.1 200 OK\nContent-Length: 0x5\n\nhello",
            "HTTP/1.1 200 OK\nContent-Length:\n\nhello",
            "HTTP/1.1 200 OK\nContent-Length: 99999999999999999999\n\nhello",
            "HTTP/1.1 200 OK\nContent-Length: 5\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n",
            "HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n5\nhello\n0\n\n",
            "HTTP/1.1 200 OK\nTransfer-Encoding: identity\n\nhello",
            "HTTP/1.0 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n",
            "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 5\n\nhello",
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhelloo\n0\n\n",
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n-1\nhello\n0\n\n",
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nffffffffffffffff\nhello\n0\n\n",
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n\nhello\n0\n\n",
            "HTTP/1.1 200 OK\nA : b\nContent-Length: 0\n\n",
            "HTTP/1.1 200 OK\nA: b\n folded\nContent-Length: 0\n\n",
            "HTTP/1.1 200 OK\n: b\nContent-Length: 0\n\n",
            "HTTP/1.1 200 OK\nA: \u{1}\nContent-Length: 0\n\n",
            "HTTP/1.1 101 Switching\n\n",
            "HTTP/2 200 OK\n\n", "HTTP/1.2 200 OK\n\n", "HTTP/1.1 20 OK\n\n",
            "HTTP/1.1 999 OK\n\n", "HTTP/1.1 2000\n\n", "<html>\n\n", "\n\n",
        ])
    func refused(_ text: String) {
        #expect(throws: FrameError.self) { _ = try read([bytes(text)]) }
    }

    @Test("never take more memory than the limits allow")
    func limits() {
        let line = "HTTP/1.1 200 OK\n"
        #expect(throws: FrameError.self) {
            _ = try read([bytes(line + "A: " + String(repeating: "x", count: 17_000))])
        }
        #expect(throws: FrameError.self) {
            _ = try read([bytes(line + String(repeating: "A: b\n", count: 65) + "\n")])
        }
        #expect(throws: FrameError.self) {
            _ = try read(
                [bytes(String(repeating: "HTTP/1.1 100 Continue\n\n", count: 1_000))])
        }
        #expect(throws: FrameError.self) {
            _ = try read([bytes(line + "Content-Length: 11\n\n")], limit: 10, closes: false)
        }
        #expect(throws: FrameError.self) {
            _ = try read([bytes(line + "\n" + "01234567890")], limit: 10)
        }
        #expect(throws: FrameError.self) {
            _ = try read(
                [bytes(line + "Transfer-Encoding: chunked\n\n6\n012345\n6\n")], limit: 10,
                closes: false)
        }
        #expect(throws: FrameError.self) {
            _ = try read(
                [
                    bytes(line + "Transfer-Encoding: chunked\n\n0\n"),
                    bytes(String(repeating: "A: b\n", count: 5_000)),
                ])
        }
    }

    @Test("of one byte wrong are read or refused, never a trap")
    func mutations() {
        for (text, _, _) in Self.answers {
            let all = bytes(text)
            for place in all.indices {
                for bit in 0..<8 {
                    var wrong = all
                    wrong[place] ^= 1 << bit
                    // Either is right; the test is that it ends.
                    _ = try? read([wrong])
                }
            }
        }
    }

    @Test("are asked for by a request")
    func request() throws {
        let request = HTTPRequest(
            target: "/a?b=1", host: "h:80",
            fields: [.basic(user: "Aladdin", password: Array("open sesame".utf8))])
        #expect(
            try String(decoding: request.encoded(), as: UTF8.self)
                == "GET /a?b=1 HTTP/1.1\r\nHost: h:80\r\nUser-Agent: millwright\r\n"
                + "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n")
        #expect(Base64.text([]) == "")
        #expect(Base64.text(Array("f".utf8)) == "Zg==")
        #expect(Base64.text(Array("fo".utf8)) == "Zm8=")
    }

    @Test(
        "are not asked for by a request that would be two",
        arguments: [
            HTTPRequest(target: "a", host: "h"), HTTPRequest(target: "/a b", host: "h"),
            HTTPRequest(target: "/a\r\nX: y", host: "h"), HTTPRequest(target: "/#a", host: "h"),
            HTTPRequest(target: "/", host: "h\r\nX: y"),
            HTTPRequest(target: "/", host: "h", fields: [.init("A b", "c")]),
            HTTPRequest(target: "/", host: "h", fields: [.init("A", "c\nD: e")]),
        ])
    func refusedRequest(_ request: HTTPRequest) {
        #expect(throws: FrameError.self) { _ = try request.encoded() }
    }
}

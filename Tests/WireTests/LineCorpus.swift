// The corpus of the makers of line protocol, as values.

import Foundation
import Testing
import Wire

/// One half of influxdata/line-protocol-corpus.
///
/// Read with JSONDecoder: JSONSerialization rounds some long numbers wrongly (1.7976931348623157e+53).
struct LineCorpus: Decodable {
    struct Text: Decodable {
        private struct Binary: Decodable { let binary: String }
        private let content: [UInt8]?

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                content = Array(text.utf8)
            } else {
                let base64 = try Binary(from: decoder).binary
                content = Data(base64Encoded: base64).map { [UInt8]($0) }
            }
        }

        func bytes() throws -> [UInt8] { try #require(content) }
        func string() throws -> String { String(decoding: try bytes(), as: UTF8.self) }
    }

    struct Value: Decodable {
        let float: Double?
        let int: Int64?
        let uint: UInt64?
        let bool: Bool?
        let string: Text?

        func value() throws -> LinePoint.Value {
            if let float { return .float(float) }
            if let int { return .int(int) }
            if let uint { return .uint(uint) }
            if let bool { return .bool(bool) }
            return .string(try #require(string).string())
        }
    }

    struct Tag: Decodable {
        let key: Text
        let value: Text
    }

    struct Field: Decodable {
        let key: Text
        let value: Value
    }

    struct Point: Decodable {
        let name: Text
        let tags: [Tag]?
        let fields: [Field]
        let time: Int64

        func point() throws -> LinePoint {
            LinePoint(
                measurement: try name.string(),
                tags: try (tags ?? []).map { .init(try $0.key.string(), try $0.value.string()) },
                fields: try fields.map { .init(try $0.key.string(), try $0.value.value()) },
                time: time)
        }
    }

    struct Decode: Decodable {
        struct Input: Decodable {
            let text: Text
            let precision: String
            let defaultTime: Int64
        }
        struct Output: Decodable {
            let result: [Point]?
            let error: String?
        }
        let input: Input
        let output: Output
    }

    struct Encode: Decodable {
        struct Input: Decodable {
            let point: Point
            let precision: String
        }
        struct Output: Decodable {
            let result: Text?
            let error: String?
        }
        let input: Input
        let output: Output
    }

    let decode: [String: Decode]
    let encode: [String: Encode]

    static func load() throws -> LineCorpus {
        let bytes = try ReferenceFiles.bytes("line-protocol-corpus/corpus-dev.json")
        return try JSONDecoder().decode(LineCorpus.self, from: Data(bytes))
    }
}

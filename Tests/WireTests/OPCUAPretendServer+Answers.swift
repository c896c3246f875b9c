// What the server in the hand of a test answers to each service.

import Testing

@testable import Wire

extension OPCUAPretendServer {
    mutating func content(_ request: SeenRequest) throws -> [UInt8] {
        var request = request
        switch request.type {
        case 428:
            var writer = Self.header(431, request)
            endpoints(into: &writer)
            return writer.bytes
        case 461: return try session(&request)
        case 467:
            var writer = Self.header(470, request)
            writer.byteString(cryptography.random(32))
            writer.nullArray()
            writer.nullArray()
            return writer.bytes
        case 473: return Self.header(476, request).bytes
        case 527, 533: return browse(request)
        case 554: return try paths(&request)
        case 631: return try read(&request)
        case 664: return history(request)
        case 751: return try items(&request)
        case 787:
            var writer = Self.header(790, request)
            subscriptionNumber += 1
            writer.uint32(subscriptionNumber)
            writer.double(try request.body.double())
            writer.uint32(try request.body.uint32())
            writer.uint32(try request.body.uint32())
            return writer.bytes
        case 832:
            _ = try request.body.uint32()
            let sequence = try request.body.uint32()
            guard let notification = kept[sequence] else {
                return Self.header(397, request, .badMessageNotAvailable).bytes
            }
            var writer = Self.header(835, request)
            writer.raw(notification)
            return writer.bytes
        case 841:
            var writer = Self.header(844, request)
            writer.int32(1)
            writer.status(.good)
            writer.nullArray()
            writer.nullArray()
            return writer.bytes
        default:
            var writer = Self.header(request.type + 3, request)
            writer.nullArray()
            writer.nullArray()
            return writer.bytes
        }
    }

    private func endpoints(into writer: inout OPCUAWriter) {
        writer.array(offers) { writer, offer in
            writer.string("opc.tcp://elsewhere:4840")
            writer.string("urn:server")
            writer.string(nil)
            writer.localizedText(OPCUALocalizedText("Press"))
            writer.int32(0)
            writer.string(nil)
            writer.string(nil)
            writer.nullArray()
            writer.byteString(cryptography.certificate.der)
            writer.int32(offer.1.rawValue)
            writer.string(offer.0)
            let identities: [(String, Int32, String?)] = [
                ("anyone", 0, nil), ("name", 1, offer.password),
            ]
            writer.array(identities) {
                $0.string($1.0)
                $0.int32($1.1)
                $0.string(nil)
                $0.string(nil)
                $0.string($1.2)
            }
            writer.string("http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary")
            writer.byte(0)
        }
    }

    private mutating func session(_ request: inout SeenRequest) throws -> [UInt8] {
        _ = try request.body.string()
        _ = try request.body.string()
        _ = try request.body.localizedText()
        _ = try request.body.int32()
        for _ in 0..<2 { _ = try request.body.string() }
        _ = try request.body.count(of: 4)
        for _ in 0..<3 { _ = try request.body.string() }
        let nonce = try request.body.byteString()
        let theirs = try request.body.byteString()
        sessionNumber += 1
        var writer = Self.header(464, request)
        writer.nodeID(OPCUANodeID(1, .numeric(sessionNumber)))
        writer.nodeID(OPCUANodeID(1, .numeric(sessionNumber + 1_000)))
        writer.double(60_000)
        writer.byteString(cryptography.random(32))
        writer.byteString(cryptography.certificate.der)
        endpoints(into: &writer)
        writer.nullArray()
        if let nonce, let theirs {
            writer.string(OPCUASecurityPolicy.basic256Sha256.signatureURI)
            writer.byteString(try cryptography.sign(theirs + nonce, .basic256Sha256))
        } else {
            writer.string(nil)
            writer.byteString(nil)
        }
        writer.uint32(0)
        return writer.bytes
    }

    private mutating func browse(_ request: SeenRequest) -> [UInt8] {
        let page = pages.isEmpty ? (count: 1, hasMore: false) : pages.removeFirst()
        var writer = Self.header(request.type + 3, request)
        writer.int32(1)
        writer.status(.good)
        writer.byteString(page.hasMore ? [1, 2] : nil)
        writer.array(Array(0..<page.count)) { writer, number in
            writer.nodeID(OPCUANodeID(standard: 35))
            writer.boolean(true)
            writer.expandedNodeID(OPCUAExpandedNodeID(OPCUANodeID(2, .numeric(UInt32(number)))))
            writer.qualifiedName(OPCUAQualifiedName(2, "n\(number)"))
            writer.localizedText(OPCUALocalizedText("N"))
            writer.int32(2)
            writer.expandedNodeID(OPCUAExpandedNodeID(OPCUANodeID(standard: 63)))
        }
        writer.nullArray()
        return writer.bytes
    }

    private func paths(_ request: inout SeenRequest) throws -> [UInt8] {
        let count = try request.body.count(of: 6) ?? 0
        var writer = Self.header(557, request)
        writer.array(Array(0..<count)) { writer, number in
            writer.status(.good)
            writer.int32(1)
            writer.expandedNodeID(OPCUAExpandedNodeID(OPCUANodeID(standard: UInt32(number))))
            writer.uint32(.max)
        }
        writer.nullArray()
        return writer.bytes
    }

    private func read(_ request: inout SeenRequest) throws -> [UInt8] {
        _ = try request.body.double()
        _ = try request.body.int32()
        let nodes = try request.body.array(of: 10) { (reader) throws(FrameError) in
            let node = try reader.nodeID()
            _ = try reader.uint32()
            _ = try reader.string()
            _ = try reader.qualifiedName()
            return node
        }
        let standard: [OPCUANodeID: OPCUADataValue] = [
            OPCUANodeID(standard: 2_255): OPCUADataValue(
                .array(OPCUAArray(type: 12, [.string("ua"), .string("s"), .string("urn:p")]))),
            OPCUANodeID(standard: 2_257): OPCUADataValue(.scalar(.dateTime(startTime))),
        ]
        let missing = OPCUADataValue(nil, status: .badNodeIDUnknown)
        var writer = Self.header(634, request)
        writer.array(nodes) { $0.dataValue(values[$1] ?? standard[$1] ?? missing) }
        writer.nullArray()
        return writer.bytes
    }

    private mutating func history(_ request: SeenRequest) -> [UInt8] {
        let page = pages.isEmpty ? (count: 1, hasMore: false) : pages.removeFirst()
        var inner = OPCUAWriter()
        inner.array(Array(0..<page.count)) {
            $0.dataValue(OPCUADataValue(.scalar(.int32(Int32($1)))))
        }
        var writer = Self.header(667, request)
        writer.int32(1)
        writer.status(.good)
        writer.byteString(page.hasMore ? [7] : nil)
        writer.extensionObject(
            OPCUAExtensionObject(OPCUANodeID(standard: 658), .bytes(inner.bytes)))
        writer.nullArray()
        return writer.bytes
    }

    private mutating func items(_ request: inout SeenRequest) throws -> [UInt8] {
        _ = try request.body.uint32()
        _ = try request.body.int32()
        let count = try request.body.count(of: 30) ?? 0
        var writer = Self.header(754, request)
        for number in 0..<count {
            if number == 0 { writer.int32(Int32(count)) }
            writer.status(itemStatuses.isEmpty ? .good : itemStatuses.removeFirst())
            writer.uint32(UInt32(number))
            writer.double(100)
            writer.uint32(10)
            writer.extensionObject(.null)
        }
        writer.nullArray()
        return writer.bytes
    }
}

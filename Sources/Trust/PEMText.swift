// Reads PEM texts (RFC 7468) from files of unknown origin, within limits and without trapping.

/// One block of a PEM text.
struct PEMBlock: Hashable, Sendable {
    /// The words after `BEGIN`, such as `CERTIFICATE`.
    let label: String
    /// What the base64 text decodes to.
    let bytes: [UInt8]
    /// Which block of the text it is, from 1.
    let position: Int
}

/// Reading and writing of PEM texts.
///
/// It is more tolerant than the parser of swift-asn1 about line lengths, line ends, spaces and text
/// between blocks, as owners' files come out of many programs; and it knows why it refuses.
enum PEMText {
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)

    /// The blocks of a text in their order; only the wanted ones are decoded, others are left out.
    static func blocks(
        of text: String, as piece: TrustPiece, wanted: Set<String>
    ) throws(TrustError) -> [PEMBlock] {
        let length = text.utf8.count
        guard length <= TrustLimits.textBytes else { throw .tooLong(piece, bytes: length) }
        let bytes = Array(text.utf8)
        var blocks: [PEMBlock] = []
        var other: String?
        var position = 0
        var rest = bytes[...]
        while let start = rest.range(of: begin) {
            position += 1
            guard position <= TrustLimits.blocks else { throw .tooManyBlocks(piece) }
            let (label, body) = try take(&rest, after: start.upperBound, piece, position)
            if wanted.contains(label) {
                let content = try decode(body, piece, position)
                blocks.append(PEMBlock(label: label, bytes: content, position: position))
            } else if label == "ENCRYPTED PRIVATE KEY" && piece.isKey {
                throw .keyLocked(piece)
            } else if other == nil {
                other = label
            }
        }
        if blocks.isEmpty {
            guard let other else { throw .noPEM(piece) }
            throw .wrongLabel(piece, found: shown(other))
        }
        return blocks
    }

    /// A PEM block as text: lines of 64 characters, a line feed after each.
    static func text(label: String, bytes: [UInt8]) -> String {
        let encoded = Base64.encode(bytes)
        var text = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: encoded.count, by: 64) {
            let line = encoded[start..<min(start + 64, encoded.count)]
            text += String(decoding: line, as: UTF8.self) + "\n"
        }
        return text + "-----END \(label)-----\n"
    }

    /// Takes one block off the rest, which begins somewhere before the label.
    private static func take(
        _ rest: inout ArraySlice<UInt8>, after labelStart: Int, _ piece: TrustPiece,
        _ position: Int
    ) throws(TrustError) -> (label: String, body: ArraySlice<UInt8>) {
        let afterBegin = rest[labelStart...]
        guard let close = afterBegin.range(of: dashes), close.lowerBound - labelStart <= 64 else {
            throw .damaged(piece, block: position, detail: "its BEGIN line is not complete")
        }
        let labelBytes = afterBegin[..<close.lowerBound]
        guard labelBytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .damaged(piece, block: position, detail: "its BEGIN line is not text")
        }
        let afterLabel = rest[close.upperBound...]
        guard let finish = afterLabel.range(of: end + labelBytes + dashes) else {
            throw .damaged(piece, block: position, detail: "its END line is missing")
        }
        rest = rest[finish.upperBound...]
        let label = String(decoding: labelBytes, as: UTF8.self)
        return (label, afterLabel[..<finish.lowerBound])
    }

    private static func decode(
        _ body: ArraySlice<UInt8>, _ piece: TrustPiece, _ position: Int
    ) throws(TrustError) -> [UInt8] {
        // A colon occurs only in the headers of RFC 1421, which mark a locked key.
        if body.contains(UInt8(ascii: ":")) {
            let isLocked = piece.isKey && body.range(of: Array("ENCRYPTED".utf8)) != nil
            if isLocked { throw .keyLocked(piece) }
            throw .damaged(piece, block: position, detail: "it has headers")
        }
        guard let bytes = Base64.decode(body) else {
            throw .damaged(piece, block: position, detail: "its base64 text is broken or cut")
        }
        guard !bytes.isEmpty else {
            throw .damaged(piece, block: position, detail: "it is empty")
        }
        return bytes
    }
}

extension ArraySlice<UInt8> {
    /// Where some bytes occur first.
    fileprivate func range(of needle: [UInt8]) -> Range<Int>? {
        guard let first = needle.first, count >= needle.count else { return nil }
        var from = startIndex
        let last = endIndex - needle.count
        while from <= last, let start = self[from...last].firstIndex(of: first) {
            if self[start..<start + needle.count].elementsEqual(needle) {
                return start..<start + needle.count
            }
            from = start + 1
        }
        return nil
    }
}

// Cuts a line of an adapter at its pipes.

/// Cuts lines into fields.
enum SHDRFields {
    /// The fields of a line without the space around them.
    ///
    /// A field that begins and ends with a double quote may hold pipes and quotes behind a
    /// backslash. Without both quotes a backslash is a character like others, and a pipe ends the
    /// field: paths of programs hold backslashes. Bytes that are not UTF-8 are replaced.
    static func split(_ line: [UInt8]) throws(FrameError) -> [String] {
        var fields: [String] = []
        var place = 0
        while place < line.count {
            while place < line.count, isSpace(line[place]) { place += 1 }
            guard place < line.count else {
                fields.append("")
                break
            }
            guard fields.count < SHDRLimits.fields else {
                throw FrameError(
                    doing: "reading a line of an adapter",
                    problem: .invalid("more than \(SHDRLimits.fields) fields"), offset: place)
            }
            if line[place] == 0x22, let quoted = quoted(line, place) {
                fields.append(String(decoding: quoted.text, as: UTF8.self))
                place = quoted.end
            } else {
                let end = line[place...].firstIndex(of: 0x7C) ?? line.count
                fields.append(XMLText.trimmed(Array(line[place..<end])))
                place = end
            }
            // A pipe at the end of the line is followed by an empty field.
            if place == line.count - 1 { fields.append("") }
            place += 1
        }
        return fields
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The text between quotes and the place of the pipe behind; nil when the quote does not end.
    private static func quoted(_ line: [UInt8], _ start: Int) -> (text: [UInt8], end: Int)? {
        var text: [UInt8] = []
        var place = start + 1
        while place < line.count {
            switch line[place] {
            case 0x5C where place + 1 < line.count:
                text.append(line[place + 1])
                place += 2
            case 0x7C: return nil
            case 0x22:
                var end = place + 1
                while end < line.count, isSpace(line[end]) { end += 1 }
                guard end == line.count || line[end] == 0x7C else { return nil }
                return (text, end)
            default:
                text.append(line[place])
                place += 1
            }
        }
        return nil
    }
}

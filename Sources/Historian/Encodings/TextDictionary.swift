// The encoding of texts that repeat: each different text once, then runs of their numbers.

/// Texts by number, in order of first appearance; bytes decide what is the same text.
enum TextDictionary {
    /// The different texts and the number of each row's text, or nil with too many of them.
    static func numbers(_ texts: [String]) -> (texts: [String], numbers: [Int64])? {
        var known: [[UInt8]: Int64] = [:]
        var different: [String] = []
        var numbers: [Int64] = []
        numbers.reserveCapacity(texts.count)
        var previous: (bytes: [UInt8], number: Int64)?
        for text in texts {
            if let previous, text.utf8.elementsEqual(previous.bytes) {
                numbers.append(previous.number)
                continue
            }
            let bytes = Array(text.utf8)
            let number = known[bytes] ?? Int64(different.count)
            if number == Int64(different.count) {
                known[bytes] = number
                different.append(text)
                if different.count > max(4, texts.count / 2) { return nil }
            }
            numbers.append(number)
            previous = (bytes, number)
        }
        return (different, numbers)
    }

    /// Appends the dictionary and the runs.
    static func encode(texts: [String], numbers: [Int64], into output: inout [UInt8]) {
        output.putVarint(UInt64(texts.count))
        RawValues.encode(texts: texts, into: &output)
        RunLength.encode(numbers, into: &output)
    }

    /// The `count` texts that `encode` was given.
    static func decode(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [String] {
        let size = try reader.count("a dictionary", limit: count)
        let texts = try RawValues.texts(&reader, count: size)
        let numbers = try RunLength.decode(&reader, count: count)
        var result: [String] = []
        result.reserveCapacity(count)
        for number in numbers {
            guard number >= 0, number < Int64(texts.count) else {
                throw ChunkFault("text \(number) of \(texts.count)")
            }
            result.append(texts[Int(number)])
        }
        return result
    }
}

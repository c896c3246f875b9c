// Reads the text of a pattern into a tree and lays the tree out in steps.

/// Why a text is not a pattern.
public struct SerialPatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// No group is named value.
        case noValue
        /// The text or what it stands for is too large.
        case tooLarge
        /// Something that the grammar does not have.
        case unsupported(String)
        /// A bracket or brace is not closed, or closed twice.
        case unbalanced
        /// A count, star, plus or question mark with nothing before it.
        case nothingToRepeat
        /// A group name other than value, sign, unit and status, or one given twice.
        case groupName(String)
    }

    /// The text that was to be read.
    public var text: String
    /// Offset of the fault in bytes, from 0.
    public var offset: Int
    /// What is wrong.
    public var reason: Reason

    /// The error in one line.
    public var description: String {
        let why =
            switch reason {
            case .noValue: "name the number: (?<value>[0-9.]+)"
            case .tooLarge:
                "it is too large; use at most \(SerialLimits.patternBytes) bytes and counts up to "
                    + "\(SerialLimits.repetitions)"
            case .unsupported(let what): "\(what) cannot be used here"
            case .unbalanced: "a bracket or brace has no partner"
            case .nothingToRepeat: "there is nothing to repeat"
            case .groupName(let name):
                "\"\(name)\" is not a name, or there twice; use value, sign, unit and status"
            }
        return "pattern \"\(text)\": at byte \(offset), \(why)"
    }
}

/// A pattern as a tree.
indirect enum SerialPatternNode {
    case byte(SerialByteSet)
    case sequence([SerialPatternNode])
    case either([SerialPatternNode])
    case repeated(SerialPatternNode, least: Int, most: Int?, isLazy: Bool)
    case group(SerialGroup, SerialPatternNode)
    case lineStart
    case lineEnd
}

/// A position in the text of a pattern.
struct SerialPatternParser {
    private let text: String
    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0
    private(set) var groups: Set<SerialGroup> = []

    private static let digit = SerialByteSet(0x30...0x39)
    private static let word = SerialByteSet(0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F...0x5F)
    private static let space = SerialByteSet(0x09...0x0D, 0x20...0x20)
    private static let any = SerialByteSet(0x00...0xFF)

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    mutating func parse() throws(SerialPatternError) -> SerialPatternNode {
        guard bytes.count <= SerialLimits.patternBytes else { throw error(.tooLarge) }
        let node = try either()
        guard offset == bytes.count else { throw error(.unbalanced) }
        return node
    }

    private func error(_ reason: SerialPatternError.Reason) -> SerialPatternError {
        SerialPatternError(text: text, offset: offset, reason: reason)
    }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func either() throws(SerialPatternError) -> SerialPatternNode {
        guard depth < SerialLimits.depth else { throw error(.tooLarge) }
        depth += 1
        defer { depth -= 1 }
        var ways = [try sequence()]
        while take(0x7C) { ways.append(try sequence()) }
        return ways.count == 1 ? ways[0] : .either(ways)
    }

    private mutating func sequence() throws(SerialPatternError) -> SerialPatternNode {
        var nodes: [SerialPatternNode] = []
        while let byte = next, byte != 0x7C, byte != 0x29 {
            let node = try atom()
            nodes.append(try quantified(node))
        }
        return .sequence(nodes)
    }

    private mutating func atom() throws(SerialPatternError) -> SerialPatternNode {
        guard let byte = next else { throw error(.unbalanced) }
        switch byte {
        case 0x28: return try group()
        case 0x5B: return .byte(try characterClass())
        case 0x2A, 0x2B, 0x3F, 0x7B: throw error(.nothingToRepeat)
        case 0x5D, 0x7D: throw error(.unbalanced)
        default: offset += 1
        }
        switch byte {
        case 0x2E: return .byte(Self.any)
        case 0x5E: return .lineStart
        case 0x24: return .lineEnd
        case 0x5C: return .byte(try escape())
        default:
            var followers: [SerialPatternNode] = [.byte(SerialByteSet(byte...byte))]
            // A character of several bytes is repeated as one.
            while byte >= 0xC0, let more = next, more & 0xC0 == 0x80 {
                followers.append(.byte(SerialByteSet(more...more)))
                offset += 1
            }
            return followers.count == 1 ? followers[0] : .sequence(followers)
        }
    }

    private mutating func group() throws(SerialPatternError) -> SerialPatternNode {
        offset += 1
        var named: SerialGroup?
        if take(0x3F) {
            if !take(0x3A) {
                _ = take(0x50)
                guard take(0x3C) else { throw error(.unsupported("this kind of group")) }
                let start = offset
                while let byte = next, Self.word.contains(byte) { offset += 1 }
                let name = String(decoding: bytes[start..<offset], as: UTF8.self)
                guard take(0x3E), let group = SerialGroup(rawValue: name),
                    groups.insert(group).inserted
                else { throw error(.groupName(name)) }
                named = group
            }
        }
        let node = try either()
        guard take(0x29) else { throw error(.unbalanced) }
        return named.map { .group($0, node) } ?? node
    }

    private mutating func escape() throws(SerialPatternError) -> SerialByteSet {
        guard let byte = next else { throw error(.unsupported("a \\ at the end")) }
        offset += 1
        switch byte {
        case 0x64: return Self.digit
        case 0x44: return Self.digit.inverted
        case 0x77: return Self.word
        case 0x57: return Self.word.inverted
        case 0x73: return Self.space
        case 0x53: return Self.space.inverted
        case 0x74: return SerialByteSet(0x09...0x09)
        case 0x78:
            guard offset + 2 <= bytes.count,
                let code = UInt8(
                    String(decoding: bytes[offset..<offset + 2], as: UTF8.self), radix: 16)
            else { throw error(.unsupported("\\x without two digits")) }
            offset += 2
            return SerialByteSet(code...code)
        default:
            guard byte < 0x80, !Self.word.contains(byte) else {
                throw error(.unsupported("this letter behind \\"))
            }
            return SerialByteSet(byte...byte)
        }
    }

    private mutating func characterClass() throws(SerialPatternError) -> SerialByteSet {
        offset += 1
        let isInverted = take(0x5E)
        var set = SerialByteSet()
        var isFirst = true
        while let byte = next, byte != 0x5D || isFirst {
            isFirst = false
            offset += 1
            guard byte < 0x80 else { throw error(.unsupported("a letter beyond ASCII in [ ]")) }
            if byte == 0x5C {
                set.formUnion(try escape())
                continue
            }
            guard next == 0x2D, offset + 1 < bytes.count, bytes[offset + 1] != 0x5D else {
                set.insert(byte...byte)
                continue
            }
            let last = bytes[offset + 1]
            guard last >= byte, last < 0x80, last != 0x5C else {
                throw error(.unsupported("this range in [ ]"))
            }
            set.insert(byte...last)
            offset += 2
        }
        guard take(0x5D) else { throw error(.unbalanced) }
        return isInverted ? set.inverted : set
    }

    private mutating func quantified(
        _ node: SerialPatternNode
    ) throws(SerialPatternError) -> SerialPatternNode {
        var least = 0
        var most: Int?
        switch next {
        case 0x2A: offset += 1
        case 0x2B:
            offset += 1
            least = 1
        case 0x3F:
            offset += 1
            most = 1
        case 0x7B:
            offset += 1
            least = try count()
            most = least
            if take(0x2C) { most = next == 0x7D ? nil : try count() }
            guard take(0x7D) else { throw error(.unbalanced) }
            if let most, most < least { throw error(.unsupported("a range that counts down")) }
        default: return node
        }
        let isLazy = take(0x3F)
        if next == 0x2B { throw error(.unsupported("a possessive +")) }
        return .repeated(node, least: least, most: most, isLazy: isLazy)
    }

    private mutating func count() throws(SerialPatternError) -> Int {
        let start = offset
        while let byte = next, Self.digit.contains(byte), offset - start < 4 { offset += 1 }
        guard let number = Int(String(decoding: bytes[start..<offset], as: UTF8.self)) else {
            throw error(.unbalanced)
        }
        guard number <= SerialLimits.repetitions else { throw error(.tooLarge) }
        return number
    }
}

/// Lays a tree out in steps; false as soon as there would be too many.
struct SerialPatternCompiler {
    private(set) var steps: [SerialPattern.Step] = []
    /// Visits of the tree: empty groups repeated within each other take no steps, but time.
    private var visits = 0

    mutating func append(_ step: SerialPattern.Step) -> Bool {
        steps.append(step)
        return steps.count <= SerialLimits.steps
    }

    mutating func compile(_ node: SerialPatternNode) -> Bool {
        visits += 1
        guard visits <= 10 * SerialLimits.steps else { return false }
        switch node {
        case .byte(let set): return append(.byte(set))
        case .lineStart: return append(.lineStart)
        case .lineEnd: return append(.lineEnd)
        case .sequence(let nodes):
            for node in nodes where !compile(node) { return false }
            return true
        case .group(let group, let node):
            return append(.save(group.slot)) && compile(node) && append(.save(group.slot + 1))
        case .either(let ways): return compile(ways)
        case .repeated(let node, let least, let most, let isLazy):
            return repeated(node, least, most, isLazy)
        }
    }

    private mutating func compile(_ ways: [SerialPatternNode]) -> Bool {
        var jumps: [Int] = []
        for (index, way) in ways.enumerated() {
            let split = steps.count
            if index < ways.count - 1, !append(.split(split + 1, 0)) { return false }
            guard compile(way) else { return false }
            guard index < ways.count - 1 else { break }
            jumps.append(steps.count)
            guard append(.jump(0)) else { return false }
            steps[split] = .split(split + 1, steps.count)
        }
        for jump in jumps { steps[jump] = .jump(steps.count) }
        return true
    }

    private mutating func repeated(
        _ node: SerialPatternNode, _ least: Int, _ most: Int?, _ isLazy: Bool
    ) -> Bool {
        for _ in 0..<least where !compile(node) { return false }
        let start = steps.count
        guard let most else {
            guard append(.split(0, 0)), compile(node), append(.jump(start)) else { return false }
            steps[start] = split(start + 1, steps.count, isLazy)
            return true
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(steps.count)
            guard append(.split(0, 0)), compile(node) else { return false }
        }
        for place in splits { steps[place] = split(place + 1, steps.count, isLazy) }
        return true
    }

    private func split(_ inside: Int, _ outside: Int, _ isLazy: Bool) -> SerialPattern.Step {
        isLazy ? .split(outside, inside) : .split(inside, outside)
    }
}

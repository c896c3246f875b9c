// Patterns of label values: a small regular-expression language that always comes to an end.

/// A pattern over a whole text: letters, `.`, classes, groups, `|`, `*`, `+`, `?`.
///
/// Matching counts its steps and refuses a pattern that needs too many, so that no query can
/// hold the box up.
struct PromPattern: Hashable, Sendable {
    private indirect enum Node: Hashable, Sendable {
        case letter(UInt8)
        case any
        case oneOf(Set<UInt8>, isNot: Bool)
        case group(Node, number: Int?)
        case sequence([Node])
        case choice([Node])
        case repeated(Node, atLeast: Int, atMost: Int, isLazy: Bool)
    }

    /// Steps that one match may take.
    static let steps = 100_000

    private let root: Node
    private let groups: Int

    /// A pattern from its text.
    init(_ text: String) throws(PromFault) {
        var reader = Reader(bytes: Array(text.utf8))
        root = try reader.choice(depth: 0)
        guard reader.place == reader.bytes.count else {
            throw PromFault("the pattern “\(text)” has a “)” too many")
        }
        groups = reader.groups
    }

    /// The texts of all groups, the whole first; nil where the text does not fit as a whole.
    func match(_ text: String) throws(PromFault) -> [String]? {
        let bytes = Array(text.utf8)
        var run = Run(bytes: bytes, captures: Array(repeating: nil, count: groups + 1))
        guard try run.match(root, at: 0, then: .end) else { return nil }
        return [text]
            + run.captures.dropFirst().map { range in
                range.map { String(decoding: bytes[$0], as: UTF8.self) } ?? ""
            }
    }

    /// What has to match after a node.
    private indirect enum Rest {
        case end
        case node(Node, Rest)
        case close(Int, from: Int, Rest)
        case more(Node, count: Int, atLeast: Int, atMost: Int, isLazy: Bool, since: Int, Rest)
    }

    private struct Run {
        let bytes: [UInt8]
        var captures: [Range<Int>?]
        var steps = 0
        var depth = 0

        mutating func match(_ node: Node, at place: Int, then rest: Rest) throws(PromFault) -> Bool
        {
            steps += 1
            depth += 1
            defer { depth -= 1 }
            guard steps <= PromPattern.steps, depth < 4_000 else {
                throw PromFault("a pattern takes too many steps; write a simpler one")
            }
            switch node {
            case .letter(let letter):
                guard place < bytes.count, bytes[place] == letter else { return false }
                return try go(on: rest, at: place + 1)
            case .any:
                guard place < bytes.count, bytes[place] != 0x0A else { return false }
                return try go(on: rest, at: place + 1)
            case .oneOf(let set, let isNot):
                guard place < bytes.count, set.contains(bytes[place]) != isNot else { return false }
                return try go(on: rest, at: place + 1)
            case .group(let inner, let number):
                guard let number else { return try match(inner, at: place, then: rest) }
                return try match(inner, at: place, then: .close(number, from: place, rest))
            case .sequence(let nodes):
                var after = rest
                for node in nodes.reversed() { after = .node(node, after) }
                return try go(on: after, at: place)
            case .choice(let choices):
                for choice in choices where try match(choice, at: place, then: rest) { return true }
                return false
            case .repeated(let inner, let atLeast, let atMost, let isLazy):
                return try go(
                    on: .more(
                        inner, count: 0, atLeast: atLeast, atMost: atMost, isLazy: isLazy,
                        since: -1, rest), at: place)
            }
        }

        mutating func go(on rest: Rest, at place: Int) throws(PromFault) -> Bool {
            switch rest {
            case .end: return place == bytes.count
            case .node(let node, let after): return try match(node, at: place, then: after)
            case .close(let number, let start, let after):
                let before = captures[number]
                captures[number] = start..<place
                if try go(on: after, at: place) { return true }
                captures[number] = before
                return false
            case .more(
                let node, let count, let atLeast, let atMost, let isLazy, let since, let after):
                let again = Rest.more(
                    node, count: count + 1, atLeast: atLeast, atMost: atMost, isLazy: isLazy,
                    since: place, after)
                // A round that took nothing would go on for ever.
                let mayRepeat = count < atMost && since != place
                if isLazy, count >= atLeast, try go(on: after, at: place) { return true }
                if mayRepeat, try match(node, at: place, then: again) { return true }
                return !isLazy && count >= atLeast ? try go(on: after, at: place) : false
            }
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0
        var groups = 0

        mutating func choice(depth: Int) throws(PromFault) -> Node {
            guard depth < 20 else { throw PromFault("a pattern is nested too deeply") }
            var choices = [try sequence(depth: depth)]
            while place < bytes.count, bytes[place] == UInt8(ascii: "|") {
                place += 1
                choices.append(try sequence(depth: depth))
            }
            return choices.count == 1 ? choices[0] : .choice(choices)
        }

        private mutating func sequence(depth: Int) throws(PromFault) -> Node {
            var nodes: [Node] = []
            while place < bytes.count, bytes[place] != UInt8(ascii: "|"),
                bytes[place] != UInt8(ascii: ")")
            {
                let node = try single(depth: depth)
                if let node { nodes.append(repeated(node)) }
            }
            return .sequence(nodes)
        }

        private mutating func repeated(_ node: Node) -> Node {
            guard place < bytes.count else { return node }
            let bounds: (Int, Int)
            switch bytes[place] {
            case UInt8(ascii: "*"): bounds = (0, .max)
            case UInt8(ascii: "+"): bounds = (1, .max)
            case UInt8(ascii: "?"): bounds = (0, 1)
            default: return node
            }
            place += 1
            let isLazy = place < bytes.count && bytes[place] == UInt8(ascii: "?")
            if isLazy { place += 1 }
            return .repeated(node, atLeast: bounds.0, atMost: bounds.1, isLazy: isLazy)
        }

        /// One letter, class or group; nil for an anchor, as every match is of the whole text.
        private mutating func single(depth: Int) throws(PromFault) -> Node? {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "."): return .any
            case UInt8(ascii: "^"), UInt8(ascii: "$"): return nil
            case UInt8(ascii: "["): return try set()
            case UInt8(ascii: "("):
                var number: Int?
                if bytes[place...].starts(with: "?:".utf8) {
                    place += 2
                } else {
                    groups += 1
                    number = groups
                }
                let inner = try choice(depth: depth + 1)
                guard place < bytes.count, bytes[place] == UInt8(ascii: ")") else {
                    throw PromFault("a pattern has no closing “)”")
                }
                place += 1
                return .group(inner, number: number)
            case UInt8(ascii: "\\"):
                guard place < bytes.count else { throw PromFault("a pattern ends with “\\”") }
                place += 1
                return escaped(bytes[place - 1])
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
                let sign = Character(UnicodeScalar(byte))
                throw PromFault("“\(sign)” in a pattern is not supported here")
            default: return .letter(byte)
            }
        }

        private func escaped(_ byte: UInt8) -> Node {
            let digits = Set(UInt8(ascii: "0")...UInt8(ascii: "9"))
            let letters = Set(UInt8(ascii: "a")...UInt8(ascii: "z")).union(
                UInt8(ascii: "A")...UInt8(ascii: "Z"))
            let words = digits.union(letters).union([UInt8(ascii: "_")])
            let spaces: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
            switch byte {
            case UInt8(ascii: "d"): return .oneOf(digits, isNot: false)
            case UInt8(ascii: "D"): return .oneOf(digits, isNot: true)
            case UInt8(ascii: "w"): return .oneOf(words, isNot: false)
            case UInt8(ascii: "W"): return .oneOf(words, isNot: true)
            case UInt8(ascii: "s"): return .oneOf(spaces, isNot: false)
            case UInt8(ascii: "S"): return .oneOf(spaces, isNot: true)
            default: return .letter(byte)
            }
        }

        private mutating func set() throws(PromFault) -> Node {
            var set: Set<UInt8> = []
            let isNot = place < bytes.count && bytes[place] == UInt8(ascii: "^")
            if isNot { place += 1 }
            while place < bytes.count, bytes[place] != UInt8(ascii: "]") || set.isEmpty {
                var byte = bytes[place]
                place += 1
                if byte == UInt8(ascii: "\\"), place < bytes.count {
                    if case .oneOf(let more, false) = escaped(bytes[place]) {
                        set.formUnion(more)
                        place += 1
                        continue
                    }
                    byte = bytes[place]
                    place += 1
                }
                if place + 1 < bytes.count, bytes[place] == UInt8(ascii: "-"),
                    bytes[place + 1] != UInt8(ascii: "]"), bytes[place + 1] >= byte
                {
                    set.formUnion(byte...bytes[place + 1])
                    place += 2
                } else {
                    set.insert(byte)
                }
            }
            guard place < bytes.count else { throw PromFault("a pattern has no closing “]”") }
            place += 1
            return .oneOf(set, isNot: isNot)
        }
    }
}

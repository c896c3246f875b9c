// Patterns for lines: a regular expression whose cost is bounded whatever the line.

/// The parts of a line that a pattern may name.
public enum SerialGroup: String, Hashable, CaseIterable, Sendable {
    /// The number; every pattern has it.
    case value
    /// A sign that stands apart from the number.
    case sign
    /// The unit.
    case unit
    /// What the device says of the value, such as S or D.
    case status
}

/// Where the named parts lie in a line.
public struct SerialMatch: Hashable, Sendable {
    var slots: SIMD8<Int16>

    /// The bytes of a part, nil when the pattern does not have it or passed it by.
    public func range(_ group: SerialGroup) -> Range<Int>? {
        let place = group.slot
        guard slots[place] >= 0, slots[place + 1] >= slots[place] else { return nil }
        return Int(slots[place])..<Int(slots[place + 1])
    }
}

extension SerialGroup {
    var slot: Int {
        switch self {
        case .value: 0
        case .sign: 2
        case .unit: 4
        case .status: 6
        }
    }
}

/// A set of bytes.
struct SerialByteSet: Hashable, Sendable {
    private var bits = SIMD4<UInt64>()

    func contains(_ byte: UInt8) -> Bool { bits[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    mutating func formUnion(_ other: SerialByteSet) { bits |= other.bits }

    var inverted: SerialByteSet {
        var other = self
        other.bits = ~bits
        return other
    }

    init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { insert(range) }
    }
}

/// A regular expression over the bytes of a line, with named groups.
///
/// Grammar: characters; `.`; classes `[0-9.]`, `[^,]`; `\d \w \s \D \W \S`, `\t`, `\xHH`, and `\`
/// before a sign of the grammar; groups `( )`, `(?: )`, `(?<value> )`, also with the names sign,
/// unit and status; `|`; `* + ? {n} {n,} {n,m}`, each with `?` behind it for as few as possible;
/// `^` and `$` for the ends of the line. The first match counts, as in Perl. There are no back
/// references and no looking around, so a line costs at most ``SerialLimits/steps`` steps a byte.
///
/// Source of the method: Thompson, Regular expression search algorithm (1968); groups as in Pike's
/// sam.
public struct SerialPattern: Hashable, Sendable, CustomStringConvertible {
    enum Step: Hashable, Sendable {
        case byte(SerialByteSet)
        /// Goes on at both, the first preferred.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case lineStart
        case lineEnd
        case match
    }

    /// The pattern as text.
    public let description: String
    /// The groups that the pattern names.
    public let groups: Set<SerialGroup>
    let steps: [Step]

    /// Reads a pattern; it must name the group value.
    public init(_ text: String) throws(SerialPatternError) {
        var parser = SerialPatternParser(text)
        let tree = try parser.parse()
        guard parser.groups.contains(.value) else {
            throw SerialPatternError(text: text, offset: text.utf8.count, reason: .noValue)
        }
        var compiler = SerialPatternCompiler()
        guard compiler.compile(tree), compiler.append(.match) else {
            throw SerialPatternError(text: text, offset: text.utf8.count, reason: .tooLarge)
        }
        description = text
        groups = parser.groups
        steps = compiler.steps
    }

    /// The first match in a line; nil when there is none or the line is too long.
    public func match(_ line: [UInt8]) -> SerialMatch? {
        guard line.count <= SerialLimits.lineBytes else { return nil }
        var machine = SerialMachine(steps: steps, line: line)
        return machine.run()
    }
}

/// Follows all ways through a pattern at once, byte by byte.
private struct SerialMachine {
    private typealias Thread = (step: Int, slots: SIMD8<Int16>)

    let steps: [SerialPattern.Step]
    let line: [UInt8]
    /// The position at which a step was last entered, plus one: each step runs once a position.
    private var entered: [Int]
    private var stack: [Thread] = []

    init(steps: [SerialPattern.Step], line: [UInt8]) {
        self.steps = steps
        self.line = line
        entered = [Int](repeating: 0, count: steps.count)
    }

    mutating func run() -> SerialMatch? {
        var found: SIMD8<Int16>?
        var current: [Thread] = []
        var next: [Thread] = []
        for position in 0...line.count {
            if found == nil { enter(0, SIMD8(repeating: -1), position, &current) }
            if current.isEmpty { break }
            next.removeAll(keepingCapacity: true)
            for thread in current {
                if case .match = steps[thread.step] {
                    // Ways of lower preference no longer count.
                    found = thread.slots
                    break
                }
                if case .byte(let set) = steps[thread.step], position < line.count,
                    set.contains(line[position])
                {
                    enter(thread.step + 1, thread.slots, position + 1, &next)
                }
            }
            swap(&current, &next)
        }
        return found.map { SerialMatch(slots: $0) }
    }

    /// Adds the steps that can be reached without a byte, in the order of preference.
    private mutating func enter(
        _ step: Int, _ slots: SIMD8<Int16>, _ position: Int, _ threads: inout [Thread]
    ) {
        stack.append((step, slots))
        while var (step, slots) = stack.popLast() {
            while entered[step] != position + 1 {
                entered[step] = position + 1
                switch steps[step] {
                case .byte, .match:
                    threads.append((step, slots))
                    continue
                case .jump(let target): step = target
                case .split(let first, let second):
                    stack.append((second, slots))
                    step = first
                case .save(let slot):
                    slots[slot] = Int16(truncatingIfNeeded: position)
                    step += 1
                case .lineStart:
                    guard position == 0 else { continue }
                    step += 1
                case .lineEnd:
                    guard position == line.count else { continue }
                    step += 1
                }
            }
        }
    }
}

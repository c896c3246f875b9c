// Addresses in an S7 controller as people write them: DB1.DBD4:REAL, M10.0, T5.

/// Where in the controller a value lies.
public enum S7Area: UInt8, Hashable, Comparable, CaseIterable, Sendable {
    /// Inputs (I, in German E).
    case input = 0x81
    /// Outputs (Q, in German A).
    case output = 0x82
    /// Bit memory (M).
    case memory = 0x83
    /// Data blocks (DB).
    case block = 0x84
    /// Counters (C, in German Z).
    case counter = 0x1C
    /// Timers (T).
    case timer = 0x1D

    /// Orders by the code on the wire.
    public static func < (left: S7Area, right: S7Area) -> Bool { left.rawValue < right.rawValue }

    var letter: String {
        switch self {
        case .input: "I"
        case .output: "Q"
        case .memory: "M"
        case .block: "DB"
        case .counter: "C"
        case .timer: "T"
        }
    }
}

/// The place and type of one value.
///
/// Grammar: `DB1.DBX0.3`, `DB1.DBB4`, `DB1.DBW4`, `DB1.DBD4`, `M10.0`, `MB10`, `IW2`, `QD8`, `T5`,
/// `C1`, each with an optional `:TYPE` as in STEP 7. X and a bit alone are BOOL, B is BYTE, W is
/// WORD, D is DWORD unless a type of the same size is named; behind B any type may stand:
/// `DB1.DBB14:STRING[10]`, `DB1.DBB28:LREAL`. A leading `%` and German letters are accepted.
public struct S7Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The area.
    public let area: S7Area
    /// Number of the data block, 0 in other areas.
    public let block: UInt16
    /// Byte in the area; number of the timer or counter.
    public let offset: Int
    /// Bit of the byte, 0 to 7; 0 where the value is not a bit.
    public let bit: Int
    /// How the bytes are read.
    public let type: S7Type

    /// Orders by area, block, byte and bit.
    public static func < (left: S7Address, right: S7Address) -> Bool {
        (left.area, left.block, left.offset, left.bit)
            < (right.area, right.block, right.offset, right.bit)
    }

    /// Reads an address from text.
    public init(_ text: String) throws(S7AddressError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var rest = parts[0].uppercased()[...]
        if rest.hasPrefix("%") { rest = rest.dropFirst() }
        var named: S7Type?
        if parts.count == 2 {
            named = S7Type(String(parts[1]))
            if named == nil {
                throw S7AddressError(text: text, reason: .typeUnknown(String(parts[1])))
            }
        }
        if rest.hasPrefix("DB") {
            area = .block
            rest = rest.dropFirst(2)
            guard let dot = rest.firstIndex(of: "."),
                let number = Self.number(rest[..<dot]).flatMap(UInt16.init(exactly:)), number > 0
            else { throw S7AddressError(text: text, reason: .blockInvalid) }
            block = number
            rest = rest[rest.index(after: dot)...]
            guard rest.hasPrefix("DB") else {
                throw S7AddressError(text: text, reason: .blockInvalid)
            }
            rest = rest.dropFirst(2)
        } else {
            guard let found = Self.area(rest.first) else {
                throw S7AddressError(text: text, reason: .areaUnknown)
            }
            area = found
            block = 0
            rest = rest.dropFirst()
        }
        let place = try Self.place(rest, area, named, text)
        (offset, bit, type) = (place.offset, place.bit, place.type)
    }

    private static func area(_ letter: Character?) -> S7Area? {
        switch letter {
        case "I", "E": .input
        case "Q", "A": .output
        case "M": .memory
        case "T": .timer
        case "C", "Z": .counter
        default: nil
        }
    }

    private static func place(
        _ text: Substring, _ area: S7Area, _ named: S7Type?, _ whole: String
    ) throws(S7AddressError) -> (offset: Int, bit: Int, type: S7Type) {
        if area == .timer || area == .counter {
            let own: S7Type = area == .timer ? .timer : .counter
            guard let number = number(text), number <= Int(UInt16.max), named ?? own == own else {
                throw S7AddressError(text: whole, reason: .numberInvalid(String(text)))
            }
            return (number, 0, own)
        }
        let letter = text.first.flatMap { "XBWD".contains($0) ? $0 : nil }
        if area == .block, letter == nil {
            throw S7AddressError(text: whole, reason: .blockInvalid)
        }
        let digits = letter == nil ? text : text.dropFirst()
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let isBit = letter == nil || letter == "X"
        guard parts.count == (isBit ? 2 : 1), let offset = number(parts[0]) else {
            throw S7AddressError(text: whole, reason: .numberInvalid(String(digits)))
        }
        var bit = 0
        if isBit {
            guard let number = number(parts[1]), number < 8 else {
                throw S7AddressError(text: whole, reason: .bitInvalid(String(parts[1])))
            }
            bit = number
        }
        let type = named ?? (isBit ? .bool : letter == "B" ? .byte : letter == "W" ? .word : .dword)
        let fits: Bool =
            switch letter {
            case "B": type != .bool
            case "W": type.byteCount == 2
            case "D": type.byteCount == 4
            default: type == .bool || bit == 0
            }
        guard fits, type != .timer, type != .counter else {
            throw S7AddressError(text: whole, reason: .typeUnfit(type))
        }
        guard offset + type.byteCount - 1 <= S7Limits.lastByte, offset <= Int(UInt16.max) else {
            throw S7AddressError(text: whole, reason: .numberInvalid(String(digits)))
        }
        return (offset, bit, type)
    }

    /// A number without sign or spaces and of at most seven digits; nil for anything else.
    private static func number(_ text: Substring) -> Int? {
        guard (1...7).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }

    /// The address in the grammar above: "DB1.DBD4:REAL".
    public var description: String {
        if area == .timer || area == .counter { return "\(area.letter)\(offset)" }
        let start = area == .block ? "DB\(block).DB" : area.letter
        if type == .bool { return start + (area == .block ? "X" : "") + "\(offset).\(bit)" }
        let letter =
            switch type {
            case .dateAndTime, .dtl, .string: "B"
            default: type.byteCount == 2 ? "W" : type.byteCount == 4 ? "D" : "B"
            }
        return "\(start)\(letter)\(offset):\(type)"
    }
}

/// Why a text is not an S7 address, in words that say what to write instead.
public struct S7AddressError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// The first letter names no area.
        case areaUnknown
        /// The block or the part behind the dot is not written as DB1.DBW0.
        case blockInvalid
        /// The part is not a number of an address.
        case numberInvalid(String)
        /// The part behind the dot is not 0 to 7.
        case bitInvalid(String)
        /// The part behind the colon names no type.
        case typeUnknown(String)
        /// The type has another size than the letter.
        case typeUnfit(S7Type)
    }

    /// The text that was to be read.
    public var text: String
    /// What is wrong with it.
    public var reason: Reason

    /// The error in one line.
    public var description: String {
        let why =
            switch reason {
            case .areaUnknown:
                "begin with DB, M, I, Q, T or C, as in \"DB1.DBD4:REAL\" or \"M10.0\""
            case .blockInvalid:
                "write a data block like \"DB1.DBX0.3\", \"DB1.DBW2\" or \"DB1.DBD4\""
            case .numberInvalid(let part): "\"\(part)\" is not an address; a bit is written 10.3"
            case .bitInvalid(let part): "bit \"\(part)\" is not 0 to 7"
            case .typeUnknown(let name):
                "\"\(name)\" is not a type; use REAL, INT, DINT, STRING[20] …"
            case .typeUnfit(let type):
                "\(type) has \(type.byteCount) bytes, which the letter does not fit; "
                    + "behind B any type may stand"
            }
        return "address \"\(text)\": \(why)"
    }
}

// The clear header of a backup: whose it is, what made it, and what its key is checked by.

/// What a backup says about itself.
public struct BackupLabel: Sendable, Hashable {
    /// The name of the site.
    public var site: String
    /// The id of the box.
    public var box: String
    /// When the backup was begun, nanoseconds since 1970, UTC.
    public var createdNanoseconds: Int64
    /// The version of the program that made it.
    public var program: String
    /// The version of each schema in it; names are of a to z, 0 to 9, dot, hyphen and underscore.
    public var schemas: [String: Int]

    /// A label; its limits are checked when a backup is begun.
    public init(
        site: String, box: String, createdNanoseconds: Int64, program: String,
        schemas: [String: Int]
    ) {
        self.site = site
        self.box = box
        self.createdNanoseconds = createdNanoseconds
        self.program = program
        self.schemas = schemas
    }

    /// What is beyond the limits, a sentence without its full stop; nil when nothing is.
    var flaw: String? {
        if site.utf8.count > BackupLimits.siteBytes {
            return "The site's name has more than \(BackupLimits.siteBytes) bytes"
        }
        if max(box.utf8.count, program.utf8.count) > BackupLimits.nameBytes {
            return "The box's id or the program's version has more than"
                + " \(BackupLimits.nameBytes) bytes"
        }
        if schemas.count > BackupLimits.schemas {
            return "There are more than \(BackupLimits.schemas) schemas"
        }
        for (name, version) in schemas
        where BackupPath.flaw(name) != nil || name.contains("/") || version < 0 {
            return "“\(name)” is no name of a schema, or its version is below 0"
        }
        return nil
    }
}

/// The whole header: the label and what keys are made and checked with.
struct BackupHeader: Sendable, Hashable {
    var label: BackupLabel
    /// The public Ed25519 key of the signer, 32 bytes.
    var signer: [UInt8]
    /// Random for each file, 16 bytes.
    var salt: [UInt8]
    /// Derived from key and salt, 16 bytes.
    var keyCheck: [UInt8]

    static let magic = Array("MWBACKUP".utf8)
    /// Magic, version, three zero bytes, length of the text.
    static let prefixBytes = 16
    static let digestBytes = 32
    static let signerBytes = 32
    static let saltBytes = 16
    static let keyCheckBytes = 16

    /// The text of the header.
    var canonical: CanonicalValue {
        .object([
            "box": .text(label.box),
            "created_ns": .text(String(label.createdNanoseconds)),
            "key_check": .text(Hexadecimal.text(keyCheck)),
            "program": .text(label.program),
            "salt": .text(Hexadecimal.text(salt)),
            "schemas": .object(label.schemas.mapValues { .number($0) }),
            "signer": .text(Hexadecimal.text(signer)),
            "site": .text(label.site),
        ])
    }

    /// The beginning of the file, up to the header's digest.
    var bytes: [UInt8] {
        let text = canonical.bytes
        return BackupHeader.magic + [BackupLimits.formatVersion, 0, 0, 0]
            + LittleEndian.bytes(UInt32(text.count)) + text
    }

    init(label: BackupLabel, signer: [UInt8], salt: [UInt8], keyCheck: [UInt8]) {
        self.label = label
        self.signer = signer
        self.salt = salt
        self.keyCheck = keyCheck
    }

    /// The header of a text; the flaw's offset counts from the beginning of the text.
    init(text: [UInt8]) throws(CanonicalFlaw) {
        var members = try Members(CanonicalReader.value(text))
        let box = try members.text("box")
        guard let created = Int64(try members.text("created_ns")) else {
            throw CanonicalFlaw(offset: 0, what: "created_ns is no number")
        }
        keyCheck = try members.bytes("key_check", count: BackupHeader.keyCheckBytes)
        let program = try members.text("program")
        salt = try members.bytes("salt", count: BackupHeader.saltBytes)
        var schemas: [String: Int] = [:]
        for (name, value) in try members.object("schemas") {
            guard case .number(let version) = value else {
                throw CanonicalFlaw(offset: 0, what: "the version of \(name) is no number")
            }
            schemas[name] = version
        }
        signer = try members.bytes("signer", count: BackupHeader.signerBytes)
        label = BackupLabel(
            site: try members.text("site"), box: box, createdNanoseconds: created,
            program: program, schemas: schemas)
        try members.end()
        if let flaw = label.flaw { throw CanonicalFlaw(offset: 0, what: flaw) }
        guard canonical.bytes == text else {
            throw CanonicalFlaw(offset: 0, what: "a number is not written canonically")
        }
    }
}

/// The members of an object, taken one by one; whatever is missing or left over is a flaw.
struct Members {
    private var members: [String: CanonicalValue]

    init(_ value: CanonicalValue) throws(CanonicalFlaw) {
        guard case .object(let members) = value else {
            throw CanonicalFlaw(offset: 0, what: "an object should be here")
        }
        self.members = members
    }

    mutating func text(_ name: String) throws(CanonicalFlaw) -> String {
        guard case .text(let text) = members.removeValue(forKey: name) else {
            throw CanonicalFlaw(offset: 0, what: "\(name) is missing or no text")
        }
        return text
    }

    mutating func bytes(_ name: String, count: Int) throws(CanonicalFlaw) -> [UInt8] {
        guard let bytes = Hexadecimal.bytes(try text(name)), bytes.count == count else {
            throw CanonicalFlaw(offset: 0, what: "\(name) has not \(count) bytes in hexadecimal")
        }
        return bytes
    }

    mutating func number(_ name: String) throws(CanonicalFlaw) -> Int {
        guard case .number(let number) = members.removeValue(forKey: name) else {
            throw CanonicalFlaw(offset: 0, what: "\(name) is missing or no number")
        }
        return number
    }

    mutating func list(_ name: String) throws(CanonicalFlaw) -> [CanonicalValue] {
        guard case .list(let values) = members.removeValue(forKey: name) else {
            throw CanonicalFlaw(offset: 0, what: "\(name) is missing or no list")
        }
        return values
    }

    mutating func object(_ name: String) throws(CanonicalFlaw) -> [String: CanonicalValue] {
        guard case .object(let inner) = members.removeValue(forKey: name) else {
            throw CanonicalFlaw(offset: 0, what: "\(name) is missing or no object")
        }
        return inner
    }

    func end() throws(CanonicalFlaw) {
        if let name = members.keys.min() {
            throw CanonicalFlaw(offset: 0, what: "\(name) is not known")
        }
    }
}

/// Numbers as little-endian bytes.
enum LittleEndian {
    static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// The number of four bytes.
    static func number(_ bytes: some Collection<UInt8>) -> Int {
        Int(bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }
}

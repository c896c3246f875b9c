// The members of a zip archive in memory, unpacked one at a time under limits; uses libzip.

import CZip

/// The parts of a workbook by name.
protocol PartSource: Sendable {
    /// The file that they are in.
    var file: String { get }
    /// Names of all parts.
    var names: [String] { get }
    /// The bytes of a part, of which there may be `limit` at most; nil where there is none.
    func bytes(of name: String, limit: Int) throws(SheetError) -> [UInt8]?
}

/// A zip archive; every count and size in it is checked before it is used.
struct ZipParts: PartSource {
    let file: String
    let names: [String]
    private let archive: [UInt8]
    private let indices: [String: Int]

    /// Reads the list of members.
    init(_ archive: [UInt8], file: String) throws(SheetError) {
        self.archive = archive
        self.file = file
        try Self.checkDirectory(archive, file)
        let found = try unsafe Self.open(archive, file) { handle throws(SheetError) in
            let count = unsafe zip_get_num_entries(handle, 0)
            guard count <= SheetsLimits.members else { throw Self.tooMany(file) }
            var names: [String] = []
            for index in 0..<max(0, count) {
                let name = unsafe zip_get_name(handle, UInt64(index), 0)
                names.append(unsafe name.map { unsafe String(cString: $0) } ?? "")
            }
            return names
        }
        names = found
        var indices: [String: Int] = [:]
        for (index, name) in found.enumerated() {
            let key = name.lowercased()
            if indices[key] == nil { indices[key] = index }
        }
        self.indices = indices
    }

    func bytes(of name: String, limit: Int) throws(SheetError) -> [UInt8]? {
        guard let index = indices[name.lowercased()] else { return nil }
        let file = file
        return try unsafe Self.open(archive, file) { handle throws(SheetError) in
            try unsafe Self.unpack(handle, UInt64(index), name: name, file: file, limit: limit)
        }
    }

    private static func unpack(
        _ handle: OpaquePointer, _ index: UInt64, name: String, file: String, limit: Int
    ) throws(SheetError) -> [UInt8] {
        let broken = SheetError.damaged(file: file, what: "\(name) in it cannot be unpacked")
        var status = unsafe zip_stat()
        let needed = UInt64(ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE)
        guard unsafe zip_stat_index(handle, index, 0, &status) == 0,
            unsafe status.valid & needed == needed
        else { throw broken }
        let isEncrypted =
            unsafe status.valid & UInt64(ZIP_STAT_ENCRYPTION_METHOD) != 0
            && status.encryption_method != UInt16(ZIP_EM_NONE)
        if isEncrypted { throw .locked(file: file) }
        let (size, packed) = unsafe (status.size, status.comp_size)
        let ratio = size / max(1, packed)
        if size > UInt64(SheetsLimits.ratioFreeBytes), ratio > UInt64(SheetsLimits.packedRatio) {
            throw .overpacked(file: file, part: name, ratio: Int(clamping: ratio))
        }
        guard size <= UInt64(max(0, limit)) else {
            throw .tooLarge(
                file: file,
                what: "It unpacks to over \(SheetsLimits.unpackedBytes >> 20) MB")
        }
        guard let member = unsafe zip_fopen_index(handle, index, 0) else { throw broken }
        defer { unsafe zip_fclose(member) }
        let count = Int(size)
        var filled = 0
        var isSound = true
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count + 1) { target, written in
            // One byte more than declared shows a member that lies about its size.
            while filled <= count, let base = target.baseAddress {
                let got = unsafe zip_fread(member, base + filled, UInt64(count + 1 - filled))
                if got < 0 { isSound = false }
                if got <= 0 { break }
                filled += Int(got)
            }
            written = filled
        }
        guard isSound, filled == count else { throw broken }
        return bytes
    }

    private static func tooMany(_ file: String) -> SheetError {
        .tooLarge(file: file, what: "It has over \(SheetsLimits.members) parts")
    }

    /// Opens the archive for the time of a closure.
    private static func open<Result>(
        _ archive: [UInt8], _ file: String,
        _ body: (OpaquePointer) throws(SheetError) -> Result
    ) throws(SheetError) -> Result {
        let outcome = unsafe archive.withUnsafeBytes { buffer -> Swift.Result<Result, SheetError> in
            var error = unsafe zip_error()
            unsafe zip_error_init(&error)
            defer { unsafe zip_error_fini(&error) }
            let broken = SheetError.damaged(file: file, what: "It is no complete zip archive")
            let source = unsafe zip_source_buffer_create(
                buffer.baseAddress, UInt64(buffer.count), 0, &error)
            guard let source = unsafe source else { return .failure(broken) }
            guard let handle = unsafe zip_open_from_source(source, ZIP_RDONLY, &error) else {
                unsafe zip_source_free(source)
                return .failure(broken)
            }
            defer { unsafe zip_discard(handle) }
            do throws(SheetError) { return .success(try unsafe body(handle)) } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Checks how many members the directory declares, before anything is made for them.
    ///
    /// Source: APPNOTE.TXT 4.3.14 to 4.3.16. All places where a directory may end are looked at,
    /// as a reader may take any of them.
    private static func checkDirectory(_ bytes: [UInt8], _ file: String) throws(SheetError) {
        func number(_ place: Int, _ count: Int) -> UInt64 {
            guard place >= 0, place + count <= bytes.count else { return 0 }
            return bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        for place in max(0, bytes.count - 66_000)..<bytes.count where bytes[place] == 0x50 {
            switch number(place, 4) {
            case 0x0605_4B50 where number(place + 10, 2) > UInt64(SheetsLimits.members):
                throw tooMany(file)
            case 0x0706_4B50:
                let end = Int(clamping: number(place + 8, 8))
                let isEnd = end < bytes.count && number(end, 4) == 0x0606_4B50
                let count = isEnd ? max(number(end + 24, 8), number(end + 32, 8)) : 0
                if count > UInt64(SheetsLimits.members) { throw tooMany(file) }
            default: break
            }
        }
    }
}

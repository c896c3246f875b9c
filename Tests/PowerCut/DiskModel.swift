// What a disk holds after a power cut: what was flushed, and some of the rest by seed.

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed everywhere.
public struct CutDice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator from a seed.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15  // wraps by design
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Files and folders that survived a power cut, by path inside the recorded folder.
public struct Survivors: Sendable {
    /// Content by path.
    public var files: [String: [UInt8]]
    /// Folders.
    public var folders: Set<String>
}

/// A disk with a write cache, fed with a log request by request.
///
/// A flush makes a file's content lasting, in whole. What was not flushed is divided into the
/// 4 KiB pages of the cache: each is written, not written, or torn between sectors of 512 bytes,
/// as the seed says. Names last in the order in which they were given, all of a folder's at its
/// flush; before that a cut keeps the first few.
public struct DiskModel: Sendable {
    /// Bytes that the cache writes at once.
    public static let pageBytes = 4_096
    /// Bytes that are written whole or not at all.
    public static let sectorBytes = 512

    private enum Change: Sendable {
        case write(offset: Int, bytes: [UInt8])
        case cut(length: Int)
    }

    private enum NameChange: Sendable {
        case add(path: String, file: Int)
        case move(path: String, to: String)
        case remove(path: String)
        case addFolder(path: String)
    }

    private var lasting: [Int: [UInt8]] = [:]
    private var waiting: [Int: [Change]] = [:]
    private var names: [String: Int] = [:]
    private var folders: Set<String> = []
    private var waitingNames: [String: [NameChange]] = [:]

    /// A disk with files that were there, flushed, before the log begins.
    public init(_ log: DiskLog) {
        for (index, path) in log.before.keys.sorted().enumerated() {
            // Files of before have the numbers from -1 downwards.
            lasting[-1 - index] = log.before[path]
            names[path] = -1 - index
            let folder = DiskModel.folder(of: path)
            if !folder.isEmpty { folders.insert(folder) }
        }
    }

    /// Does what the log says at one place.
    public mutating func apply(_ entry: DiskLog.Entry) {
        switch entry {
        case .made(let file, let path): wait(path, .add(path: path, file: file))
        case .madeFolder(let path): wait(path, .addFolder(path: path))
        case .wrote(let file, let offset, let bytes):
            waiting[file, default: []].append(.write(offset: offset, bytes: bytes))
        case .cut(let file, let length): waiting[file, default: []].append(.cut(length: length))
        case .flushed(let file):
            var bytes = lasting.removeValue(forKey: file) ?? []
            for change in waiting.removeValue(forKey: file) ?? [] {
                DiskModel.write(change, into: &bytes)
            }
            lasting[file] = bytes
        case .flushedFolder(let path):
            for change in waitingNames.removeValue(forKey: path) ?? [] {
                DiskModel.name(change, &names, &folders)
            }
        case .renamed(let path, let to): wait(to, .move(path: path, to: to))
        case .removed(let path): wait(path, .remove(path: path))
        case .mark: break
        }
    }

    /// What is there when the power goes now; each seed another possibility.
    public func afterCut(seed: UInt64) -> Survivors {
        var dice = CutDice(seed: seed)
        var names = names
        var folders = folders
        for folder in waitingNames.keys.sorted() {
            let changes = waitingNames[folder] ?? []
            let kept = Int.random(in: 0...changes.count, using: &dice)
            for change in changes.prefix(kept) { DiskModel.name(change, &names, &folders) }
        }
        var files: [String: [UInt8]] = [:]
        for (path, file) in names.sorted(by: { $0.key < $1.key })
        where DiskModel.isReachable(path, folders) {
            files[path] = content(file, &dice)
        }
        return Survivors(files: files, folders: folders)
    }

    private func content(_ file: Int, _ dice: inout CutDice) -> [UInt8] {
        var bytes = lasting[file] ?? []
        let changes = waiting[file] ?? []
        guard !changes.isEmpty else { return bytes }
        // One cut in four finds the whole cache written, one in four nothing of it.
        switch Int.random(in: 0..<4, using: &dice) {
        case 0: return bytes
        case 1:
            for change in changes { DiskModel.write(change, into: &bytes) }
            return bytes
        default: break
        }
        var fates: [Int: Fate] = [:]
        for (number, change) in changes.enumerated() {
            switch change {
            case .cut: if Bool.random(using: &dice) { DiskModel.write(change, into: &bytes) }
            case .write(let offset, let part):
                for piece in DiskModel.pages(offset, part) {
                    let fate =
                        fates[piece.page]
                        ?? Fate(changes: changes.count - number, after: number, &dice)
                    fates[piece.page] = fate
                    fate.write(piece, change: number, into: &bytes, &dice)
                }
            }
        }
        return bytes
    }

    private mutating func wait(_ path: String, _ change: NameChange) {
        waitingNames[DiskModel.folder(of: path), default: []].append(change)
    }

    /// The folder in which a path has its name; empty for the recorded folder itself.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func isReachable(_ path: String, _ folders: Set<String>) -> Bool {
        let folder = folder(of: path)
        return folder.isEmpty || folders.contains(folder)
    }

    private static func write(_ change: Change, into bytes: inout [UInt8]) {
        switch change {
        case .write(let offset, let part): put(part[...], at: offset, into: &bytes)
        case .cut(let length):
            if length < bytes.count {
                bytes.removeLast(bytes.count - length)
            } else {
                bytes += [UInt8](repeating: 0, count: length - bytes.count)
            }
        }
    }

    fileprivate static func put(
        _ part: ArraySlice<UInt8>, at offset: Int, into bytes: inout [UInt8]
    ) {
        let end = offset + part.count
        if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
        bytes.replaceSubrange(offset..<end, with: part)
    }

    private static func name(
        _ change: NameChange, _ names: inout [String: Int], _ folders: inout Set<String>
    ) {
        switch change {
        case .add(let path, let file): names[path] = file
        case .move(let path, let to):
            if let file = names.removeValue(forKey: path) { names[to] = file }
        case .remove(let path): names[path] = nil
        case .addFolder(let path): folders.insert(path)
        }
    }

    /// A write in parts that each lie in one page of the cache.
    fileprivate static func pages(_ offset: Int, _ bytes: [UInt8]) -> [PagePiece] {
        pieces(offset, bytes[...], size: pageBytes)
    }

    fileprivate static func pieces(
        _ offset: Int, _ bytes: ArraySlice<UInt8>, size: Int
    ) -> [PagePiece] {
        var pieces: [PagePiece] = []
        var start = bytes.startIndex
        var place = offset
        while start < bytes.endIndex {
            let end = min(bytes.endIndex, start + size - place % size)
            pieces.append(PagePiece(page: place / size, offset: place, bytes: bytes[start..<end]))
            place += end - start
            start = end
        }
        return pieces
    }
}

/// A part of a write that lies in one page or sector.
private struct PagePiece {
    let page: Int
    let offset: Int
    let bytes: ArraySlice<UInt8>
}

/// What becomes of a page of the cache: how many of its changes reach the disk, and how.
private struct Fate {
    /// Changes from this one on are lost.
    private let end: Int
    /// Whether the first lost change still reaches some sectors.
    private let isTorn: Bool

    init(changes: Int, after first: Int, _ dice: inout CutDice) {
        switch Int.random(in: 0..<3, using: &dice) {
        case 0: (end, isTorn) = (first, false)
        case 1: (end, isTorn) = (.max, false)
        default: (end, isTorn) = (first + Int.random(in: 0..<changes, using: &dice), true)
        }
    }

    func write(
        _ piece: PagePiece, change: Int, into bytes: inout [UInt8], _ dice: inout CutDice
    ) {
        if change < end { return DiskModel.put(piece.bytes, at: piece.offset, into: &bytes) }
        guard isTorn, change == end else { return }
        let sectors = DiskModel.pieces(
            piece.offset, piece.bytes, size: DiskModel.sectorBytes)
        for sector in sectors where Bool.random(using: &dice) {
            DiskModel.put(sector.bytes, at: sector.offset, into: &bytes)
        }
    }
}

// SQLite's way to the disk with a recorder in between, for the folders that are recorded.

import GRDBSQLite
import Glibc

/// A file of SQLite as this layer sees it; the file of the real layer lies behind it in memory.
@unsafe private struct RecordedFile {
    /// What SQLite looks at: the functions of the file.
    var base: sqlite3_file
    /// The recorder's number of the file.
    var number: Int
    /// The recorder, owned while the file is open.
    var recorder: Unmanaged<DiskRecorder>
}

/// Bytes before the file of the real layer, a multiple of every alignment.
private let headBytes = unsafe (MemoryLayout<RecordedFile>.size + 15) & ~15

/// The layer between SQLite and the system's files (https://www.sqlite.org/vfs.html).
///
/// It becomes the default of the process, because a connection cannot choose. A file in a folder
/// that nobody records is handed to the real layer as it is and never seen here again.
///
/// `@unchecked`: the two tables of functions are written once, before SQLite gets them.
@safe final class RecordingVFS: @unchecked Sendable {
    private static let shared = RecordingVFS()

    private let vfs: UnsafeMutablePointer<sqlite3_vfs>
    private let real: UnsafeMutablePointer<sqlite3_vfs>
    private let methods: UnsafeMutablePointer<sqlite3_io_methods>
    private let name = unsafe strdup("recording")

    /// Puts the layer in place, once for the process.
    static func install() { _ = shared }

    private init() {
        sqlite3_initialize()
        guard let found = unsafe sqlite3_vfs_find(nil) else {
            preconditionFailure("SQLite has no layer for files")
        }
        unsafe real = found
        unsafe vfs = .allocate(capacity: 1)
        unsafe methods = .allocate(capacity: 1)
        unsafe methods.initialize(to: RecordingVFS.functions())
        unsafe vfs.initialize(to: found.pointee)
        unsafe vfs.pointee.zName = UnsafePointer(name)
        unsafe vfs.pointee.pNext = nil
        unsafe vfs.pointee.szOsFile = found.pointee.szOsFile + Int32(headBytes)
        unsafe vfs.pointee.xOpen = { _, name, file, flags, outcome in
            unsafe RecordingVFS.shared.open(name, file, flags, outcome)
        }
        unsafe vfs.pointee.xDelete = { _, name, flushesFolder in
            unsafe RecordingVFS.shared.delete(name, flushesFolder)
        }
        let code = unsafe sqlite3_vfs_register(vfs, 1)
        precondition(code == SQLITE_OK, "SQLite takes no other layer for files: \(code)")
    }

    private func open(
        _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ outcome: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let file = unsafe file else { return SQLITE_CANTOPEN }
        guard let name = unsafe name,
            let recorder = DiskRecorder.of(unsafe String(cString: name))
        else { return unsafe real.pointee.xOpen(real, name, file, flags, outcome) }
        unsafe file.pointee.pMethods = nil
        let code = unsafe real.pointee.xOpen(
            real, name, innerFile(file), flags, outcome)
        guard code == SQLITE_OK else { return code }
        let number = recorder.opened(unsafe String(cString: name), flags: flags)
        unsafe UnsafeMutableRawPointer(file).initializeMemory(
            as: RecordedFile.self,
            to: RecordedFile(
                base: sqlite3_file(pMethods: methods), number: number,
                recorder: .passRetained(recorder)))
        return SQLITE_OK
    }

    private func delete(_ name: UnsafePointer<CChar>?, _ flushesFolder: Int32) -> Int32 {
        let code = unsafe real.pointee.xDelete(real, name, flushesFolder)
        if code == SQLITE_OK, let name = unsafe name {
            let path = unsafe String(cString: name)
            DiskRecorder.of(path)?.removed(path, flushesFolder: flushesFolder != 0)
        }
        return code
    }

    private static func functions() -> sqlite3_io_methods {
        var table = sqlite3_io_methods()
        table.iVersion = 2  // without memory maps, which the program does not use
        changing(&table)
        unsafe table.xRead = { file, buffer, count, offset in
            unsafe realFunctions(file)?.xRead(innerFile(file), buffer, count, offset)
                ?? SQLITE_IOERR
        }
        unsafe table.xFileSize = { file, size in
            unsafe realFunctions(file)?.xFileSize(innerFile(file), size) ?? SQLITE_IOERR
        }
        unsafe table.xLock = { file, level in
            unsafe realFunctions(file)?.xLock(innerFile(file), level) ?? SQLITE_IOERR
        }
        unsafe table.xUnlock = { file, level in
            unsafe realFunctions(file)?.xUnlock(innerFile(file), level) ?? SQLITE_IOERR
        }
        unsafe table.xCheckReservedLock = { file, result in
            unsafe realFunctions(file)?.xCheckReservedLock(innerFile(file), result) ?? SQLITE_IOERR
        }
        unsafe table.xFileControl = { file, request, argument in
            if unsafe isWithheld(file, request, argument) { return SQLITE_OK }
            return unsafe realFunctions(file)?.xFileControl(innerFile(file), request, argument)
                ?? SQLITE_IOERR
        }
        unsafe table.xSectorSize = { file in
            unsafe realFunctions(file)?.xSectorSize(innerFile(file)) ?? 4_096
        }
        unsafe table.xDeviceCharacteristics = { file in
            unsafe realFunctions(file)?.xDeviceCharacteristics(innerFile(file)) ?? 0
        }
        unsafe table.xShmMap = { file, region, size, extends, result in
            unsafe realFunctions(file)?.xShmMap(innerFile(file), region, size, extends, result)
                ?? SQLITE_IOERR
        }
        unsafe table.xShmLock = { file, offset, count, flags in
            unsafe realFunctions(file)?.xShmLock(innerFile(file), offset, count, flags)
                ?? SQLITE_IOERR
        }
        unsafe table.xShmBarrier = { file in
            unsafe realFunctions(file)?.xShmBarrier(innerFile(file))
        }
        unsafe table.xShmUnmap = { file, removes in
            unsafe realFunctions(file)?.xShmUnmap(innerFile(file), removes) ?? SQLITE_IOERR
        }
        return table
    }

    /// The functions that change something; each is noted after it was done.
    private static func changing(_ table: inout sqlite3_io_methods) {
        unsafe table.xClose = { file in
            let code = unsafe realFunctions(file)?.xClose(innerFile(file)) ?? SQLITE_IOERR
            if let file = unsafe file {
                let kept = unsafe UnsafeMutableRawPointer(file).assumingMemoryBound(
                    to: RecordedFile.self)
                unsafe kept.pointee.recorder.release()
            }
            return code
        }
        unsafe table.xWrite = { file, buffer, count, offset in
            let code =
                unsafe realFunctions(file)?.xWrite(innerFile(file), buffer, count, offset)
                ?? SQLITE_IOERR
            if code == SQLITE_OK, let (recorder, number) = unsafe keptOf(file) {
                let bytes = unsafe [UInt8](
                    UnsafeRawBufferPointer(start: buffer, count: Int(count)))
                recorder.wrote(number, offset: Int(offset), bytes: bytes)
            }
            return code
        }
        unsafe table.xTruncate = { file, length in
            let code =
                unsafe realFunctions(file)?.xTruncate(innerFile(file), length) ?? SQLITE_IOERR
            if code == SQLITE_OK, let (recorder, number) = unsafe keptOf(file) {
                recorder.cut(number, length: Int(length))
            }
            return code
        }
        unsafe table.xSync = { file, flags in
            let code = unsafe realFunctions(file)?.xSync(innerFile(file), flags) ?? SQLITE_IOERR
            if code == SQLITE_OK, let (recorder, number) = unsafe keptOf(file) {
                recorder.flushed(number)
            }
            return code
        }
    }
}

/// The file of the real layer.
private func innerFile(
    _ file: UnsafeMutablePointer<sqlite3_file>?
) -> UnsafeMutablePointer<sqlite3_file>? {
    unsafe file.map { file in
        unsafe (UnsafeMutableRawPointer(file) + headBytes).assumingMemoryBound(
            to: sqlite3_file.self)
    }
}

/// What this layer keeps of a file.
private func keptOf(
    _ file: UnsafeMutablePointer<sqlite3_file>?
) -> (recorder: DiskRecorder, number: Int)? {
    unsafe file.map { file in
        let kept = unsafe UnsafeMutableRawPointer(file).assumingMemoryBound(
            to: RecordedFile.self)
        return unsafe (kept.pointee.recorder.takeUnretainedValue(), kept.pointee.number)
    }
}

/// The functions of the real file.
private func realFunctions(
    _ file: UnsafeMutablePointer<sqlite3_file>?
) -> sqlite3_io_methods? {
    unsafe innerFile(file)?.pointee.pMethods?.pointee
}

/// Whether SQLite is about to be told to flush fully and the planted fault keeps it back.
private func isWithheld(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ request: Int32,
    _ argument: UnsafeMutableRawPointer?
) -> Bool {
    guard request == SQLITE_FCNTL_PRAGMA, let (recorder, _) = unsafe keptOf(file),
        recorder.withholdsFullFlushes, let argument = unsafe argument
    else { return false }
    let words = unsafe argument.assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    guard let name = unsafe words[1], let value = unsafe words[2] else { return false }
    return unsafe String(cString: name) == "synchronous" && String(cString: value) == "FULL"
}

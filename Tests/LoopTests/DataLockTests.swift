// One process has a data folder: the lock, the folder's permission, the words of a refusal.

import Foundation
import Plant
import Testing

@testable import Loop

struct DataLockTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test func `a second lock is refused and names who holds the folder`() throws {
        let path = folder.path + "/data"
        let first = try DataLock(folder: path, isNetworkAllowed: false)
        let pid = ProcessInfo.processInfo.processIdentifier
        #expect(throws: DataFolderRefused.held(folder: path, by: "pid \(pid)")) {
            try DataLock(folder: path, isNetworkAllowed: false)
        }
        withExtendedLifetime(first) {}
    }

    @Test func `the lock goes with its holder and can be taken again`() throws {
        let path = folder.path + "/data"
        for _ in 0..<3 {
            let lock = try DataLock(folder: path, isNetworkAllowed: false)
            withExtendedLifetime(lock) {}
        }
    }

    @Test func `a new data folder is for its owner only`() throws {
        let lock = try DataLock(folder: folder.path + "/a/b", isNetworkAllowed: false)
        #expect(try folder.permissions("a/b") == 0o700)
        #expect(try folder.permissions("a") == 0o700)
        #expect(try folder.permissions("a/b/lock") == 0o600)
        withExtendedLifetime(lock) {}
    }

    @Test func `a folder that cannot be made is refused with the system's word`() throws {
        let path = folder.path + "/file"
        #expect(FileManager.default.createFile(atPath: path, contents: Data()))
        let refusal = #expect(throws: DataFolderRefused.self) {
            try DataLock(folder: path + "/data", isNetworkAllowed: false)
        }
        #expect(refusal?.words.why == "The system says: Not a directory.")
    }

    @Test(arguments: [
        DataFolderRefused.held(folder: "data", by: "pid 7"),
        .unusable(folder: "data", reason: "No space left on device"),
        .onNetworkDrive(folder: "data"),
    ])
    func `each refusal says what, why and what to do`(_ refusal: DataFolderRefused) {
        let words = refusal.words
        #expect(words.says == "Cannot use the data folder data.")
        #expect(words.why.hasSuffix("."))
        #expect(words.remedy.hasSuffix("."))
    }

    @Test func `a private file is readable by its owner only, also when it was there before`()
        throws
    {
        let path = folder.path + "/setup-code"
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data("old".utf8), attributes: [.posixPermissions: 0o644]))
        try PrivateFile.write("NEW", to: path)
        #expect(try folder.permissions("setup-code") == 0o600)
        #expect(folder.text("setup-code") == "NEW\n")
        PrivateFile.remove(path)
        #expect(folder.text("setup-code") == nil)
    }

    @Test func `free space is told for a folder that is there and for no other`() throws {
        #expect(try #require(DiskSpace.of(folder.path)).free > 0)
        #expect(DiskSpace.of(folder.path + "/nowhere") == nil)
    }
}

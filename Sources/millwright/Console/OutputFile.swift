// Where an export goes: standard output, or a file that appears only when it is whole.

import ArgumentParser
import Glibc

/// A target of bytes; every failure is told, none traps.
struct OutputFile {
    private let descriptor: Int32
    /// The file's name once it is whole, and until then.
    private let names: (whole: String, partial: String)?

    /// Standard output for none, else a new file; one that is there is only replaced when told.
    init(_ path: String?, replaces: Bool) throws {
        guard let path else {
            descriptor = STDOUT_FILENO
            names = nil
            return
        }
        var facts = stat()
        if unsafe lstat(path, &facts) == 0 {
            guard facts.st_mode & S_IFMT == S_IFREG else {
                throw Complaint(
                    .wrongUse, "\(path) is no ordinary file.",
                    next: "Give the name of a new file, or leave --out away and use >.")
            }
            guard replaces else {
                throw Complaint(
                    .wrongUse, "\(path) is there already.",
                    next: "Give another name, or replace it with --yes.")
            }
        }
        let partial = path + ".part"
        descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        names = (path, partial)
        guard descriptor >= 0 else { throw refusal(path) }
    }

    /// Writes all bytes; ends the program quietly where nobody reads them any more.
    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { source in
                unsafe Glibc.write(descriptor, source.baseAddress, source.count)
            }
            if written < 0 {
                if errno == EINTR { continue }
                if errno == EPIPE { throw ExitCode.success }
                throw refusal(names?.whole ?? "standard output")
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Gives the file its name.
    func finish() throws {
        guard let names else { return }
        guard fsync(descriptor) == 0, close(descriptor) == 0,
            unsafe rename(names.partial, names.whole) == 0
        else { throw refusal(names.whole) }
    }

    private func refusal(_ path: String) -> Complaint {
        let code = errno
        let why = unsafe String(cString: strerror(code))
        if let names { unsafe unlink(names.partial) }
        return Complaint(
            code == ENOSPC ? .failed : .wrongUse, "Cannot write \(path).", why: why,
            next: code == ENOSPC
                ? "Free some space, or give a path on another disk."
                : "Give a path where you may write.")
    }
}

// The whole program from outside: start-up and memory of an empty and of a loaded box.

import ArgumentParser
import Foundation

/// A program under measurement.
struct Program: ParsableArguments {
    @Option(help: "The millwright program.")
    var program = ".build/release/millwright"

    @Option(help: "A data folder to start on; an empty one when left out.")
    var data: String?

    @Option(help: "A free port.")
    var port = 28_991
}

extension Program {
    /// Starts the box, waits for its first answer, gives that time and the process.
    func start(in folder: String) async throws -> (seconds: Double, process: Process) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "serve", "--data", folder, "--listen", "127.0.0.1:\(port)", "--demo", "off",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let clock = ContinuousClock()
        let start = clock.now
        try process.run()
        while clock.now - start < .seconds(30) {
            if answers() {
                return (Double((clock.now - start) / .nanoseconds(1)) / 1e9, process)
            }
            try await clock.sleep(for: .milliseconds(1))
        }
        process.terminate()
        throw ValidationError("\(program) did not answer on port \(port) within 30 s.")
    }

    /// Whether something accepts connections on the port.
    private func answers() -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(handle, $0, size) == 0
            }
        }
    }
}

/// Start to first answer.
struct Startup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Seconds of the clock from start to the first accepted connection.")
    @OptionGroup var program: Program

    @Option(help: "How often; the middle one counts.")
    var repeats = 5

    func run() async throws {
        let scratch = try Scratch()
        var times: [Double] = []
        for _ in 0..<max(1, repeats) {
            let (seconds, process) = try await program.start(in: program.data ?? scratch.path)
            times.append(seconds)
            process.terminate()
            process.waitUntilExit()
        }
        times.sort()
        report("startup", [("wall_s", times[times.count / 2]), ("least_s", times[0])])
    }
}

/// Memory of a box that nobody asks anything.
struct Memory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Resident and anonymous memory in MB, five seconds after the start.")
    @OptionGroup var program: Program

    func run() async throws {
        let scratch = try Scratch()
        let (_, process) = try await program.start(in: program.data ?? scratch.path)
        defer { process.terminate() }
        try await ContinuousClock().sleep(for: .seconds(5))
        guard let memory = Meter.memory(of: process.processIdentifier) else {
            throw ValidationError("This system does not tell the memory of a process.")
        }
        report("memory", [("resident_MB", memory.resident), ("anonymous_MB", memory.anonymous)])
    }
}

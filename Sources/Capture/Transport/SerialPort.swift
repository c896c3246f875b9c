// A serial port of this computer: termios on one thread, which alone waits and touches the port.

import Glibc
import NIOPosix
import Plant
import Synchronization

/// An open serial port.
///
/// Its calls wait on a thread that belongs to the port, never on the cooperative pool. Whoever is
/// cancelled wakes that thread.
final class SerialPort: ByteChannel {
    private struct State {
        var isEnded = false
        /// The end of a pipe through which a wait is ended; -1 when closed.
        var alarm: Int32
    }

    private let name: String
    private let file: Int32
    /// The other end of the pipe.
    private let wake: Int32
    private let thread: NIOThreadPool
    private let state: Mutex<State>

    private init(name: String, opened: Opened, thread: NIOThreadPool) {
        self.name = name
        file = opened.file
        wake = opened.wake
        self.thread = thread
        state = Mutex(State(alarm: opened.alarm))
    }

    /// Opens a port, sets it and throws away what it had received.
    static func open(_ settings: SerialSettings) async throws(ConnectorError) -> any ByteChannel {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        do {
            let opened = try await thread.runIfActive {
                try SerialPort.opened(settings)
            }
            let port = SerialPort(name: settings.path, opened: opened, thread: thread)
            if Task.isCancelled {
                await port.close()
                throw ConnectorError.cancelled
            }
            return port
        } catch {
            thread.shutdownGracefully { _ in }
            throw error as? ConnectorError ?? .cancelled
        }
    }

    func send(_ bytes: [UInt8]) async throws(ConnectorError) {
        try await onThread { try self.write(bytes) }
    }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        try await onThread { try self.read(limit) }
    }

    func close() async {
        interrupt()
        // Not through the calls above: whoever was cancelled must close the port all the same.
        await withCheckedContinuation { closed in
            thread.submit { _ in
                self.release()
                closed.resume()
            }
        }
        thread.shutdownGracefully { _ in }
    }

    /// Gives the descriptors back, once.
    private func release() {
        let alarm = state.withLock { state in
            defer { state.alarm = -1 }
            return state.alarm
        }
        guard alarm >= 0 else { return }
        // What was not sent must not hold the port: the system may wait for half a minute.
        _ = tcflush(file, TCIOFLUSH)
        _ = Glibc.close(file)
        _ = Glibc.close(wake)
        _ = Glibc.close(alarm)
    }

    /// Runs work on the port's thread; ends it when the task is cancelled.
    private func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws(ConnectorError) -> Result {
        if Task.isCancelled { throw .cancelled }
        do {
            return try await withTaskCancellationHandler {
                try await thread.runIfActive(body)
            } onCancel: {
                interrupt()
            }
        } catch {
            if Task.isCancelled { throw .cancelled }
            throw error as? ConnectorError ?? .closed(doing: "using \(name)")
        }
    }

    /// Ends a wait of the thread; every later call finds the port closed.
    private func interrupt() {
        state.withLock { state in
            state.isEnded = true
            var byte: UInt8 = 1
            if state.alarm >= 0 { _ = unsafe Glibc.write(state.alarm, &byte, 1) }
        }
    }
}

/// The blocking half, on the port's own thread.
extension SerialPort {
    private static let sendLimit = Elapsed.seconds(10)

    private var isEnded: Bool { state.withLock { $0.isEnded } }

    private func read(_ limit: Elapsed) throws(ConnectorError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while true {
            guard try isReady(for: Int16(POLLIN), within: limit) else {
                throw .timedOut(doing: "reading from \(name)", after: limit)
            }
            let count = unsafe Glibc.read(file, &bytes, bytes.count)
            if count > 0 { return Array(bytes[..<count]) }
            guard count < 0, errno == EAGAIN || errno == EINTR else {
                throw .closed(doing: "reading from \(name)")
            }
        }
    }

    private func write(_ bytes: [UInt8]) throws(ConnectorError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard try isReady(for: Int16(POLLOUT), within: Self.sendLimit) else {
                throw .timedOut(doing: "sending to \(name)", after: Self.sendLimit)
            }
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                throw .closed(doing: "sending to \(name)")
            }
        }
    }

    /// Waits until the port is ready; false when the time is over.
    ///
    /// A signal of the system begins the wait anew: it is rare and harmless.
    private func isReady(
        for events: Int16, within limit: Elapsed
    ) throws(ConnectorError) -> Bool {
        let held = max(0, min(limit.nanoseconds, Elapsed.hours(24).nanoseconds))
        let milliseconds = Int32((held + 999_999) / 1_000_000)
        while true {
            if isEnded { throw .closed(doing: "using \(name)") }
            var places = [
                pollfd(fd: file, events: events, revents: 0),
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            ]
            let count = unsafe poll(&places, nfds_t(places.count), milliseconds)
            if count == 0 { return false }
            // A port that was pulled out is told by the read or write that follows.
            if count > 0, places[1].revents == 0 { return true }
        }
    }

    private struct Opened: Sendable {
        let file: Int32
        let wake: Int32
        let alarm: Int32
    }

    private static func opened(_ settings: SerialSettings) throws(ConnectorError) -> Opened {
        let file = unsafe Glibc.open(settings.path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw Self.error(errno, settings.path) }
        do throws(ConnectorError) {
            guard isatty(file) == 1 else {
                throw .misconfigured(
                    field: "port", reason: "\(settings.path) is no serial port")
            }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                throw .refused(
                    by: settings.path, detail: "another program or connection uses this port")
            }
            try Self.set(file, settings)
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { throw Self.error(errno, settings.path) }
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
            return Opened(file: file, wake: ends[0], alarm: ends[1])
        } catch {
            _ = Glibc.close(file)
            throw error
        }
    }

    private static func error(_ code: Int32, _ path: String) -> ConnectorError {
        switch code {
        case ENOENT, ENODEV, ENXIO:
            .unreachable(address: path, detail: "there is no such port; is the adapter plugged in?")
        case EACCES, EPERM:
            .refused(
                by: path,
                detail: "this program may not use the port; its user needs the group dialout")
        case EBUSY: .refused(by: path, detail: "another program uses this port")
        default: .unreachable(address: path, detail: "system error \(code)")
        }
    }

    /// Raw bytes, no flow control, no modem lines; refused when the port does not take the speed.
    private static func set(_ file: Int32, _ settings: SerialSettings) throws(ConnectorError) {
        var form = termios()
        guard unsafe tcgetattr(file, &form) == 0 else { throw error(errno, settings.path) }
        unsafe cfmakeraw(&form)
        form.c_iflag &= ~tcflag_t(IXON | IXOFF | IXANY)
        form.c_cflag &= ~tcflag_t(CSIZE | CSTOPB | PARENB | PARODD)
        form.c_cflag &= ~tcflag_t(hardwareFlowControl)
        form.c_cflag |= tcflag_t(CREAD | CLOCAL) | tcflag_t(settings.dataBits == 7 ? CS7 : CS8)
        if settings.stopBits == 2 { form.c_cflag |= tcflag_t(CSTOPB) }
        if settings.parity != .none { form.c_cflag |= tcflag_t(PARENB) }
        if settings.parity == .odd { form.c_cflag |= tcflag_t(PARODD) }
        // Characters whose check bit is wrong are left out, so that no check sum fits by chance.
        form.c_iflag &= ~tcflag_t(PARMRK | ISTRIP)
        form.c_iflag |= settings.parity == .none ? 0 : tcflag_t(INPCK | IGNPAR)
        let speed = code(settings.baud)
        unsafe cfsetispeed(&form, speed)
        unsafe cfsetospeed(&form, speed)
        // EINVAL says that something was not taken, such as the check bit by a pseudo-terminal,
        // which has none. What was taken is looked at below.
        guard unsafe tcsetattr(file, TCSAFLUSH, &form) == 0 || errno == EINVAL else {
            throw error(errno, settings.path)
        }
        var taken = termios()
        guard unsafe tcgetattr(file, &taken) == 0 else { throw error(errno, settings.path) }
        guard unsafe cfgetospeed(&taken) == speed else {
            throw .misconfigured(
                field: "baud", reason: "\(settings.path) cannot do \(settings.baud) bits a second")
        }
    }

    /// CRTSCTS of Linux, which the headers hide from Swift.
    private static let hardwareFlowControl: UInt32 = 0o20000000000

    private static func code(_ baud: Int) -> speed_t {
        switch baud {
        case 1_200: speed_t(B1200)
        case 2_400: speed_t(B2400)
        case 4_800: speed_t(B4800)
        case 19_200: speed_t(B19200)
        case 38_400: speed_t(B38400)
        case 57_600: speed_t(B57600)
        case 115_200: speed_t(B115200)
        case 230_400: speed_t(B230400)
        case 460_800: speed_t(B460800)
        case 921_600: speed_t(B921600)
        default: speed_t(B9600)
        }
    }
}

// The thread of one courier: libcurl blocks, and must not block the cooperative pool.

import CCurl
import Glibc
import Synchronization

/// An executor with one thread of its own; the thread ends when nobody uses it any more.
final class DeliveryThread: SerialExecutor {
    /// A job and the executor that it keeps alive until it has run.
    private struct Entry: Sendable {
        let job: UnownedJob
        let executor: DeliveryThread
    }

    /// What waits, and a pipe whose bytes wake the thread.
    private final class Inbox: Sendable {
        private struct State {
            var entries: [Entry] = []
            var isStopping = false
        }

        private let state = Mutex(State())
        private let reading: Int32
        private let writing: Int32

        init?() {
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reading, writing) = (ends[0], ends[1])
        }

        deinit {
            close(reading)
            close(writing)
        }

        func add(_ entry: Entry) {
            let wasEmpty = state.withLock { state in
                state.entries.append(entry)
                return state.entries.count == 1
            }
            if wasEmpty { wake() }
        }

        func stop() {
            state.withLock { $0.isStopping = true }
            wake()
        }

        /// What has come; waits for it.
        ///
        /// Nil when nothing more will come.
        func next() -> [Entry]? {
            while true {
                let (entries, isStopping) = state.withLock { state in
                    let entries = state.entries
                    state.entries = []
                    return (entries, state.isStopping)
                }
                if !entries.isEmpty { return entries }
                if isStopping { return nil }
                var bytes = [UInt8](repeating: 0, count: 16)
                _ = unsafe read(reading, &bytes, bytes.count)
            }
        }

        /// At most one byte for each turn from empty to filled lies in the pipe.
        private func wake() {
            var byte: UInt8 = 1
            _ = unsafe write(writing, &byte, 1)
        }
    }

    private let inbox: Inbox

    /// Starts the thread; nil when the system has none to give.
    init?() {
        guard let inbox = Inbox() else { return nil }
        self.inbox = inbox
        let start = unsafe Unmanaged.passRetained(inbox)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                DeliveryThread.run(
                    unsafe Unmanaged<Inbox>.fromOpaque(argument).takeRetainedValue())
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            return nil
        }
        pthread_detach(thread)
    }

    deinit { inbox.stop() }

    func enqueue(_ job: consuming ExecutorJob) {
        inbox.add(Entry(job: UnownedJob(job), executor: self))
    }

    private static func run(_ inbox: Inbox) {
        // A connection that ends while we write must not end the program.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        while let entries = inbox.next() {
            for entry in entries {
                unsafe entry.job.runSynchronously(on: entry.executor.asUnownedSerialExecutor())
            }
        }
    }
}

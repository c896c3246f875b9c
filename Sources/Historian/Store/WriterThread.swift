// The one thread that writes: it never borrows a thread of the cooperative pool.

import Glibc
import Plant

/// Runs a `Writer` on a thread of its own until it is stopped.
final class WriterThread: Sendable {
    private let inbox = Inbox()

    private final class Start: Sendable {
        let core: StoreCore
        let inbox: Inbox
        let memory: WriterMemory

        init(core: StoreCore, inbox: Inbox, memory: WriterMemory) {
            self.core = core
            self.inbox = inbox
            self.memory = memory
        }
    }

    /// Starts the thread.
    init(core: StoreCore, memory: WriterMemory) throws(StoreError) {
        let start = unsafe Unmanaged.passRetained(Start(core: core, inbox: inbox, memory: memory))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                Writer(core: start.core, inbox: start.inbox, memory: start.memory).run()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            throw .unavailable(file: core.folder, what: "no thread for the writer (\(code))")
        }
        pthread_detach(thread)
    }

    deinit {
        inbox.stop()
    }

    /// Appends and returns after the flush.
    func append(
        _ batches: [SampleBatch], cursors: [SourceCursor], samples: Int, bytes: Int
    ) async throws(StoreError) -> AppendReceipt {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<AppendReceipt, StoreError>, Never>) in
            let job = AppendJob(
                batches: batches, cursors: cursors, samples: samples, bytes: bytes,
                continuation: continuation)
            if let refusal = inbox.submit(job) { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// Has the thread look at what readers left for it; a full queue does so anyway.
    func nudge() {
        _ = inbox.submit { _ in }
    }

    /// Runs something on the thread, alone, and returns its result.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (Writer) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, StoreError>, Never>) in
            let refusal = inbox.submit { writer in
                do throws(StoreError) {
                    continuation.resume(returning: .success(try body(writer)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// Finishes what is queued, closes the files and ends the thread.
    func stop() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let refusal = inbox.submit { writer in
                writer.finish()
                continuation.resume()
            }
            inbox.stop()
            if refusal != nil { continuation.resume() }
        }
    }
}

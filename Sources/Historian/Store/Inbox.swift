// The bounded queue before the writer thread: many callers in, one thread out.

import Glibc
import Plant

/// Samples to append, with the caller that waits for the flush.
struct AppendJob: Sendable {
    /// Batches whose shape has been checked.
    let batches: [SampleBatch]
    /// How far sources have been read, stored in the same transaction.
    let cursors: [SourceCursor]
    /// Samples in all batches.
    let samples: Int
    /// Bytes that they take while they wait.
    let bytes: Int
    /// Who waits.
    let continuation: CheckedContinuation<Result<AppendReceipt, StoreError>, Never>
}

/// What the writer is to do next.
enum Work: Sendable {
    /// Appends that share one flush.
    case appends([AppendJob])
    /// Something that runs alone.
    case task(@Sendable (Writer) -> Void)
    /// Nothing more will come.
    case stop
}

/// A queue guarded by a POSIX mutex, because the thread has to sleep on a condition.
///
/// `@unchecked`: the state is touched only while the mutex is held.
@safe final class Inbox: @unchecked Sendable {
    private enum Entry {
        case append(AppendJob)
        case task(@Sendable (Writer) -> Void)
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var entries: [Entry] = []
    private var waiting: [Entry] = []
    private var samples = 0
    private var bytes = 0
    private var isStopping = false

    /// An empty queue.
    init() {
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Queues an append; the answer says why not.
    func submit(_ job: AppendJob) -> StoreError? { submit(.append(job)) }

    /// Queues something that runs alone; the answer says why not.
    func submit(task: @escaping @Sendable (Writer) -> Void) -> StoreError? { submit(.task(task)) }

    /// No more work is taken; what is queued is still done.
    func stop() {
        locked {
            isStopping = true
            unsafe pthread_cond_signal(condition)
        }
    }

    /// The next work; sleeps while there is none.
    func next() -> Work {
        locked {
            while entries.isEmpty, !isStopping { unsafe pthread_cond_wait(condition, mutex) }
            guard let first = entries.first else { return .stop }
            if case .task(let task) = first {
                entries.removeFirst()
                admit()
                return .task(task)
            }
            let jobs = takeAppends()
            admit()
            return .appends(jobs)
        }
    }

    /// Whether someone waits for the writer.
    var isIdle: Bool { locked { entries.isEmpty } }

    private func submit(_ entry: Entry) -> StoreError? {
        locked {
            if isStopping { return .closed }
            if waiting.isEmpty, fits(entry) {
                enter(entry)
                unsafe pthread_cond_signal(condition)
                return nil
            }
            guard waiting.count < HistorianLimits.waitingCallers else {
                return .busy(waiting: waiting.count)
            }
            waiting.append(entry)
            return nil
        }
    }

    /// An append larger than the whole bound is let in alone.
    private func fits(_ entry: Entry) -> Bool {
        guard case .append(let job) = entry else {
            return entries.count < HistorianLimits.waitingCallers
        }
        if entries.isEmpty { return true }
        return samples + job.samples <= HistorianLimits.queuedSamples
            && bytes + job.bytes <= HistorianLimits.queuedBytes
    }

    private func enter(_ entry: Entry) {
        if case .append(let job) = entry {
            samples += job.samples
            bytes += job.bytes
        }
        entries.append(entry)
    }

    private func admit() {
        var count = 0
        while count < waiting.count, fits(waiting[count]) {
            enter(waiting[count])
            count += 1
        }
        waiting.removeFirst(count)
    }

    private func takeAppends() -> [AppendJob] {
        var jobs: [AppendJob] = []
        var taken = 0
        while jobs.count < entries.count, case .append(let job) = entries[jobs.count] {
            if !jobs.isEmpty, taken + job.samples > HistorianLimits.samplesPerCommit { break }
            taken += job.samples
            samples -= job.samples
            bytes -= job.bytes
            jobs.append(job)
        }
        entries.removeFirst(jobs.count)
        return jobs
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }
}

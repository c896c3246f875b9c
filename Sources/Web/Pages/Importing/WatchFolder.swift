// Files of the watch folder come in by themselves where files with the same headings came in before;
// the others wait for a person, who sees why.

import Imports
import Loop
import Plant
import ServiceLifecycle
import Synchronization
import Understand

/// Looks into the watch folder again and again.
final class WatchFolder: Service, Sendable {
    /// Who brings in what comes in by itself.
    static let actor = "watch folder"

    /// A file that waits for a person.
    struct Waiting: Sendable, Hashable {
        /// The file as it lay there.
        let file: Inbox.File
        /// Why it waits.
        let why: String
    }

    private struct State {
        var last: [String: Inbox.File] = [:]
        var waiting: [String: Waiting] = [:]
    }

    private let state = Mutex(State())
    private let box: any BoxDoor
    private let limits: WebLimits
    private let pause: @Sendable (Duration) async throws -> Void

    init(
        box: any BoxDoor, limits: WebLimits,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.box = box
        self.limits = limits
        self.pause = pause
    }

    /// Files that wait, by name.
    var waiting: [Waiting] {
        state.withLock { $0.waiting.values.sorted { $0.file.name < $1.file.name } }
    }

    /// A file that waits, by its name.
    func file(_ name: String) -> Inbox.File? { state.withLock { $0.waiting[name]?.file } }

    /// Looks every few seconds until the program stops.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                do {
                    try await self.pause(.seconds(self.limits.inboxSeconds))
                } catch is CancellationError {
                    return
                }
            }
        }
    }

    /// One look: files that did not change since the last one are whole.
    func look() async {
        guard let files = await box.inboxFiles(), let world = box.world(.real) else { return }
        let (whole, known) = state.withLock { state in
            let whole = files.filter { state.last[$0.name] == $0 }
            state.last = Dictionary(files.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
            state.waiting = state.waiting.filter { state.last[$0.key] == $0.value.file }
            return (whole, state.waiting)
        }
        for file in whole where known[file.name] == nil {
            let why: String
            do {
                why = try await bring(file, world)
            } catch let refused as RefusedSaying {
                why = refused.says + " " + refused.remedy
            } catch {
                // The store cannot take it now; the next look tries again.
                continue
            }
            guard !why.isEmpty else { continue }
            state.withLock { $0.waiting[file.name] = Waiting(file: file, why: why) }
        }
    }

    /// Brings a file in; says why it waits, nothing when it is in.
    private func bring(_ file: Inbox.File, _ world: any WorldDoor) async throws -> String {
        let bytes = try await box.inboxBytes(of: file, limit: limits.importBytes)
        let work = ImportWork(world)
        let opened = try await work.open(bytes, name: file.name, actor: WatchFolder.actor)
        guard opened.isKnown else { return "No file with these headings came in before." }
        let steps = try work.steps(opened)
        guard steps.next == nil else { return "It asks something that the last one did not." }
        guard let outcome = try await work.preview(opened, steps) else { return "It says nothing." }
        let counts = outcome.preview.counts
        guard counts.refused == 0 else {
            return Plain.capitalised(
                Plain.count(
                    Int64(counts.refused), "row would be refused.", "rows would be refused."))
        }
        var number: UInt32?
        if counts.new + counts.joined > 0 {
            number = try await work.store(opened, steps, actor: WatchFolder.actor) { _ in }?.number
        }
        return await box.settle(file, as: number)
            ? ""
            : "It is in. The box may not move it aside: give it the right to write the folder."
    }
}

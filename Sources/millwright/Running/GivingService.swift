// Runs what is given to other systems for as long as the program does.

import Plant
import ServiceLifecycle
import Share
import Synchronization

/// Whether the program stops.
private final class Ending: Sendable {
    private let flag = Atomic(false)

    var hasBegun: Bool { flag.load(ordering: .relaxed) }

    func begin() { flag.store(true, ordering: .relaxed) }
}

/// Looks at the machines for everybody who wants to know, and runs what is published.
struct GivingService: Service {
    let gifts: Gifts

    func run() async throws {
        let ending = Ending()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await message in gifts.messages() { gifts.note(message) }
                }
                while !ending.hasBegun, !Task.isCancelled {
                    await serve(ending)
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            ending.begin()
        }
    }

    /// Runs with the settings as they are, until they change or the program stops.
    private func serve(_ ending: Ending) async {
        let version = gifts.version
        let publishers: [Publisher]
        do { publishers = try await gifts.publishers() } catch {
            // A file of certificates is gone: looked at again, and the page says so when tried.
            publishers = []
        }
        await withDiscardingTaskGroup { group in
            for publisher in publishers { group.addTask { await publisher.run() } }
            while !ending.hasBegun, !Task.isCancelled, gifts.version == version {
                do {
                    try await gifts.look(publishers)
                    try await Gifts.clock.sleep(ShareLimits.look)
                } catch is CancellationError {
                    break
                } catch {
                    // The stores are busy or closing: the next look tries again.
                    guard await pause() else { break }
                }
            }
            for publisher in publishers { publisher.end() }
            await settle(publishers)
            group.cancelAll()
        }
    }

    private func pause() async -> Bool {
        do { try await Gifts.clock.sleep(ShareLimits.look) } catch { return false }
        return true
    }

    /// Gives the last words some time.
    private func settle(_ publishers: [Publisher]) async {
        let end = Gifts.clock.monotonic() + ShareLimits.farewell
        while Gifts.clock.monotonic() < end, !publishers.allSatisfy(\.hasEnded) {
            do { try await Gifts.clock.sleep(ShareLimits.agentShortestLook) } catch { return }
        }
    }
}

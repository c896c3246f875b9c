// The power goes after every request to the disk: nothing acknowledged is lost or doubled (T2).

import Foundation
import Plant
import PowerCut
import Testing

@testable import Historian

/// Asks stores after power cuts.
private struct CutQuestion: Sendable {
    let script: CutScript
    let ledger: CutLedger

    init(_ script: CutScript) {
        self.script = script
        ledger = CutLedger(script)
    }

    /// Opens what a cut left behind; every eighth store also has to go on as if nothing happened.
    func ask(_ folder: String, _ point: CutPoint, _ number: Int) async -> String? {
        do {
            let store = try SampleStore.open(folder: folder)
            var breach = try ledger.breach(store, point)
            if breach == nil { breach = try unsound(store) }
            if breach == nil, number % 8 == 0 { breach = try await goOn(store, point) }
            await store.close()
            return breach
        } catch {
            return "it does not open: \(error)"
        }
    }

    /// Repeats what nobody heard of, appends, seals and counts: each sample is there once (R-50).
    private func goOn(_ store: SampleStore, _ point: CutPoint) async throws -> String? {
        for number in point.open { try await script.actions[number].run(store) }
        let later = morning + 300 * 86_400 * second
        _ = try await store.append([batch(99, [later], .integers([1]))])
        _ = try await store.seal(upTo: .distantFuture)
        if let breach = try ledger.breach(store, point.settled) { return "gone on: \(breach)" }
        let stored = try store.usage().samples
        let expected = ledger.storedCount(point.begun) + 1
        if stored != expected { return "gone on: \(stored) samples instead of \(expected)" }
        return try unsound(store)
    }

    private func unsound(_ store: SampleStore) throws -> String? {
        let report = try store.verify()
        return report.faults.first.map { "\($0.file), \($0.place): \($0.what)" }
    }
}

@Suite struct PowerCutTests {
    /// Cuts of one run: 2,000 in every build, more by `POWER_CUTS`.
    static let cuts = ProcessInfo.processInfo.environment["POWER_CUTS"].flatMap(Int.init) ?? 2_000
    /// Cuts in one record; the next ones get a record of other values.
    private static let cutsPerRecord = 2_000

    /// Cuts in the record of a script that was changed or not.
    private func breaches(
        seed: UInt64 = 1, cuts: Int = 400, fault: PlayedFault = PlayedFault(),
        _ change: (DiskLog, CutScript) -> DiskLog = { log, _ in log }
    ) async throws -> [String] {
        let script = CutScript(seed: seed)
        let question = CutQuestion(script)
        let log = change(try await script.record(fault), script)
        let report = try await PowerCuts(log, seed: seed).run(cuts) { folder, point, number in
            await question.ask(folder, point, number)
        }
        #expect(report.cuts == cuts)
        return report.breaches
    }

    @Test func `T2: after power cuts nothing acknowledged is lost or doubled, nothing is invented`()
        async throws
    {
        var left = PowerCutTests.cuts
        var seed: UInt64 = 20_261_126
        while left > 0 {
            let breaches = try await breaches(
                seed: seed, cuts: min(left, PowerCutTests.cutsPerRecord))
            #expect(breaches.isEmpty, "seed \(seed): \(breaches.prefix(3))")
            left -= PowerCutTests.cutsPerRecord
            seed += 1
        }
    }

    @Test func `T2: power cuts while old samples are thinned change no answer`() async throws {
        CutScript.listen()
        let scratch = try Scratch(inMemory: true)
        let recorder = try DiskRecorder(folder: scratch.path)
        let store = try SampleStore.open(folder: scratch.path)
        var dice = Seeded(4)
        let times = (0..<3_000).map { morning + Int64($0) * second / 4 }
        recorder.mark(0)
        _ = try await store.append([
            SampleBatch(
                times: times,
                columns: [
                    SignalColumn(
                        signal: SignalID(1),
                        values: .numbers(
                            times.map { _ in Double(Int64.random(in: 0...16_000_000, using: &dice))
                            })),
                    SignalColumn(signal: SignalID(2), values: .integers(times)),
                ])
        ])
        _ = try await store.seal(upTo: .distantFuture)
        recorder.mark(1)
        let cells = try TimeCells(range(morning, morning + 720 * second), count: 12)
        let minutes = try store.figures(of: [SignalID(1)], over: cells)
        recorder.mark(2)
        let policy = RetentionPolicy(
            measurements: [SignalID(1)],
            before: Timestamp(nanoseconds: morning + 40 * 86_400 * second))
        let thinned = try await store.thin(policy)
        recorder.mark(3)
        #expect(thinned.items.count == 1)
        await store.close()
        let report = try await PowerCuts(recorder.end(), seed: 5).run(300) { folder, point, _ in
            do {
                let store = try SampleStore.open(folder: folder)
                var breach: String?
                if point.acknowledged.contains(0) {
                    if try store.figures(of: [SignalID(1)], over: cells) != minutes {
                        breach = "other figures"
                    }
                    if try store.series(of: SignalID(2), in: always).times != times {
                        breach = "samples of the neighbour are lost"
                    }
                }
                if try !store.verify().isClean { breach = "verify finds faults" }
                _ = try await store.thin(policy)
                if point.acknowledged.contains(0) {
                    if try store.figures(of: [SignalID(1)], over: cells) != minutes {
                        breach = "other figures once thinned"
                    }
                    if try store.usage().samples != times.count { breach = "thinning stopped half" }
                }
                await store.close()
                return breach
            } catch {
                return "\(error)"
            }
        }
        #expect(report.cuts == 300)
        #expect(report.breaches.isEmpty, "\(report.breaches.prefix(3))")
    }

    @Test func `a record holds every kind of request, and cuts fall into unfinished actions`()
        async throws
    {
        let log = try await CutScript(seed: 1).record()
        var kinds: [String: Int] = [:]
        var point = CutPoint()
        for entry in log.entries {
            switch entry {
            case .made(_, let path): kinds["made \(path.hasSuffix("-wal"))", default: 0] += 1
            case .madeFolder: kinds["folder", default: 0] += 1
            case .wrote(let file, _, _):
                let path = log.paths[file] ?? ""
                let place = path.hasPrefix("history") ? "month" : "head"
                kinds["wrote \(place) \(path.hasSuffix("-wal"))", default: 0] += 1
            case .cut, .mark: break
            case .flushed: kinds["flushed", default: 0] += 1
            case .flushedFolder: kinds["flushed folder", default: 0] += 1
            case .renamed: kinds["renamed", default: 0] += 1
            case .removed: kinds["removed", default: 0] += 1
            }
            if case .mark(let mark) = entry {
                point.take(mark)
            } else if !point.open.isEmpty {
                kinds["unfinished", default: 0] += 1
            }
        }
        let wanted = [
            "made true", "made false", "folder", "wrote head true", "wrote head false",
            "wrote month true", "wrote month false", "flushed", "flushed folder", "renamed",
            "removed", "unfinished",
        ]
        #expect(wanted.filter { kinds[$0] == nil } == [], "\(kinds)")
        #expect(log.entries.count > 500, "\(kinds)")
    }

    @Test func `planted: a disk that says flushed and is not loses samples, which is noticed`()
        async throws
    {
        let found = try await breaches(cuts: 200) { log, _ in log.withoutFlushes() }
        #expect(!found.isEmpty)
    }

    @Test func `planted: synchronous=NORMAL loses acknowledged samples, which is noticed`()
        async throws
    {
        let found = try await breaches(fault: PlayedFault(withholdsFullFlushes: true))
        #expect(!found.isEmpty)
    }

    @Test func `planted: an acknowledgement before the flush is noticed`() async throws {
        let found = try await breaches { log, script in
            let appends = Set(
                script.numbers { kind in
                    if case .append = kind { return true }
                    return false
                })
            return log.movingMarks(earlierBy: 2) { $0 % 2 == 1 && appends.contains($0 / 2) }
        }
        #expect(!found.isEmpty)
    }

    @Test func `planted: a seal that empties the head before its chunks are flushed is noticed`()
        async throws
    {
        let found = try await breaches(cuts: 1_200) { log, script in
            script.seals.reduce(log) { log, seal in
                log.reordered(from: 2 * seal, through: 2 * seal + 1) { $0.hasPrefix("head.db") }
            }
        }
        #expect(!found.isEmpty)
    }

    @Test func `planted: names that are not flushed are noticed`() async throws {
        let found = try await breaches { log, _ in log.withoutFolderFlushes() }
        #expect(!found.isEmpty)
    }

    @Test func `planted: a cursor stored before its samples is noticed`() async throws {
        let found = try await breaches(cuts: 1_200, fault: PlayedFault(storesCursorsEarly: true))
        #expect(found.contains { $0.contains("cursor") })
    }
}

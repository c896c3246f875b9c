// What became of one flipped bit: harmless, noticed, or one of the two that must not be.

import Plant

@testable import Historian

/// What a store with a flipped bit did.
enum FlipVerdict: Hashable, Sendable {
    /// It says what it said before.
    case harmless
    /// It refuses, shows a gap, or verification names the place.
    case noticed
    /// It says less than before and nobody hears of it.
    case silent(String)
    /// It says what was never measured.
    case wrong(String)
}

extension FlippedStore {
    /// Opens the files of a folder, reads everything, verifies and goes on writing.
    func verdict(_ folder: String, goesOn: Bool = false) async -> FlipVerdict {
        do {
            let store = try SampleStore.open(folder: folder)
            let verdict = judge(store)
            if goesOn { await exercise(store) }
            await store.close()
            return verdict
        } catch {
            return error.what.isEmpty ? .silent("an error without words") : .noticed
        }
    }

    private func judge(_ store: SampleStore) -> FlipVerdict {
        var found = Answers()
        var isRefused = false
        do {
            found = try FlippedStore.answers(store)
        } catch {
            isRefused = true
        }
        for (signal, series) in found.series.sorted(by: { $0.key < $1.key }) {
            for (row, time) in series.times.enumerated() {
                if let lie = lie(signal, time, series.values[row], series.quality(at: row)) {
                    return .wrong(lie)
                }
            }
        }
        for (signal, last) in store.lastValues() {
            let time = last.time.nanoseconds
            if let lie = lie(signal.number, time, last.value, last.quality) {
                return .wrong("newest: " + lie)
            }
        }
        if isRefused { return .noticed }
        if found == truth { return .harmless }
        if found.series == truth.series, found.buckets != truth.buckets {
            return .wrong("figures of equal series differ")
        }
        if found.series.values.contains(where: { $0.quality.contains(.badDamaged) }) {
            return .noticed
        }
        do {
            return try store.verify().isClean ? .silent("\(difference(found))") : .noticed
        } catch {
            return .noticed
        }
    }

    private func lie(
        _ signal: UInt32, _ time: Int64, _ value: Scalar, _ quality: Quality
    ) -> String? {
        if quality == .badDamaged { return nil }
        let key = Key(signal: signal, time: time)
        guard let known = offers[key] else {
            return "signal \(signal) at \(time) was never offered"
        }
        let offer = Offer(value: HeadFile.bytes(value), quality: quality, isMasked: false)
        if known.contains(offer) { return nil }
        return "signal \(signal) at \(time) says \(value), offered was \(known.count) other"
    }

    private func difference(_ found: Answers) -> [String] {
        var words = FlippedStore.signals.filter { found.series[$0] != truth.series[$0] }.map {
            "signal \($0): \(found.series[$0]?.count ?? 0) of \(truth.series[$0]?.count ?? 0)"
        }
        if found.newest != truth.newest { words.append("newest") }
        if found.cursor != truth.cursor { words.append("cursor") }
        return words
    }

    /// Late and new samples and a seal; errors are welcome, a trap is not.
    private func exercise(_ store: SampleStore) async {
        let times = [morning + 3 * second, morning + 9_000 * second]
        do {
            for signal: UInt32 in [1, 4, 12] {
                let values: ColumnValues = signal == 1 ? .numbers([1, 2]) : .integers([1, 2])
                _ = try await store.append([batch(signal, times, values)])
            }
            _ = try await store.seal(upTo: .distantFuture)
            _ = try store.verify()
            _ = try store.usage()
            for signal in FlippedStore.signals { _ = try store.extent(of: SignalID(signal)) }
        } catch {
            // A damaged store may refuse; that it said so was judged before.
            return
        }
    }
}

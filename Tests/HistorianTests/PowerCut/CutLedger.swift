// What a store may say after a power cut: a model of its own, without a line of the store's code.

import Plant
import PowerCut

@testable import Historian

/// Every sample that was ever offered, and what of it a store must, may and must not give.
struct CutLedger: Sendable {
    /// A signal at an instant.
    private struct Key: Hashable {
        let signal: UInt32
        let time: Int64
    }

    /// One value offered for a key.
    private struct Claim {
        let action: Int
        let value: Scalar
        let importNumber: UInt32
    }

    private let actions: [CutAction]
    private var claims: [Key: [Claim]] = [:]
    private var keys: [Int: [Key]] = [:]

    /// A ledger over a script.
    init(_ script: CutScript) {
        actions = script.actions
        for action in actions {
            for batch in CutLedger.batches(action) {
                for column in batch.columns {
                    for (row, time) in batch.times.enumerated() {
                        let key = Key(signal: column.signal.number, time: time)
                        claims[key, default: []].append(
                            Claim(
                                action: action.number, value: column.values[row],
                                importNumber: batch.origin.importNumber))
                        keys[action.number, default: []].append(key)
                    }
                }
            }
        }
    }

    /// Samples that are stored when some actions have been done, revisions counted too.
    func storedCount(_ begun: Set<Int>) -> Int {
        claims.values.reduce(0) { $0 + $1.count { begun.contains($0.action) } }
    }

    /// What a store says that it must not, nil when all is as promised.
    func breach(_ store: SampleStore, _ point: CutPoint) throws -> String? {
        var served: [Key: Scalar] = [:]
        for signal in Set(claims.keys.map(\.signal)).sorted() {
            let series = try store.series(of: SignalID(signal), in: always)
            for (row, time) in series.times.enumerated() {
                let key = Key(signal: signal, time: time)
                if claims[key] == nil { return "signal \(signal) at \(time) was never offered" }
                if series.quality(at: row) != .good { return "signal \(signal) is damaged" }
                if served.updateValue(series.values[row], forKey: key) != nil {
                    return "signal \(signal) at \(time) is there twice"
                }
            }
            let newest = store.lastValues()[SignalID(signal)]?.time.nanoseconds
            if newest != series.times.last {
                return "the newest of signal \(signal) is not the last"
            }
        }
        let masks = masks(point)
        for (key, claims) in claims {
            let allowed = allowed(claims, point, masks)
            if !allowed.contains(served[key]) {
                return "signal \(key.signal) at \(key.time): \(String(describing: served[key]))"
                    + " instead of \(allowed)"
            }
        }
        if let breach = halfDone(served, point) { return breach }
        return try wrongCursor(store, point, served)
    }

    /// Samples of an append that is there by a part only.
    private func halfDone(_ served: [Key: Scalar], _ point: CutPoint) -> String? {
        for number in point.open {
            guard case .append = actions[number].kind else { continue }
            let visible = (keys[number] ?? []).map { key in
                claims[key]?.contains { $0.action == number && $0.value == served[key] } ?? false
            }
            if Set(visible).count > 1 { return "append \(number) is there in part" }
        }
        return nil
    }

    /// A cursor that is behind what was acknowledged, or ahead of the samples it covers.
    private func wrongCursor(
        _ store: SampleStore, _ point: CutPoint, _ served: [Key: Scalar]
    ) throws -> String? {
        var allowed: [String?] = [nil]
        for number in point.begun.sorted() {
            guard case .append(_, let cursor?) = actions[number].kind else { continue }
            let isThere = (keys[number] ?? []).allSatisfy { served[$0] != nil }
            if point.acknowledged.contains(number) {
                allowed = [cursor.position]
            } else if isThere {
                allowed = [cursor.position]  // the same transaction: both or neither
            }
        }
        let found = try store.cursor(of: "file")
        return allowed.contains(found)
            ? nil : "the cursor is at \(found ?? "nothing") instead of \(allowed)"
    }

    /// What each import's mask may be.
    private func masks(_ point: CutPoint) -> [UInt32: Set<Bool>] {
        var masks: [UInt32: Set<Bool>] = [:]
        for action in actions {
            guard case .mask(let number, let isMasked) = action.kind else { continue }
            if point.acknowledged.contains(action.number) {
                masks[number] = [isMasked]
            } else if point.begun.contains(action.number) {
                masks[number, default: [false]].insert(isMasked)
            }
        }
        return masks
    }

    private func allowed(
        _ claims: [Claim], _ point: CutPoint, _ masks: [UInt32: Set<Bool>]
    ) -> [Scalar?] {
        var allowed: [Scalar?] = [nil]
        for claim in claims where point.begun.contains(claim.action) {
            let mask = claim.importNumber == 0 ? [false] : masks[claim.importNumber] ?? [false]
            if !mask.contains(false) { continue }
            let isSure = mask == [false] && point.acknowledged.contains(claim.action)
            allowed = (isSure ? [] : allowed) + [claim.value]
        }
        return allowed
    }

    private static func batches(_ action: CutAction) -> [SampleBatch] {
        switch action.kind {
        case .append(let batches, _), .history(let batches): batches
        case .seal, .mask, .reopen: []
        }
    }
}

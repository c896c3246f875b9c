// Connecting a machine: drafts, trials, and the one moment in which they become real.

public import Capture
public import Plant
import Understand

extension Box {
    /// Drafts that were begun and neither finished nor removed, the newest first.
    public func connectDrafts() -> [ConnectDraft] { DraftFolder(data: settings.data).all() }

    /// A draft by its id.
    public func connectDraft(_ id: String) -> ConnectDraft? {
        DraftFolder(data: settings.data).draft(id)
    }

    /// An id for a new draft.
    public static func newDraftID() -> String { SecretText.hexadecimal(SecretText.random(6)) }

    /// Keeps a draft as it is now.
    public func keep(_ draft: ConnectDraft) throws {
        try DraftFolder(data: settings.data).keep(draft)
    }

    /// Keeps a password beside the other secrets of connections; the name that a setting gives.
    ///
    /// It stays when the draft is removed: the connection that it became needs it.
    public func keepPassword(_ text: String, of draft: String) throws -> String {
        let name = "connect-" + draft
        try PrivateFile.write(text, to: settings.data + "/secrets/connections/" + name)
        return name
    }

    /// Ends a draft's trial and removes it.
    public func remove(draft id: String) {
        bench.end(id)
        DraftFolder(data: settings.data).remove(id)
    }

    /// Asks a device what it offers; reads nothing else.
    public func offers(_ draft: ConnectDraft) async throws -> ProbeReport {
        try await realSupervisor.probe(draft.connection(Slug("trial")), signals: [])
    }

    /// What stands in the way of a draft, as it would be at "Yes"; nil where nothing does.
    public func flaw(of draft: ConnectDraft) -> RefusedEvent? {
        do throws(RefusedEvent) {
            let description = try draft.added(to: real.factory, at: real.time)
            try ConnectionCheck.check(description, real.factory)
            _ = try FactoryDifference(from: real.factory, to: description, now: real.time)
            return nil
        } catch {
            return error
        }
    }

    /// Makes a draft real in one transaction, and removes it; what was said, in words.
    public func confirm(_ draft: ConnectDraft, actor: String) async throws -> [String] {
        bench.end(draft.id)
        let words = try await real.add(draft, actor: actor)
        DraftFolder(data: settings.data).remove(draft.id)
        return words
    }
}

extension World {
    /// Adds a draft to the site in one transaction.
    func add(_ draft: ConnectDraft, actor: String) async throws -> [String] {
        try await turns.take { [self] in
            let description = try draft.added(to: factory, at: time)
            try ConnectionCheck.check(description, factory)
            let difference = try FactoryDifference(from: factory, to: description, now: time)
            _ = try await sayInTurn(difference.events, actor: actor)
            return difference.words
        }
    }
}

extension ConnectDraft {
    /// How running could be seen, from what the signals are and what was seen of them; nil where
    /// nothing tells it yet.
    public func suggestedState(_ traces: [Slug: TrialTrace]) -> DraftState? {
        let chosen = signals.filter(\.isChosen)
        let order = ["running", "power", "current", "speed", "vibration", "flow", "pressure", ""]
        let ranked = order.flatMap { means in chosen.filter { $0.means == means } }
        for signal in ranked {
            if let state = state(by: signal, traces[signal.slug] ?? TrialTrace()) { return state }
        }
        return nil
    }

    /// How running could be seen by one signal, nil where its values do not tell it yet.
    public func state(by signal: DraftSignal, _ trace: TrialTrace) -> DraftState? {
        switch trace.last?.value {
        case .flag:
            return DraftState(
                signal: signal.slug, above: nil, meanings: ["true": .running, "false": .idle])
        case .text:
            return DraftState(
                signal: signal.slug, above: nil, meanings: ConnectDraft.execution)
        case .number, .integer:
            guard let levels = FirstLevels(trace.numbers) else { return nil }
            return DraftState(signal: signal.slug, above: levels.threshold)
        case nil: return nil
        }
    }

    /// What a signal of numbers probably is, in words that can be checked at the machine.
    public func guess(_ signal: DraftSignal, _ trace: TrialTrace) -> String {
        SignalGuess(
            name: signal.name, unit: signal.unit.isEmpty ? nil : signal.unit,
            means: signal.means.isEmpty ? nil : signal.means, shape: SampleShape(trace.numbers)
        ).says
    }

    /// What the words of MTConnect's Execution mean.
    ///
    /// Source: MTConnect Standard part 2, controlled vocabulary of EXECUTION.
    static let execution: [String: ObservedState] = [
        "ACTIVE": .running, "READY": .idle, "STOPPED": .idle, "INTERRUPTED": .idle,
        "FEED_HOLD": .idle, "PROGRAM_STOPPED": .idle, "PROGRAM_COMPLETED": .idle,
        "OPTIONAL_STOP": .idle, "WAIT": .idle, "PROGRAM_OPTIONAL_STOP": .idle,
        "UNAVAILABLE": .unknown,
    ]

    /// What a value would mean by the draft's own way of seeing it.
    public func observed(_ trace: TrialTrace) -> ObservedState {
        guard let state, let last = trace.last, last.isUsable else { return .unknown }
        if let above = state.above {
            guard let value = last.value.asDouble, value.isFinite else { return .unknown }
            return value >= above ? .running : .idle
        }
        return state.meanings[last.value.asText] ?? .unknown
    }
}

// Connecting a machine on the running box.

import Capture
import Loop
import Plant
import Profiles
import Web

/// The wizard behind the web room's door.
struct RunningConnect: ConnectDoor {
    let box: Box
    let devices: DeviceShelf

    /// The program's own devices; one that cannot be read is a fault of the program, found by tests.
    static let shelf: DeviceShelf = {
        do {
            return try DeviceShelf(files: ProfileFiles.all)
        } catch {
            return DeviceShelf(profiles: [])
        }
    }()

    func drafts() async throws -> [ConnectDraft] { try await box.read { box.connectDrafts() } }

    func draft(_ id: String) async throws -> ConnectDraft? {
        try await box.read { box.connectDraft(id) }
    }

    func newID() -> String { Box.newDraftID() }

    func keep(_ draft: ConnectDraft) async throws { try await box.read { try box.keep(draft) } }

    func care() async throws -> [ConnectionCare] { try await box.read { box.care() } }

    var isSilenced: Bool { box.isSilenced }

    func setSilenced(_ isOff: Bool, actor: String) async throws {
        try await box.setSilenced(isOff, actor: actor)
    }

    var suggestedRanges: [String] { box.desk.suggested }

    var search: SearchStanding? {
        box.desk.standing.map { standing in
            SearchStanding(
                range: standing.range,
                findings: standing.findings.map { finding in
                    SearchStanding.Finding(
                        place: finding.place, says: finding.says,
                        what: finding.profiles.first ?? finding.connector,
                        unit: finding.unit.map(Int.init))
                }, refused: standing.refused, asked: standing.asked,
                part: standing.progress.total == 0
                    ? 1 : Double(standing.progress.done) / Double(standing.progress.total),
                requests: standing.progress.requests, isRunning: standing.isRunning)
        }
    }

    func search(_ range: String, actor: String) async throws {
        do throws(RefusedEvent) {
            try box.desk.search(range, signs: devices.signs, actor: actor)
        } catch {
            throw error.saying
        }
    }

    func endSearch() { box.desk.stop() }

    func keepPassword(_ text: String, of draft: String) async throws -> String {
        try await box.read { try box.keepPassword(text, of: draft) }
    }

    func remove(_ id: String) async throws { try await box.read { box.remove(draft: id) } }

    func offered(by draft: ConnectDraft) async throws -> ConnectDraft {
        do {
            let report = try await box.offers(draft)
            var draft = draft
            draft.found = report.summary
            draft.take(report.offers)
            return draft
        } catch let error as ConnectorError {
            throw RefusedSaying(field: "address", says: "\(error.what).", remedy: error.remedy)
        } catch let error as ConfigurationError {
            throw RefusedSaying(
                field: error.field, says: "\(error.field): \(error.reason).", remedy: error.remedy)
        }
    }

    func look(_ draft: ConnectDraft) async throws -> TrialStanding {
        do throws(RefusedEvent) {
            return try box.bench.look(draft)
        } catch {
            throw error.saying
        }
    }

    func flaw(of draft: ConnectDraft) async throws -> RefusedSaying? {
        try await box.read { box.flaw(of: draft)?.saying }
    }

    func confirm(_ draft: ConnectDraft, actor: String) async throws -> [String] {
        do {
            return try await box.confirm(draft, actor: actor)
        } catch let error as RefusedEvent {
            throw error.saying
        }
    }
}

extension RefusedEvent {
    fileprivate var saying: RefusedSaying {
        RefusedSaying(field: field, says: says, remedy: remedy)
    }
}

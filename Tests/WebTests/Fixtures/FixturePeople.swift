// Two people, a tablet and an offer to pair, for pages about who may come in.

import Loop
import Plant

@testable import Web

/// People of the fixture box.
struct FixturePeople: PeopleDoor {
    private let sarah = PersonFacts(
        id: Slug("sarah"), name: "Sarah Hollins", role: .administrator, hasPassPhrase: true,
        hasFactor: false, recoveryCodes: 10, isInvited: false)

    func people() async throws -> [PersonFacts] {
        [
            PersonFacts(
                id: Slug("dave"), name: "Dave <Bolt>", role: .supervisor, hasPassPhrase: false,
                hasFactor: false, recoveryCodes: 0, isInvited: true), sarah,
        ]
    }
    func former() async throws -> [FormerPerson] {
        [FormerPerson(id: Slug("pat"), name: "Pat Lee", ended: FixtureDay.now - .hours(50))]
    }
    func forgetPerson(_ person: Slug, actor: String) async throws -> Int { 3 }
    func isPairingConfirmed(claim: String) -> Bool { false }
    func cancelPairing(offer: String) {}
    func peopleWithPin() async throws -> [NamedPerson] {
        [NamedPerson(id: Slug("sarah"), name: "Sarah Hollins")]
    }
    func setPin(session: String, pin: String, from origin: AccessOrigin) async throws {}
    func override(
        device: String, person: Slug, pin: String, from origin: AccessOrigin
    ) async throws -> String {
        guard pin == "481726" else {
            throw EntranceRefused(
                field: "pin", says: "The name and the digits do not belong together.",
                remedy: "Try again.")
        }
        return "override-1"
    }
    func addPerson(name: String, role: Role, actor: String) async throws -> String {
        guard name.count > 1 else {
            throw EntranceRefused(
                field: "name", says: "A name of 2 to 60 characters is needed.",
                remedy: "Write your own name.")
        }
        return "ABCD-EFGH-JKMN"
    }
    func invite(_ person: Slug, actor: String) async throws -> String { "ABCD-EFGH-JKMN" }
    func setRole(_ person: Slug, role: Role, actor: String) async throws {}
    func endPerson(_ person: Slug, actor: String) async throws {}
    func devices() async throws -> [DeviceFacts] {
        [
            DeviceFacts(
                id: "ab12", name: "Tablet at Lathe 1", kind: "tablet", machine: Slug("lathe-1"),
                created: FixtureDay.now - .hours(30), used: FixtureDay.now - .minutes(4))
        ]
    }
    func pairings() -> [PairingFacts] {
        [PairingFacts(offer: "ABCDEFGHJKMN0123", name: "Board in the hall", isTaken: true)]
    }
    func offerPairing(name: String, isBoard: Bool, machine: Slug?) async throws -> String {
        "ABCDEFGHJKMN0123"
    }
    func claimPairing(offer: String) -> (digits: String, claim: String)? {
        offer == "ABCDEFGHJKMN0123" ? ("4821", "claim-1") : nil
    }
    func confirmPairing(offer: String, digits: String) async throws {}
    func finishPairing(claim: String, from origin: AccessOrigin) async throws -> String? {
        claim == "claim-1" ? "pass-1" : nil
    }
    func endDevice(_ id: String, actor: String) async throws -> Bool { id == "ab12" }
    func join(
        name: String, code: String, passPhrase: String, from origin: AccessOrigin
    ) async throws -> Entrance { Entrance(session: "session-3", name: name) }
    func prove(
        session: String, passPhrase: String, code: String, from origin: AccessOrigin
    ) async throws {}
    func account(
        session: String
    ) async throws -> (person: PersonFacts, sessions: [SessionFacts])? {
        (
            sarah,
            [
                SessionFacts(
                    created: FixtureDay.now - .hours(2), used: FixtureDay.now,
                    agent: "Mozilla/5.0 (X11; Linux x86_64)", isThis: true)
            ]
        )
    }
    func changePassPhrase(
        session: String, old: String, new: String, from origin: AccessOrigin
    ) async throws {}
    func offerFactor(session: String) async throws -> (text: String, address: String)? {
        ("JBSW Y3DP EHPK 3PXP", "otpauth://totp/Millwright:Sarah?secret=JBSWY3DPEHPK3PXP")
    }
    func takeFactor(
        session: String, code: String, recovery: String, from origin: AccessOrigin
    ) async throws -> [String] { ["AAAA-BBBB-CCCC"] }
    func endFactor(session: String, code: String, from origin: AccessOrigin) async throws {}
    func endOtherSessions(session: String, from origin: AccessOrigin) async throws -> Int { 1 }
    func noteAuditTaken(actor: String, from origin: AccessOrigin) async throws {}
}

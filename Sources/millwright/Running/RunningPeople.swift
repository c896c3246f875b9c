// People and devices of the running box, as the web room asks for them.

import Loop
import Plant
import Web

/// Who may come into the running box.
struct RunningPeople: PeopleDoor {
    let box: Box

    private var access: Access { box.access }
    private var site: String { box.real.factory.name }

    func people() async throws -> [PersonFacts] {
        try await box.read { try box.access.peopleFacts() }
    }

    func former() async throws -> [FormerPerson] {
        try await box.read { try box.access.formerFacts() }
    }

    func forgetPerson(_ person: Slug, actor: String) async throws -> Int {
        try await RunningBox.refusing {
            try await access.forgetPerson(person, actor: actor)
        }
    }

    func isPairingConfirmed(claim: String) -> Bool { access.isPairingConfirmed(claim: claim) }

    func cancelPairing(offer: String) { access.cancelPairing(offer: offer) }

    func peopleWithPin() async throws -> [NamedPerson] {
        try await box.read { try box.access.peopleWithPin() }
    }

    func setPin(session: String, pin: String, from origin: AccessOrigin) async throws {
        try await RunningBox.refusing {
            try await access.setPin(session: session, pin: pin, from: origin)
        }
    }

    func override(
        device: String, person: Slug, pin: String, from origin: AccessOrigin
    ) async throws -> String {
        try await RunningBox.refusing {
            try await access.override(device: device, person: person, pin: pin, from: origin)
        }
    }

    func addPerson(name: String, role: Role, actor: String) async throws -> String {
        try await RunningBox.refusing {
            try await access.addPerson(name: name, role: role, actor: actor).code
        }
    }

    func invite(_ person: Slug, actor: String) async throws -> String {
        try await RunningBox.refusing { try await access.invite(person, actor: actor) }
    }

    func setRole(_ person: Slug, role: Role, actor: String) async throws {
        try await RunningBox.refusing {
            try await access.setRole(person, role: role, actor: actor)
        }
    }

    func endPerson(_ person: Slug, actor: String) async throws {
        try await RunningBox.refusing { try await access.endPerson(person, actor: actor) }
    }

    func devices() async throws -> [DeviceFacts] {
        try await box.read { try box.access.deviceFacts() }
    }

    func pairings() -> [PairingFacts] { access.pairingFacts() }

    func offerPairing(name: String, isBoard: Bool, machine: Slug?) async throws -> String {
        if let machine, box.shown.factory.machines[machine] == nil {
            throw EntranceRefused(
                field: "machine", says: "There is no machine “\(machine.text)”.",
                remedy: "Choose one from the list.")
        }
        return try await RunningBox.refusing {
            try access.offerPairing(name: name, isBoard: isBoard, machine: machine)
        }
    }

    func claimPairing(offer: String) -> (digits: String, claim: String)? {
        access.claimPairing(offer: offer)
    }

    func confirmPairing(offer: String, digits: String) async throws {
        try await RunningBox.refusing { try access.confirmPairing(offer: offer, digits: digits) }
    }

    func finishPairing(claim: String, from origin: AccessOrigin) async throws -> String? {
        try await RunningBox.refusing {
            try await access.finishPairing(claim: claim, from: origin)
        }
    }

    func endDevice(_ id: String, actor: String) async throws -> Bool {
        try await access.endDevice(id, actor: actor)
    }

    func join(
        name: String, code: String, passPhrase: String, from origin: AccessOrigin
    ) async throws -> Entrance {
        try await RunningBox.refusing {
            Entrance(
                session: try await access.join(
                    name: name, code: code, passPhrase: passPhrase, site: site, from: origin),
                name: name)
        }
    }

    func prove(
        session: String, passPhrase: String, code: String, from origin: AccessOrigin
    ) async throws {
        try await RunningBox.refusing {
            try await access.prove(
                session: session, passPhrase: passPhrase, code: code, from: origin)
        }
    }

    func account(
        session: String
    ) async throws -> (person: PersonFacts, sessions: [SessionFacts])? {
        try await access.account(session: session)
    }

    func changePassPhrase(
        session: String, old: String, new: String, from origin: AccessOrigin
    ) async throws {
        try await RunningBox.refusing {
            try await access.changePassPhrase(
                session: session, old: old, new: new, site: site, from: origin)
        }
    }

    func offerFactor(session: String) async throws -> (text: String, address: String)? {
        guard let factor = try await access.offerFactor(session: session),
            let person = try await access.account(session: session)?.person
        else { return nil }
        let name = site.isEmpty ? "Millwright" : "Millwright " + site
        return (factor.text, factor.address(name: person.name, box: name))
    }

    func takeFactor(
        session: String, code: String, recovery: String, from origin: AccessOrigin
    ) async throws -> [String] {
        try await RunningBox.refusing {
            try await access.takeFactor(
                session: session, code: code, recovery: recovery, from: origin)
        }
    }

    func endFactor(session: String, code: String, from origin: AccessOrigin) async throws {
        try await RunningBox.refusing {
            try await access.endFactor(session: session, code: code, from: origin)
        }
    }

    func endOtherSessions(session: String, from origin: AccessOrigin) async throws -> Int {
        try await access.endOtherSessions(session: session, from: origin)
    }

    func noteAuditTaken(actor: String, from origin: AccessOrigin) async throws {
        try await access.noteAuditTaken(actor: actor, from: origin)
    }
}

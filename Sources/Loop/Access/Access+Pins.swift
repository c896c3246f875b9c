// A supervisor at a paired tablet: six digits or more open it for a minute of their rights (S-13).

import Crypto
import Journal
public import Plant
import Synchronization

/// A supervisor's presence at a tablet, in memory until it is over.
struct Override: Sendable, Hashable {
    /// Whose presence.
    let person: Slug
    /// The tablet, by its id; the key is worth nothing elsewhere.
    let device: String
    /// When it was last used.
    var used: Timestamp
}

/// How long to wait after wrong digits.
enum PinWait {
    /// Wrong tries between two waits.
    static let step: Int64 = 5

    /// How long nothing is heard after so many wrong tries; nil: until somebody signs in with a
    /// pass phrase.
    static func wait(failures: Int64) -> Elapsed? {
        switch failures / step {
        case 0: .zero
        case 1: .seconds(30)
        case 2: .minutes(5)
        default: nil
        }
    }
}

extension Access {
    /// People whose digits are taken at a tablet, by name.
    public func peopleWithPin() throws -> [NamedPerson] {
        try people().filter { $0.hasPin && $0.role.actions.contains(.supervise) }
            .map { NamedPerson(id: $0.id, name: $0.name) }
    }

    /// Chooses one's own digits, or takes them away with an empty text; they are for tablets alone.
    public func setPin(session key: String, pin: String, from origin: AccessOrigin) async throws {
        guard let (session, person) = try await alive(key) else {
            throw AccessRefused("pin", "The session is over.", "Sign in again.")
        }
        guard person.role.actions.contains(.supervise) else {
            throw AccessRefused(
                "pin", "Digits are for supervisors; a paired tablet needs none for its work.",
                "Ask whoever looks after this box for another role.")
        }
        guard wall() - session.proved <= LoopLimits.proofLife else {
            throw AccessRefused(
                "pin", "This needs your pass phrase again; five minutes have passed.",
                "Open the page Confirm, then come back.")
        }
        guard !pin.isEmpty else {
            try await real.credentials.setPin(person.id, hash: nil)
            try await note("pin-ended", address: origin.address, actor: person.name)
            return
        }
        if let flaw = Access.flaw(pin: pin) {
            throw AccessRefused("pin", flaw, "Take six digits or more that do not follow in order.")
        }
        let hash = try await hash(pin: pin)
        try await real.credentials.setPin(person.id, hash: hash)
        try await note("pin-set", address: origin.address, actor: person.name)
    }

    /// What is wrong with digits, nil for none.
    static func flaw(pin: String) -> String? {
        let digits = pin.utf8.compactMap { (0x30...0x39).contains($0) ? Int($0) - 0x30 : nil }
        guard digits.count == pin.utf8.count, LoopLimits.pinLength.contains(digits.count) else {
            return "Six to twelve digits are needed."
        }
        let steps = Set(zip(digits, digits.dropFirst()).map { ($1 - $0 + 10) % 10 })
        let isRepeat = (1...3).contains { length in
            digits.indices.dropFirst(length).allSatisfy { digits[$0] == digits[$0 - length] }
        }
        return steps.count == 1 || isRepeat ? "These digits are easy to guess." : nil
    }

    /// Opens a tablet for a supervisor who types their digits; gives the key of a minute.
    public func override(
        device pass: String, person id: Slug, pin: String, from origin: AccessOrigin
    ) async throws -> String {
        guard let device = try real.credentials.device(hash: SecretText.digest(pass)),
            device.kind == .tablet
        else {
            throw AccessRefused(
                "pin", "This is not a paired tablet.", "Sign in with your pass phrase.")
        }
        let now = wall()
        let wrong = AccessRefused(
            "pin", "The name and the digits do not belong together.",
            "Try again, or sign in with your pass phrase.")
        guard let person = try real.credentials.person(id), person.ended == nil,
            person.role.actions.contains(.supervise)
        else { throw wrong }
        for (failures, last) in [
            (person.pinFailures, person.pinFailed), (device.pinFailures, device.pinFailed),
        ] where failures >= PinWait.step {
            guard let wait = PinWait.wait(failures: failures) else {
                throw AccessRefused(
                    "pin", "Too many wrong digits.",
                    "Sign in with your pass phrase once, on this tablet.")
            }
            let left = last + wait - now
            if left > .zero, failures % PinWait.step == 0 {
                let seconds = Int(left.seconds.rounded(.up))
                throw AccessRefused(
                    "pin", "Too many wrong digits.", "Wait \(seconds) seconds.",
                    retryAfter: seconds)
            }
        }
        // A try counts before it is looked at, so that two at once cannot share one.
        try await real.credentials.notePin(person: id, device: device.id, at: now)
        guard let hash = person.pinHash, try await matches(pin: pin, hash: hash) else {
            // Fifteen at the most until somebody signs in: each is written down.
            try await note(
                "pin-refused", person.name + " at " + device.name, address: origin.address,
                outcome: "refused", actor: "device " + device.name)
            throw wrong
        }
        try await real.credentials.forgetPinFailures(person: id, device: device.id)
        let key = SecretText.sessionKey()
        state.withLock { state in
            state.overrides = state.overrides.filter {
                now - $0.value.used < LoopLimits.overrideLife
            }
            if state.overrides.count >= LoopLimits.overrides { state.overrides = [:] }
            state.overrides[SecretText.digest(key)] = Override(
                person: id, device: device.id, used: now)
        }
        try await note(
            "tablet-opened", device.name, address: origin.address, actor: person.name)
        return key
    }

    /// The supervisor who is at a tablet now; a tap holds it open for another minute, and a page
    /// that reads by itself does not.
    func present(_ key: String, at device: PairedDevice, isTap: Bool) throws -> Person? {
        let now = wall()
        let hash = SecretText.digest(key)
        let known = state.withLock { state -> Override? in
            guard let found = state.overrides[hash], found.device == device.id,
                now - found.used < LoopLimits.overrideLife
            else { return nil }
            if isTap { state.overrides[hash]?.used = now }
            return found
        }
        guard let known, let person = try real.credentials.person(known.person),
            person.ended == nil
        else { return nil }
        return person
    }

    /// A right pass phrase on a tablet lets digits be tried there again.
    func forgetPinFailures(of person: Slug, device pass: String?) async throws {
        let device = try pass.flatMap { try real.credentials.device(hash: SecretText.digest($0)) }
        try await real.credentials.forgetPinFailures(person: person, device: device?.id ?? "")
    }

    private func matches(pin: String, hash: String) async throws -> Bool {
        let peppered = seal.peppered(pin)
        return try await derive { _ in try PassPhraseHash(text: hash).matches(peppered) }
    }

    private func hash(pin: String) async throws -> String {
        let peppered = seal.peppered(pin)
        return try await derive { cost in
            try PassPhraseHash(peppered, salt: SecretText.random(16), cost: cost).text
        }
    }
}

extension SecretSeal {
    /// Digits mixed with the data key: a copy of the stores alone cannot be searched for them.
    func peppered(_ pin: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(("pin " + pin).utf8), using: key)
        return SecretText.hexadecimal(Array(code))
    }
}

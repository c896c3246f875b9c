// Tablets and boards come in without anybody signing in: paired once with a code on both screens.

import Journal
public import Plant
import Synchronization

/// An offer to pair a device, in memory until it is taken, refused or over.
struct Pairing: Sendable, Hashable {
    /// What the QR code carries: 80 random bits in Crockford's base 32.
    let offer: String
    /// What the device will be called.
    let name: String
    /// What it is for.
    let kind: DeviceKind
    /// The one machine about which it may say something; nil for all.
    let machine: Slug?
    /// When the offer was made.
    let made: Timestamp
    /// The four digits that the device shows; nil before one took the offer up.
    var digits: String?
    /// What the device that took it up holds; only it gets the pass.
    var claim: String?
    /// Whether a person confirmed the digits.
    var isConfirmed = false
    /// Wrong confirmations so far.
    var tries = 0
}

extension Access {
    /// Offers to pair a device; the offer holds for ten minutes and for one device.
    public func offerPairing(name: String, isBoard: Bool, machine: Slug?) throws -> String {
        guard Access.isVisible(name), (1...60).contains(name.count) else {
            throw AccessRefused(
                "name",
                "A device needs a name of 1 to 60 visible characters, without blanks around it.",
                "Say where it stands, such as Tablet at Lathe 1.")
        }
        let now = wall()
        let pairing = Pairing(
            offer: SecretText.normalised(setupCode: SecretText.setupCode())
                + String(SecretText.normalised(setupCode: SecretText.setupCode()).prefix(4)),
            name: name, kind: isBoard ? .board : .tablet, machine: machine, made: now)
        state.withLock { state in
            state.pairings.removeAll { now - $0.made > LoopLimits.pairingLife }
            if state.pairings.count >= LoopLimits.pairings { state.pairings.removeFirst() }
            state.pairings.append(pairing)
        }
        return pairing.offer
    }

    /// Offers that wait, oldest first.
    func pairings() -> [Pairing] {
        let now = wall()
        return state.withLock { state in
            state.pairings.removeAll { now - $0.made > LoopLimits.pairingLife }
            return state.pairings
        }
    }

    /// A device takes an offer up: the digits it shows, and the claim it keeps.
    ///
    /// Nil when there is no such offer, or another device was first.
    public func claimPairing(offer: String) -> (digits: String, claim: String)? {
        let wanted = SecretText.normalised(setupCode: offer)
        let now = wall()
        return state.withLock { state in
            guard
                let place = state.pairings.firstIndex(where: {
                    SecretText.isEqual($0.offer, wanted) && now - $0.made <= LoopLimits.pairingLife
                }), state.pairings[place].claim == nil
            else { return nil }
            let claim = SecretText.sessionKey()
            let number = SecretText.random(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) } % 10_000
            let digits = String(String(10_000 + number).dropFirst())
            state.pairings[place].claim = SecretText.digest(claim)
            state.pairings[place].digits = digits
            return (digits, claim)
        }
    }

    /// Whether the digits of the device that holds a claim were confirmed.
    public func isPairingConfirmed(claim: String) -> Bool {
        let hash = SecretText.digest(claim)
        return pairings().contains { $0.claim == hash && $0.isConfirmed }
    }

    /// Takes an offer back.
    public func cancelPairing(offer: String) {
        state.withLock { state in state.pairings.removeAll { $0.offer == offer } }
    }

    /// A person confirms the digits that the device shows; five wrong ones end the offer.
    public func confirmPairing(offer: String, digits: String) throws {
        let outcome = state.withLock { state -> Bool? in
            guard let place = state.pairings.firstIndex(where: { $0.offer == offer }),
                let shown = state.pairings[place].digits
            else { return nil }
            guard SecretText.isEqual(shown, digits.filter { $0 != " " }) else {
                state.pairings[place].tries += 1
                if state.pairings[place].tries >= LoopLimits.pairingTries {
                    state.pairings.remove(at: place)
                }
                return false
            }
            state.pairings[place].isConfirmed = true
            return true
        }
        guard let outcome else {
            throw AccessRefused(
                "digits", "No device has taken this offer up, or it is over.",
                "Scan the code with the device first; make a new one after ten minutes.")
        }
        guard outcome else {
            throw AccessRefused(
                "digits", "These are not the digits that the device shows.",
                "Compare both screens. Somebody else may have scanned the code.")
        }
    }

    /// The device asks whether it was confirmed: its pass, nil while it waits.
    ///
    /// Throws when the offer is over.
    public func finishPairing(claim: String, from origin: AccessOrigin) async throws -> String? {
        let hash = SecretText.digest(claim)
        let now = wall()
        let pairing = state.withLock { state -> Pairing? in
            state.pairings.removeAll { now - $0.made > LoopLimits.pairingLife }
            guard let place = state.pairings.firstIndex(where: { $0.claim == hash }) else {
                return nil
            }
            guard state.pairings[place].isConfirmed else { return state.pairings[place] }
            return state.pairings.remove(at: place)
        }
        guard let pairing else {
            throw AccessRefused(
                "offer", "The code is over.", "Make a new one on the page People and devices.")
        }
        guard pairing.isConfirmed else { return nil }
        let pass = SecretText.sessionKey()
        let id = SecretText.hexadecimal(SecretText.random(4))
        try await real.credentials.addDevice(
            PairedDevice(
                id: id, name: pairing.name, kind: pairing.kind, machine: pairing.machine,
                hash: SecretText.digest(pass), created: now))
        try await note("device-paired", pairing.name, address: origin.address, actor: "box")
        return pass
    }

    /// Devices that hold, oldest first.
    func devices() throws -> [PairedDevice] {
        try real.credentials.devices().filter { $0.ended == nil }
    }

    /// Withdraws a device; false when there is none that holds.
    public func endDevice(_ id: String, actor: String) async throws -> Bool {
        let isEnded = try await real.credentials.endDevice(id: id, at: wall())
        if isEnded {
            let name = try real.credentials.devices().first { $0.id == id }?.name ?? id
            try await note("device-ended", name, actor: actor)
        }
        return isEnded
    }
}

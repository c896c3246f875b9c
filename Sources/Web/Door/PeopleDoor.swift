// Who may come in, as pages and programs ask: people, devices, and what a person does for themselves.

public import Loop
public import Plant

/// People, devices and accounts; every method refuses with ``EntranceRefused``.
public protocol PeopleDoor: Sendable {
    /// People who ended and whose names are still known, by name.
    func former() async throws -> [FormerPerson]
    /// Takes the name of somebody who ended out of everything that is stored; says from how many
    /// texts.
    func forgetPerson(_ person: Slug, actor: String) async throws -> Int
    /// Whether the digits of the device that holds a claim were confirmed.
    func isPairingConfirmed(claim: String) -> Bool
    /// Takes an offer to pair back.
    func cancelPairing(offer: String)
    /// People whose digits open a tablet, by name.
    func peopleWithPin() async throws -> [NamedPerson]
    /// Chooses one's own digits for tablets, or takes them away with an empty text (S-13).
    func setPin(session: String, pin: String, from origin: AccessOrigin) async throws
    /// Opens a tablet for a supervisor who types their digits; the key of a minute.
    func override(
        device: String, person: Slug, pin: String, from origin: AccessOrigin
    ) async throws -> String
    /// Everybody who may come in, by name.
    func people() async throws -> [PersonFacts]
    /// Adds a person; the code with which they choose a pass phrase is given once.
    func addPerson(name: String, role: Role, actor: String) async throws -> String
    /// A fresh code for a person who lost the pass phrase; given once.
    func invite(_ person: Slug, actor: String) async throws -> String
    /// Gives a person another role; their sessions end.
    func setRole(_ person: Slug, role: Role, actor: String) async throws
    /// Ends a person; their sessions end.
    func endPerson(_ person: Slug, actor: String) async throws
    /// Paired devices.
    func devices() async throws -> [DeviceFacts]
    /// Offers to pair that wait.
    func pairings() -> [PairingFacts]
    /// Makes an offer to pair; returns what its QR code carries.
    func offerPairing(name: String, isBoard: Bool, machine: Slug?) async throws -> String
    /// A device takes an offer up: digits to show and what it keeps; nil without such an offer.
    func claimPairing(offer: String) -> (digits: String, claim: String)?
    /// A person confirms the digits that the device shows.
    func confirmPairing(offer: String, digits: String) async throws
    /// The pass of a device that was confirmed; nil while it waits.
    func finishPairing(claim: String, from origin: AccessOrigin) async throws -> String?
    /// Withdraws a device; false when none of that id holds.
    func endDevice(_ id: String, actor: String) async throws -> Bool
    /// Chooses a pass phrase with a code.
    func join(
        name: String, code: String, passPhrase: String, from origin: AccessOrigin
    ) async throws -> Entrance
    /// Gives the pass phrase again in an open session (S-17).
    func prove(
        session: String, passPhrase: String, code: String, from origin: AccessOrigin
    ) async throws
    /// Who a session belongs to; nil when it is over.
    func account(
        session: String
    ) async throws -> (person: PersonFacts, sessions: [SessionFacts])?
    /// Changes one's own pass phrase; other sessions end.
    func changePassPhrase(
        session: String, old: String, new: String, from origin: AccessOrigin
    ) async throws
    /// A second factor to set up: its text to type, and the address for a QR code.
    func offerFactor(session: String) async throws -> (text: String, address: String)?
    /// Takes it with its first code; fresh recovery codes are given once.
    func takeFactor(
        session: String, code: String, recovery: String, from origin: AccessOrigin
    ) async throws -> [String]
    /// Takes one's own second factor away.
    func endFactor(session: String, code: String, from origin: AccessOrigin) async throws
    /// Ends one's own other sessions; says how many there were.
    func endOtherSessions(session: String, from origin: AccessOrigin) async throws -> Int
    /// Notes that somebody took the record of acts away.
    func noteAuditTaken(actor: String, from origin: AccessOrigin) async throws
}

// People, devices and sessions as pages show them.

import Journal
public import Plant

/// A person who may come in.
public struct PersonFacts: Sendable, Hashable {
    /// Their id.
    public let id: Slug
    /// Their name.
    public let name: String
    /// What they may do.
    public let role: Role
    /// Whether they chose a pass phrase.
    public let hasPassPhrase: Bool
    /// Whether they have a second factor.
    public let hasFactor: Bool
    /// How many recovery codes are left.
    public let recoveryCodes: Int
    /// Whether an invitation waits for them.
    public let isInvited: Bool
    /// Whether they chose digits for tablets.
    public let hasPin: Bool

    /// A person.
    public init(
        id: Slug, name: String, role: Role, hasPassPhrase: Bool, hasFactor: Bool,
        recoveryCodes: Int, isInvited: Bool, hasPin: Bool = false
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.hasPassPhrase = hasPassPhrase
        self.hasFactor = hasFactor
        self.recoveryCodes = recoveryCodes
        self.isInvited = isInvited
        self.hasPin = hasPin
    }
}

/// Somebody who may no longer come in.
public struct FormerPerson: Sendable, Hashable {
    /// Their id.
    public let id: Slug
    /// Their name, as long as it is kept.
    public let name: String
    /// When they ended.
    public let ended: Timestamp

    /// A person.
    public init(id: Slug, name: String, ended: Timestamp) {
        self.id = id
        self.name = name
        self.ended = ended
    }
}

/// A person's id and name.
public struct NamedPerson: Sendable, Hashable {
    /// Their id.
    public let id: Slug
    /// Their name.
    public let name: String

    /// A person.
    public init(id: Slug, name: String) {
        self.id = id
        self.name = name
    }
}

/// A paired device.
public struct DeviceFacts: Sendable, Hashable {
    /// Its id.
    public let id: String
    /// What it is called.
    public let name: String
    /// `tablet` or `board`.
    public let kind: String
    /// The one machine about which it may say something; nil for all.
    public let machine: Slug?
    /// When it was paired.
    public let created: Timestamp
    /// When it was last used, nil when never noted.
    public let used: Timestamp?

    /// A device.
    public init(
        id: String, name: String, kind: String, machine: Slug?, created: Timestamp,
        used: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.machine = machine
        self.created = created
        self.used = used
    }
}

/// A signed-in browser.
public struct SessionFacts: Sendable, Hashable {
    /// When it began.
    public let created: Timestamp
    /// When it was last used.
    public let used: Timestamp
    /// What the browser says it is.
    public let agent: String
    /// Whether it is the one that asks.
    public let isThis: Bool

    /// A session.
    public init(created: Timestamp, used: Timestamp, agent: String, isThis: Bool) {
        self.created = created
        self.used = used
        self.agent = agent
        self.isThis = isThis
    }
}

/// An offer to pair that waits.
public struct PairingFacts: Sendable, Hashable {
    /// What its QR code carries.
    public let offer: String
    /// What the device will be called.
    public let name: String
    /// Whether a device has taken it up and shows four digits.
    public let isTaken: Bool
    /// Whether a person has confirmed the digits; it is over once the device goes on.
    public let isConfirmed: Bool

    /// An offer.
    public init(offer: String, name: String, isTaken: Bool, isConfirmed: Bool = false) {
        self.offer = offer
        self.name = name
        self.isTaken = isTaken
        self.isConfirmed = isConfirmed
    }
}

extension Access {
    /// People as pages show them.
    public func peopleFacts() throws -> [PersonFacts] {
        try people().map {
            PersonFacts(
                id: $0.id, name: $0.name, role: $0.role, hasPassPhrase: $0.passHash != nil,
                hasFactor: $0.seed != nil, recoveryCodes: $0.recoveryCodes,
                isInvited: $0.isInvited, hasPin: $0.hasPin)
        }
    }

    /// People who ended and whose names are still known, by name.
    public func formerFacts() throws -> [FormerPerson] {
        try real.credentials.people().compactMap { person in
            person.ended.flatMap { ended in
                person.name.isEmpty
                    ? nil : FormerPerson(id: person.id, name: person.name, ended: ended)
            }
        }
    }

    /// Devices as pages show them.
    public func deviceFacts() throws -> [DeviceFacts] {
        try devices().map {
            DeviceFacts(
                id: $0.id, name: $0.name, kind: $0.kind.rawValue, machine: $0.machine,
                created: $0.created, used: $0.used)
        }
    }

    /// Offers to pair as pages show them.
    public func pairingFacts() -> [PairingFacts] {
        pairings().map {
            PairingFacts(
                offer: $0.offer, name: $0.name, isTaken: $0.digits != nil,
                isConfirmed: $0.isConfirmed)
        }
    }

    /// Who a session belongs to, with their sessions; nil when it is over.
    public func account(
        session key: String
    ) async throws -> (person: PersonFacts, sessions: [SessionFacts])? {
        guard let (session, person) = try await alive(key) else { return nil }
        let mine = try await sessions(session: key).map {
            SessionFacts(
                created: $0.created, used: $0.used, agent: $0.agent,
                isThis: $0.hash == session.hash)
        }
        guard let facts = try peopleFacts().first(where: { $0.id == person.id }) else {
            return nil
        }
        return (facts, mine)
    }
}

/// One entry of the journal as it is stored, for a third party to verify.
public struct ChainLine: Sendable, Hashable {
    /// A personal text that the entry refers to (S-32).
    public struct Word: Sendable, Hashable {
        /// What the entry holds in its place.
        public let hash: String
        /// 16 random bytes in hexadecimal.
        public let salt: String
        /// The text.
        public let text: String
    }

    /// Its number.
    public let sequence: Int64
    /// Its stored bytes as text.
    public let entry: String
    /// Its hash in hexadecimal.
    public let hash: String
    /// The texts it refers to, as far as they are kept.
    public let words: [Word]

    /// An entry.
    public init(sequence: Int64, entry: String, hash: String, words: [Word]) {
        self.sequence = sequence
        self.entry = entry
        self.hash = hash
        self.words = words
    }
}

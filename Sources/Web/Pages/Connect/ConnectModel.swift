// What the template of the wizard shows.

import Loop
import Plant

/// One of five steps, or the list of known devices.
struct ConnectModel: Sendable {
    /// A step on the way.
    struct Step: Sendable {
        let mark: String
        let name: String
        let address: String?
        let isHere: Bool
        let isDone: Bool
    }

    /// A draft that was begun before.
    struct Draft: Sendable {
        let name: String
        let found: String
        let when: String
        let address: String
    }

    /// A device that is known.
    struct Known: Sendable {
        let id: String
        let name: String
        let about: String
        let speaks: String
        let verified: String
    }

    /// What only the firm knows of a device.
    struct Placeholder: Sendable {
        let name: String
        let says: String
        let example: String
    }

    /// Something that a search found.
    struct Found: Sendable {
        let place: String
        let says: String
        let address: String?
    }

    /// A search of the network.
    struct Search: Sendable {
        let range: String
        let live: String
        let script: String
        let words: String
        let isRunning: Bool
        let part: String
        let found: [Found]
        let refused: [String]
        let hasRefused: Bool
        let asked: [String]
        let hasAsked: Bool
        let hasSearched: Bool
    }

    /// Step 1.
    struct Find: Sendable {
        let search: Search
        let drafts: [Draft]
        let hasDrafts: Bool
        let known: [Known]
        let what: String
        let at: String
        let unit: String
        let placeholders: [Placeholder]
        /// The fingerprint of a certificate that nobody has accepted yet.
        let fingerprint: String?
    }

    /// Step 2.
    struct Naming: Sendable {
        let address: String
        let value: String
        let area: String
        let machines: [String]
        let areas: [String]
    }

    /// A signal with its newest value.
    struct Row: Sendable {
        let id: String
        let title: String
        let read: String
        let isChosen: Bool
        let value: String
        let seen: String
        let isNumber: Bool
        let hasOrder: Bool
        let fixed: String?
    }

    /// Step 3.
    struct Choose: Sendable {
        let address: String
        let live: String
        let script: String
        let words: String
        let note: String?
        let signals: [Row]
        let hasSignals: Bool
        let grammar: String
        let types: [String]
        let hasTypes: Bool
    }

    /// A signal that may tell the state.
    struct Choice: Sendable {
        let id: String
        let title: String
        let isHere: Bool
    }

    /// Step 4.
    struct Check: Sendable {
        let address: String
        let live: String
        let script: String
        let signalName: String
        let stateCode: String
        let stateWord: String
        let lookWords: String
        let drawing: SVGMarkup?
        let top: String
        let choices: [Choice]
        let isNone: Bool
        let isLevel: Bool
        let unit: String?
        let above: String
        let suggestion: String
        let isWrong: Bool
        let place: String
        let words: String
        let signals: [Row]
    }

    /// Step 5.
    struct Done: Sendable {
        let machine: String
        let page: String
        let when: String
        let said: [String]
    }

    /// The list of known devices.
    struct Devices: Sendable {
        let rows: [Known]
    }

    let frame: PageFrame
    let trouble: String?
    let steps: [Step]
    var find: Find?
    var naming: Naming?
    var choose: Choose?
    var check: Check?
    var done: Done?
    var devices: Devices?
}

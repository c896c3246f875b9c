// Errors of the interface as RFC 9457 problems; pages show the same words.

import Hummingbird

/// Something that did not work, in the words people read and the fields programs read.
struct Problem: Error, Sendable, Hashable {
    /// A field and what is wrong with it.
    struct Flaw: Sendable, Hashable {
        /// The field, or a place such as `line 3`.
        let field: String
        /// What is wrong.
        let says: String
    }

    /// Which problem, the last part of its page `/errors/<slug>`.
    let kind: ProblemKind
    /// What happened, with sizes and positions.
    let detail: String
    /// Fields that are wrong.
    var errors: [Flaw] = []
    /// Seconds after which a repeat may help.
    var retryAfter: Int?
    /// Further named values.
    var more: [(String, JSONValue)] = []

    init(_ kind: ProblemKind, _ detail: String, errors: [Flaw] = [], retryAfter: Int? = nil) {
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.retryAfter = retryAfter
    }

    /// The document.
    func document(instance: String, reference: String) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("type", .text("/errors/" + kind.rawValue)), ("title", .text(kind.title)),
            ("status", .whole(Int64(kind.status.code))), ("detail", .text(detail)),
            ("instance", .text(instance)), ("reference", .text(reference)),
            (
                "errors",
                .list(
                    errors.map {
                        .object([("field", .text($0.field)), ("says", .text($0.says))])
                    })
            ),
        ]
        members += more
        return .object(members)
    }

    static func == (left: Problem, right: Problem) -> Bool {
        left.kind == right.kind && left.detail == right.detail && left.errors == right.errors
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(detail)
    }
}

/// Every problem the box can report; each has a page.
enum ProblemKind: String, Sendable, Hashable, CaseIterable {
    /// A parameter, field or body does not read as it should.
    case badRequest = "bad-request"
    /// Some lines of a write were refused; the others are stored.
    case partlyRefused = "partly-refused"
    /// Nobody is signed in and no token came.
    case signInFirst = "sign-in-first"
    /// The visitor may not do that.
    case notAllowed = "not-allowed"
    /// The pass phrase has to be given again.
    case proveFirst = "prove-first"
    /// A second factor has to be set up.
    case strengthenFirst = "second-factor-first"
    /// The box has no owner yet.
    case setupFirst = "setup-first"
    /// A form came from another site or is too old.
    case wrongForm = "wrong-form"
    /// The request names a host this box does not answer to.
    case wrongHost = "wrong-host"
    /// There is no such page or thing.
    case notFound = "not-found"
    /// The body is not of a kind that can be read here.
    case wrongKind = "wrong-kind"
    /// The body is too large.
    case tooLarge = "too-large"
    /// What was said cannot be stored.
    case refused
    /// An id came again with other words.
    case conflict
    /// Too many requests at once.
    case tooMany = "too-many"
    /// Something broke on our side.
    case ours
    /// The box cannot record now.
    case notReady = "not-ready"
    /// The disk is full.
    case diskFull = "disk-full"

    /// The HTTP status.
    var status: HTTPResponse.Status {
        switch self {
        case .badRequest, .partlyRefused: .badRequest
        case .signInFirst: .unauthorized
        case .notAllowed, .setupFirst, .wrongForm, .proveFirst, .strengthenFirst: .forbidden
        case .wrongHost: .misdirectedRequest
        case .notFound: .notFound
        case .wrongKind: .unsupportedMediaType
        case .tooLarge: .contentTooLarge
        case .refused: .unprocessableContent
        case .conflict: .conflict
        case .tooMany: .tooManyRequests
        case .ours: .internalServerError
        case .notReady: .serviceUnavailable
        case .diskFull: .init(code: 507, reasonPhrase: "Insufficient Storage")
        }
    }

    /// The short name, the same in pages and documents.
    var title: String {
        switch self {
        case .badRequest: "Something in the address or the form does not read"
        case .partlyRefused: "Some lines were refused"
        case .signInFirst: "Sign in first"
        case .notAllowed: "Not allowed"
        case .proveFirst: "Give your pass phrase again"
        case .strengthenFirst: "Set up a second factor first"
        case .setupFirst: "This box has no owner yet"
        case .wrongForm: "The form was too old"
        case .wrongHost: "This box does not answer to that name"
        case .notFound: "There is no such page"
        case .wrongKind: "Not a kind of content we can read"
        case .tooLarge: "Too much at once"
        case .refused: "That cannot be stored"
        case .conflict: "Said before in other words"
        case .tooMany: "Too many requests at once"
        case .ours: "Something broke on our side"
        case .notReady: "The box cannot record now"
        case .diskFull: "The disk is full"
        }
    }

    /// What it means and what to do, for the problem's own page.
    var remedy: String {
        switch self {
        case .badRequest:
            "A part of the request could not be read. The list of errors names each field and"
                + " what was expected. Change those and send it again."
        case .partlyRefused:
            "The lines that could be read are stored. The list names each refused line and why."
                + " Correct those lines and send only them again."
        case .signInFirst:
            "People sign in with their name and pass phrase. Programs send a token in the"
                + " Authorization header. A token is made on the box with: millwright token create."
        case .notAllowed:
            "Your role does not include this. Ask the person who looks after this box."
        case .proveFirst:
            "Open the page Confirm, give the pass phrase, and come back. It is good for five"
                + " minutes."
        case .strengthenFirst:
            "Set one up on the page Your account: it takes a phone and a minute."
        case .setupFirst:
            "Open the setup page and type the setup code that the box printed when it started."
        case .wrongForm:
            "The page had been open for too long, or the form came from another site. Go back,"
                + " load the page again and send the form once more."
        case .wrongHost:
            "Requests must name the box by an address it knows. Add the name to hosts in"
                + " millwright.toml if it is yours."
        case .notFound:
            "The address may be mistyped, or what it names may have been removed. The pages Machines"
                + " and Jobs list what there is."
        case .wrongKind:
            "Send JSON as application/json, line protocol as text/plain, and forms as"
                + " application/x-www-form-urlencoded. Bodies may be packed with gzip."
        case .tooLarge:
            "A body may have 8 MiB as sent and 64 MiB unpacked, at most 20 times its size. Send"
                + " it in smaller pieces."
        case .refused:
            "The answer names the field and what to change. Nothing was stored."
        case .conflict:
            "The id stands for something else that is stored already. Nothing was stored. Send it"
                + " under a new id."
        case .tooMany:
            "The box is still storing what came before. Wait for the time in Retry-After and send"
                + " the same again; repeats do no harm."
        case .ours:
            "Recording goes on and your entries are safe. The reference leads to the details in"
                + " the log of the box."
        case .notReady:
            "The box is starting or stopping, or its disk does not answer. Wait a moment and try"
                + " again."
        case .diskFull:
            "Nothing more can be stored until space is free. Free some space on the disk of the"
                + " box, or move old files away."
        }
    }
}

// One message of the live stream: small JSON, never HTML.

import Loop
import Plant

/// What an open page hears.
enum LiveEvent: Sendable, Hashable {
    /// Something changed; the page fetches its own fragment again.
    case changed(LiveMessage)
    /// Messages were missed: the page reads everything again.
    case everything
    /// A sign of life, a comment that scripts do not see.
    case beat

    /// Topics that a page can ask for: `machines`, `tick`, `world`.
    var topic: String? {
        switch self {
        case .changed(.machine): "machines"
        case .changed(.tick): "tick"
        case .changed(.world), .everything, .beat: nil
        }
    }

    /// The name of the event on the wire.
    private var name: String {
        switch self {
        case .changed(.machine): "machine"
        case .changed(.tick): "tick"
        case .changed(.world): "world"
        case .everything: "everything"
        case .beat: ""
        }
    }

    private var content: JSONValue {
        switch self {
        case .changed(.machine(let machine)): .object([("machine", .text(machine.text))])
        case .changed(.tick(let time)):
            .object([
                ("time", .time(time)), ("time_ms", .whole(time.millisecondsSince1970)),
            ])
        case .changed(.world(let kind)): .object([("world", .text(kind.rawValue))])
        case .everything, .beat: .object([])
        }
    }

    /// The event as the stream format writes it (HTML standard, server-sent events).
    func frame(id: String?) -> String {
        if self == .beat { return ": still here\n\n" }
        var text = id.map { "id: " + $0 + "\n" } ?? ""
        text += "event: " + name + "\n"
        text += "data: " + String(decoding: content.bytes, as: UTF8.self) + "\n\n"
        return text
    }
}

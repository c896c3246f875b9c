// What every route needs: the box, the templates, the limits, a clock and randomness, passed once.

import Hummingbird
import Logging
import Messages
import Plant

/// The parts that the web room is composed of.
final class WebSite: Sendable {
    /// The running box.
    let box: any BoxDoor
    /// Parsed templates.
    let pages: PageLibrary
    /// Embedded files by name.
    let assets: AssetShelf
    /// Limits of this room.
    let limits: WebLimits
    /// Open live streams.
    let live: LiveHub
    /// Writes being stored.
    let writes: WritesInFlight
    /// Waits on the program's clock.
    let pause: @Sendable (Duration) async throws -> Void
    /// Random bits for form tokens and references.
    let random: @Sendable () -> UInt64
    /// Whether the listener is TLS: cookies are then `Secure` and named `__Host-` (S-16).
    let isTLS: Bool

    init(
        box: any BoxDoor, pages: PageLibrary, assets: AssetShelf, messages: MessageCatalog,
        limits: WebLimits, isTLS: Bool,
        random: @escaping @Sendable () -> UInt64,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.box = box
        self.limits = limits
        self.random = random
        self.pause = pause
        self.isTLS = isTLS
        self.pages = pages
        self.assets = assets
        self.messages = messages
        imports = ImportDesk(limits: limits)
        watched = WatchFolder(box: box, limits: limits, pause: pause)
        live = LiveHub(box: box, limits: limits, random: random, pause: pause)
        writes = WritesInFlight(limits: limits)
    }

    /// Eight characters that lead from an answer to the log (S-25).
    func reference() -> String { WebSite.crockford(random(), count: 8) }

    /// A fresh form token of 128 bits.
    func formToken() -> String {
        WebSite.crockford(random(), count: 13) + WebSite.crockford(random(), count: 13)
    }

    /// Name of the session cookie.
    var sessionCookie: String { isTLS ? "__Host-mw" : "mw-session" }
    /// What became of the last morning e-mail.
    let morning = MorningStanding()
    /// The folder whose files come in by themselves.
    let watched: WatchFolder
    /// Forms that wait for a pass phrase.
    let kept = KeptForms()
    /// Files that wait to be brought in.
    let imports: ImportDesk
    /// The words of the tablet.
    let messages: MessageCatalog
    /// Name of the cookie that holds the language of the tablet.
    static let languageCookie = "mw-language"
    /// Name of the cookie that holds a device's pass.
    var deviceCookie: String { isTLS ? "__Host-mw-device" : "mw-device" }
    /// Name of the cookie that holds what a device keeps while it is being paired.
    var overrideCookie: String { isTLS ? "__Host-mw-override" : "mw-override" }
    /// What a device holds while it is being paired.
    var claimCookie: String { isTLS ? "__Host-mw-claim" : "mw-claim" }
    /// Name of the cookie that holds the form token.
    var formCookie: String { isTLS ? "__Host-mw-form" : "mw-form" }

    private static func crockford(_ bits: UInt64, count: Int) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
        let bytes = (0..<count).map { index in
            let shift = UInt64(index * 5)
            return alphabet[Int((shift < 64 ? bits >> shift : 0) & 31)]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

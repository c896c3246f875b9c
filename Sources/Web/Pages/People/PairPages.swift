// Pairing a tablet or a board: the device scans a code, both screens show four digits (ux 5.6).

import Hummingbird
import Loop
import Plant

/// What the device shows while it is being paired.
struct PairModel: Sendable {
    let frame: PageFrame
    /// What the QR code carried; set while the device has not taken the offer up.
    let offer: String?
    /// The digits to compare; set while it waits.
    let digits: String?
    /// What went wrong.
    let trouble: String?
}

/// `/pair`.
enum PairPages {
    /// `GET /pair?c=…`: nothing happens before the person at the device says so.
    static func claim(_ ask: Ask) async throws -> Response {
        // A device that left this page after its digits were confirmed goes on where it was.
        if let claim = ask.request.cookies[ask.site.claimCookie]?.value, claim != "gone",
            try await isConfirmed(claim, ask)
        {
            return try await wait(ask)
        }
        return try page(
            ask, sentence: "Pair this device with the box?", offer: ask.query.filled("c") ?? "")
    }

    private static func isConfirmed(_ claim: String, _ ask: Ask) async throws -> Bool {
        try ask.people().isPairingConfirmed(claim: claim)
    }

    /// `POST /pair`: takes the offer up and shows the digits.
    static func take(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        guard let taken = try ask.people().claimPairing(offer: form["offer"] ?? "") else {
            return try page(
                ask, sentence: "This code is over, or another device has used it.",
                trouble: "Make a new code on the page People and devices.")
        }
        var response = try page(
            ask, sentence: "Compare these four digits on both screens.", digits: taken.digits)
        response.setCookie(
            SetupPages.cookie(ask, name: ask.site.claimCookie, value: taken.claim, age: 900))
        return response
    }

    /// `GET /pair/wait`: the pass, once a person has confirmed.
    static func wait(_ ask: Ask) async throws -> Response {
        let claim = ask.request.cookies[ask.site.claimCookie]?.value ?? ""
        do {
            guard
                let pass = try await ask.people().finishPairing(claim: claim, from: ask.origin)
            else {
                return try page(
                    ask, sentence: "Not confirmed yet.",
                    trouble: "Type the digits on the page People and devices, then go on here.",
                    isWaiting: true)
            }
            var response = Answer.go(to: try await Home.address(ask, device: pass))
            // A device's pass holds for as long as it is used; browsers keep it for 400 days.
            response.setCookie(
                SetupPages.cookie(
                    ask, name: ask.site.deviceCookie, value: pass, age: 400 * 86_400))
            response.setCookie(
                SetupPages.cookie(ask, name: ask.site.claimCookie, value: "gone", age: 0))
            return response
        } catch let refused as EntranceRefused {
            return try page(ask, sentence: refused.says, trouble: refused.remedy)
        }
    }

    private static func page(
        _ ask: Ask, sentence: String, offer: String? = nil, digits: String? = nil,
        trouble: String? = nil, isWaiting: Bool = false
    ) throws -> Response {
        try ask.page(
            PairModel(
                frame: ask.frame(
                    title: "Pair this device", ask: "May this device come in?",
                    sentence: sentence, cells: []),
                offer: offer, digits: digits ?? (isWaiting ? "" : nil), trouble: trouble),
            template: "pair")
    }
}

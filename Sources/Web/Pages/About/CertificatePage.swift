// How a phone or tablet comes to trust this box: its own authority, to install once and compare.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of the certificate shows.
struct CertificateModel: Sendable {
    let frame: PageFrame
    let fingerprint: [String]
    let hasOwn: Bool
    let address: String?
    let drawing: SVGMarkup?
    let names: String
    let ends: String
    let warnings: [String]
}

/// `/certificate` and the file it offers; public by their nature.
enum CertificatePage {
    static func answer(_ ask: Ask) async throws -> Response {
        let shown = ask.site.box.certificate
        let address = ask.own("/certificate/millwright.crt")
        let model = CertificateModel(
            frame: ask.frame(
                title: "Trust this box", ask: "How does a tablet trust this box?",
                sentence: shown == nil
                    ? "Only this computer reaches the box now; nothing is needed."
                    : shown?.authority == nil
                        ? "The site brought its own certificate; devices trust it already."
                        : "Install the certificate of this box once on each tablet and phone.",
                cells: []),
            fingerprint: shown?.authority?.fingerprint.split(separator: " ").map(String.init) ?? [],
            hasOwn: shown?.authority != nil, address: shown?.authority == nil ? nil : address,
            drawing: shown?.authority == nil
                ? nil : QRDrawing.drawing(address, label: "Address of the certificate"),
            names: shown?.names.joined(separator: ", ") ?? "",
            ends: shown.map { Plain.longDate(ask.clock.zone.local($0.ends).date) } ?? "",
            warnings: shown?.warnings ?? [])
        return try ask.page(model, template: "certificate")
    }

    /// `GET /certificate/millwright.crt`: the authority, for browsers to install.
    static func file(_ ask: Ask) async throws -> Response {
        guard let authority = ask.site.box.certificate?.authority else {
            throw Problem(.notFound, "This box has no authority of its own.")
        }
        return Answer.bytes(authority.certificate, type: "application/x-x509-ca-cert")
    }
}

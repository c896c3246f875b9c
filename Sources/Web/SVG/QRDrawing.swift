// An address as a QR code that a phone or tablet reads.

import CQrencode

/// Draws QR codes with libqrencode.
enum QRDrawing {
    /// Modules of quiet zone around the code that readers need.
    private static let quiet = 4

    /// The drawing, nil for a text that is too long for a code.
    static func drawing(_ text: String, label: String) -> SVGMarkup? {
        // Level M: a quarter of the code may be dirty. Version 0 lets the library choose the size.
        guard let code = unsafe QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else {
            return nil
        }
        defer { unsafe QRcode_free(code) }
        let width = Int(unsafe code.pointee.width)
        guard width > 0, let modules = unsafe code.pointee.data else { return nil }
        var path = ""
        for row in 0..<width {
            for column in 0..<width where unsafe modules[row * width + column] & 1 == 1 {
                path += "M\(column + quiet) \(row + quiet)h1v1h-1z"
            }
        }
        let side = width + 2 * quiet
        return SVGElement("svg", class: "qr")
            .with("viewBox", "0 0 \(side) \(side)").with("role", "img").with("aria-label", label)
            .containing([
                SVGElement("rect", class: "qr-paper").with("width", "\(side)")
                    .with("height", "\(side)"),
                SVGElement("path", class: "qr-ink").with("d", path),
            ]).markup
    }
}

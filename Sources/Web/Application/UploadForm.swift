// A posted form with a file in it: multipart/form-data as browsers send it (RFC 7578).

import Hummingbird

/// A form with at most one file.
struct UploadForm: Sendable {
    /// The file of a form.
    struct File: Sendable, Hashable {
        /// Its name as the browser says, without folders; empty when none was chosen.
        let name: String
        /// Its media type as the browser says.
        let type: String
        /// Its bytes.
        let bytes: [UInt8]
    }

    /// Values by name; of several the first.
    private(set) var fields: [String: String] = [:]
    /// The file, nil when the form has none.
    private(set) var file: File?

    /// A value that is not empty.
    func filled(_ name: String) -> String? {
        guard let value = fields[name], !value.isEmpty else { return nil }
        return value
    }

    /// Parts of a body between its boundaries; nil when it is not in the form it should be.
    init?(_ body: [UInt8], boundary: String) {
        let mark = Array(("--" + boundary).utf8)
        guard !boundary.isEmpty, boundary.utf8.count <= 70 else { return nil }
        var place = 0
        guard UploadForm.matches(body, mark, at: place) else { return nil }
        place += mark.count
        var parts = 0
        while true {
            if UploadForm.matches(body, [0x2D, 0x2D], at: place) { return }
            guard UploadForm.matches(body, [0x0D, 0x0A], at: place) else { return nil }
            place += 2
            parts += 1
            guard parts <= 100,
                let blank = UploadForm.find([0x0D, 0x0A, 0x0D, 0x0A], in: body, from: place),
                let end = UploadForm.find([0x0D, 0x0A] + mark, in: body, from: blank + 2)
            else { return nil }
            let head = String(decoding: body[place..<blank], as: UTF8.self)
            take(head, Array(body[min(blank + 4, end)..<end]))
            place = end + 2 + mark.count
        }
    }

    private mutating func take(_ head: String, _ content: [UInt8]) {
        var name: String?
        var fileName: String?
        var type = "application/octet-stream"
        for line in head.split(separator: "\r\n") {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let value = String(pair[1].drop { $0 == " " })
            switch pair[0].lowercased() {
            case "content-disposition":
                name = UploadForm.parameter("name", of: value)
                fileName = UploadForm.parameter("filename", of: value)
            case "content-type": type = value
            default: break
            }
        }
        guard let name else { return }
        if let fileName {
            let own = fileName.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
            if file == nil { file = File(name: own, type: type, bytes: content) }
        } else if fields[name] == nil {
            fields[name] = String(decoding: content, as: UTF8.self)
        }
    }

    /// A quoted parameter of a header, with the escapes that browsers use.
    private static func parameter(_ name: String, of value: String) -> String? {
        for part in value.split(separator: ";").dropFirst() {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0] == name else { continue }
            var text = pair[1]
            if text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 {
                text = text.dropFirst().dropLast()
            }
            return String(text).replacing("%22", with: "\"").replacing("%0D", with: "")
                .replacing("%0A", with: "")
        }
        return nil
    }

    private static func matches(_ body: [UInt8], _ sought: [UInt8], at place: Int) -> Bool {
        place + sought.count <= body.count
            && body[place..<(place + sought.count)].elementsEqual(sought)
    }

    private static func find(_ sought: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard let first = sought.first else { return nil }
        var place = start
        while place + sought.count <= body.count {
            guard
                let next = body[place...(body.count - sought.count)].firstIndex(of: first)
            else { return nil }
            if matches(body, sought, at: next) { return next }
            place = next + 1
        }
        return nil
    }
}

extension Ask {
    /// A posted form with a file, whose token matches the visitor's cookie (S-20).
    func upload(limit: Int) async throws -> UploadForm {
        let type = request.headers[.contentType] ?? ""
        guard type.lowercased().hasPrefix("multipart/form-data"),
            let place = type.place(of: "boundary=")
        else { throw Problem(.wrongForm, "The form carries no file and no token of this browser.") }
        var boundary = String(type[place.upperBound...])
        if boundary.hasPrefix("\"") {
            boundary = String(boundary.dropFirst().prefix { $0 != "\"" })
        } else {
            boundary = String(boundary.prefix { $0 != ";" })
        }
        let bytes = try await body(limit: limit)
        guard let form = UploadForm(bytes, boundary: boundary) else {
            throw Problem(.badRequest, "The form with the file cannot be read.")
        }
        let cookie = request.cookies[site.formCookie]?.value
        guard let cookie, cookie.utf8.count == 26, form.fields["token"] == cookie else {
            throw Problem(.wrongForm, "The form carries no token of this browser.")
        }
        return form
    }
}

// The style sheet, the scripts and the icon: embedded files with their types and versions.

import Foundation
import Hummingbird

/// Files that pages load.
struct AssetShelf: Sendable {
    /// A file.
    struct Asset: Sendable, Hashable {
        /// Its bytes.
        let bytes: [UInt8]
        /// Its media type.
        let type: String
        /// Changes when the bytes change.
        let version: String
    }

    /// Files by name.
    let files: [String: Asset]

    init() throws {
        let script = "text/javascript; charset=utf-8"
        let sources: [(String, [UInt8], String)] = [
            ("millwright.css", PackageResources.millwright_css, "text/css; charset=utf-8"),
            ("paper.css", PackageResources.paper_css, "text/css; charset=utf-8"),
            ("board.css", PackageResources.board_css, "text/css; charset=utf-8"),
            ("board.js", PackageResources.board_js, script),
            ("connect.js", PackageResources.connect_js, script),
            ("import.js", PackageResources.import_js, script),
            ("live.js", PackageResources.live_js, script),
            ("messages.js", PackageResources.messages_js, script),
            ("operator-worker.js", PackageResources.operator_worker_js, script),
            ("operator.js", PackageResources.operator_js, script),
            ("search.js", PackageResources.search_js, script),
            ("strip.js", PackageResources.strip_js, script),
            ("icon.svg", PackageResources.icon_svg, "image/svg+xml"),
        ]
        var files: [String: Asset] = [:]
        for (name, bytes, type) in sources {
            guard !bytes.isEmpty else { throw StartError.emptyAsset(name) }
            files[name] = Asset(bytes: bytes, type: type, version: AssetShelf.version(bytes))
        }
        self.files = files
    }

    /// The address of a file with its version, so that browsers may keep it.
    func address(_ name: String) -> String {
        "/assets/" + name + "?v=" + (files[name]?.version ?? "0")
    }

    /// A page with its style sheets in it and without scripts and icons: one file for an e-mail.
    func inlined(_ page: String) -> String {
        var done = ""
        var rest = page[...]
        while let start = rest.range(of: "<link rel=\"") {
            let end =
                rest[start.lowerBound...].firstIndex(of: ">").map(rest.index(after:))
                ?? rest.endIndex
            let tag = rest[start.lowerBound..<end]
            done += rest[..<start.lowerBound]
            let name = files.keys.first { tag.contains("/assets/\($0)") && $0.hasSuffix(".css") }
            if let name, let file = files[name] {
                done += "<style>" + String(decoding: file.bytes, as: UTF8.self) + "</style>"
            }
            rest = rest[end...]
        }
        return done + rest
    }

    /// FNV-1a over the bytes: not for secrecy, only to notice change.
    private static func version(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        // Wrapping is part of the hash's definition.
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash & 0xFFFF_FFFF, radix: 36)
    }

    /// `GET /assets/{name}`.
    static func answer(_ ask: Ask) async throws -> Response {
        guard let name = ask.context?.parameters.get("name"),
            let asset = ask.site.assets.files[name]
        else { throw Problem(.notFound, "There is no file of that name.") }
        var response = Answer.bytes(asset.bytes, type: asset.type)
        let isPinned = ask.query["v"] == asset.version
        response.headers[.cacheControl] =
            isPinned ? "public, max-age=31536000, immutable" : "no-cache"
        return response
    }
}

/// Why the web room cannot start.
enum StartError: Error, Hashable, CustomStringConvertible {
    /// A template does not parse.
    case brokenTemplate(name: String, says: String)
    /// A template names a part that does not exist.
    case missingTemplate(name: String, usedIn: String)
    /// An embedded file has no bytes.
    case emptyAsset(String)

    var description: String {
        switch self {
        case .brokenTemplate(let name, let says):
            "The page template \(name) cannot be read: \(says). The program was built wrongly."
        case .missingTemplate(let name, let usedIn):
            "The page template \(usedIn) uses \(name), which does not exist."
        case .emptyAsset(let name): "The embedded file \(name) is empty."
        }
    }
}

// How commands reach a box: the running one over HTTP, or the data folder opened for one command.

import ArgumentParser
import AsyncHTTPClient
import Foundation
import Loop
import NIOCore
import NIOHTTP1

/// A box that answers requests.
final class BoxClient {
    /// Where it answers, without a slash at the end.
    let address: String
    private let token: String?
    private let timeout: TimeAmount
    private let console: Console
    private let inside: ServedBox?

    private init(
        address: String, token: String?, timeout: TimeAmount, console: Console, inside: ServedBox?
    ) {
        self.address = address
        self.token = token
        self.timeout = timeout
        self.console = console
        self.inside = inside
    }

    /// The box that these flags mean: `--server`, or the one running on the data folder, or the
    /// data folder itself, opened for the length of one command.
    static func open(
        _ global: GlobalOptions, makesBox: Bool, usualWait: String = BoxClient.shortWait
    ) async throws -> BoxClient {
        if let client = try await running(global, usualWait: usualWait) { return client }
        let settings = try SettingsLoading.load(global)
        // A mistyped folder must not become an empty box that looks sound.
        guard makesBox || FileManager.default.fileExists(atPath: settings.data + "/core.db")
        else {
            throw Complaint(
                .notFound, "There is no box in \(settings.data).",
                next: "Give its folder with --data, or make one: millwright serve --data "
                    + settings.data)
        }
        let served = try await ServedBox.open(settings, isCommand: true, console: global.console)
        let token = LocalDoor.token(in: settings.data)
        return BoxClient(
            address: served.address, token: token, timeout: try wait(global, usualWait),
            console: global.console, inside: served)
    }

    /// The box given by `--server` or running on the data folder; nil when none runs.
    static func running(
        _ global: GlobalOptions, usualWait: String = BoxClient.shortWait
    ) async throws -> BoxClient? {
        if let server = global.server {
            var token: String?
            if let file = global.tokenFile {
                guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                    throw Complaint(
                        .wrongUse, "Cannot read the token file \(file).",
                        next: "Give a file that holds a token and nothing else.")
                }
                token = text.trimmingCharacters(in: .whitespacesAndNewlines)
            }
            let bare = server.hasSuffix("/") ? String(server.dropLast()) : server
            return BoxClient(
                address: bare, token: token, timeout: try wait(global, usualWait),
                console: global.console,
                inside: nil)
        }
        let settings = try SettingsLoading.load(global)
        guard let address = LocalDoor.address(in: settings.data) else { return nil }
        let client = BoxClient(
            address: "http://" + address, token: LocalDoor.token(in: settings.data),
            timeout: try wait(global, usualWait), console: global.console, inside: nil)
        return await client.answers ? client : nil
    }

    /// Without trying a refused connection again and again: whoever asks wants to know at once.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        // A backup says nothing until it is done: `--timeout` alone ends the wait.
        configuration.timeout.read = nil
        return HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Whether a box answers there at all.
    private var answers: Bool {
        get async {
            do {
                let request = HTTPClientRequest(url: address + "/healthz")
                let response = try await BoxClient.http.execute(request, timeout: .seconds(5))
                return response.status == .ok
            } catch {
                return false  // Nobody listens there: the address was left by a box that is gone.
            }
        }
    }

    /// How long commands wait for an answer unless told otherwise.
    static let shortWait = "30s"
    /// How long those wait that may read or write everything there is.
    static let longWait = "720min"

    private static func wait(_ global: GlobalOptions, _ usual: String) throws -> TimeAmount {
        let words = global.timeout ?? usual
        guard let nanoseconds = LengthWords.nanoseconds(words) else {
            throw Complaint(
                .wrongUse, "“\(words)” is no length of time.",
                next: "Write a number and s or min, such as --timeout 30s.")
        }
        return .nanoseconds(nanoseconds)
    }

    /// An answer with its whole body.
    struct Reply {
        let status: Int
        let body: [UInt8]

        /// The body as a JSON object.
        var object: [String: Any] {
            // What is no document reads as an empty one.
            (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
        }
        /// The body as text.
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Asks, and throws a complaint unless the answer is a success.
    @discardableResult
    func ask(
        _ method: String, _ path: String, body: [UInt8] = [], type: String = "application/json",
        accept: String = "application/json", headers: [String: String] = [:]
    ) async throws -> Reply {
        var bytes: [UInt8] = []
        let status = try await stream(
            method, path, body: body, type: type, accept: accept, headers: headers
        ) { bytes.append(contentsOf: $0) }
        let reply = Reply(status: status, body: bytes)
        guard (200..<300).contains(status) else { throw BoxClient.complaint(reply, path) }
        return reply
    }

    /// Asks, and hands on the body in pieces.
    func stream(
        _ method: String, _ path: String, body: [UInt8] = [], type: String = "application/json",
        accept: String = "application/json", headers: [String: String] = [:],
        _ piece: ([UInt8]) throws -> Void
    ) async throws -> Int {
        var request = HTTPClientRequest(url: address + path)
        request.method = .RAW(value: method)
        request.headers.add(name: "accept", value: accept)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if !body.isEmpty {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(ByteBuffer(bytes: body))
        } else if method == "POST" {
            request.headers.add(name: "content-type", value: type)
        }
        do {
            let response = try await BoxClient.http.execute(request, timeout: timeout)
            for try await part in response.body { try piece(Array(part.readableBytesView)) }
            return Int(response.status.code)
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            throw Complaint(
                .timedOut, "No answer from \(address).",
                why: "It took longer than the wait allows.",
                next: "Wait longer with --timeout 2min, or look at millwright status.")
        } catch let complaint as Complaint {
            throw complaint
        } catch let code as ExitCode {
            throw code  // Nobody reads the answer any more.
        } catch {
            throw Complaint(
                .cannotReach, "Cannot reach a box at \(address).", why: "\(error)",
                next: "Start it with millwright serve, or give another address with --server.")
        }
    }

    /// Ends the box that was opened for this command.
    func close() async throws { try await inside?.close() }

    /// The words of a problem document, with the exit code that fits its status.
    private static func complaint(_ reply: Reply, _ path: String) -> Complaint {
        let document = reply.object
        let title = document["title"] as? String ?? "The box answered \(reply.status)."
        let detail = document["detail"] as? String ?? ""
        let errors = (document["errors"] as? [[String: Any]] ?? []).map { entry in
            [entry["field"] as? String ?? "", entry["says"] as? String ?? ""]
                .filter { !$0.isEmpty }.joined(separator: ": ")
        }
        let reason: ExitReason =
            switch reply.status {
            case 400, 409, 413, 415, 422: .inputRefused
            case 401, 403: .notAllowed
            case 404: .notFound
            case 429, 503: .busy
            default: .failed
            }
        let next =
            document["remedy"] as? String
            ?? (reason == .notAllowed
                ? "Run it on the box itself, or give a token with --server and --token-file."
                : "See millwright status.")
        // The detail names what it is about; the title only stands in where there is none.
        return Complaint(
            reason, detail.isEmpty ? title : detail, why: errors.joined(separator: "\n"),
            next: next)
    }
}

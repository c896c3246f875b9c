// Answers of the MTConnect agent: documents, and streams that last until the client leaves.

import Hummingbird
import Plant
import ServiceLifecycle
import Share

/// `GET /mtconnect/…`.
enum AgentPages {
    private static let type = "text/xml; charset=utf-8"

    static func answer(_ ask: Ask) async throws -> Response {
        guard let desk = try await ask.site.box.giving?.agent(of: ask.world.kind) else {
            throw Problem(.notFound, "There is no agent at this address.")
        }
        let path = ask.request.uri.path.dropFirst(AgentRoutes.base.count)
        let query = ask.request.uri.query.map { "?" + $0 } ?? ""
        switch desk.answer((path.isEmpty ? "/" : path) + query) {
        case .document(let bytes, let fault):
            return Answer.bytes(bytes, type: type, status: fault.map(status) ?? .ok)
        case .flow(let flow):
            return stream(flow, from: desk, ask)
        }
    }

    /// The error document of a request that the agent was not asked, with its HTTP status.
    static func refusal(_ problem: Problem, at time: Timestamp) -> Response {
        let fault: AgentFault =
            switch problem.kind {
            case .signInFirst, .notAllowed, .setupFirst, .strengthenFirst, .proveFirst:
                .unauthorized
            case .notFound: .notThere
            case .tooMany: .tooMany
            case .ours, .notReady, .diskFull: .ours
            default: .badRequest
            }
        return Answer.bytes(
            AgentDocuments.refusal(fault, problem.detail, at: time), type: type,
            status: problem.kind.status)
    }

    private static func status(_ fault: AgentFault) -> HTTPResponse.Status {
        switch fault {
        case .notThere: .notFound
        case .unauthorized: .unauthorized
        case .ours: .serviceUnavailable
        case .tooMany: .tooManyRequests
        case .notOffered, .badRequest: .badRequest
        }
    }

    /// A stream ends when the client leaves, when the agent begins anew, or when the box stops.
    private static func stream(_ flow: AgentFlow, from desk: AgentDesk, _ ask: Ask) -> Response {
        let boundary = "mw" + ask.site.formToken().lowercased()
        let pause = ask.site.pause
        return Response(
            status: .ok,
            headers: [.contentType: AgentDocuments.contentType(boundary: boundary)],
            body: .init { writer in
                desk.join()
                defer { desk.leave() }
                var flow = flow
                while !Task.isShuttingDownGracefully {
                    switch desk.next(&flow) {
                    case .send(let document):
                        let part = AgentDocuments.part(document, boundary: boundary)
                        try await writer.write(ByteBuffer(bytes: part))
                    case .wait(let length):
                        try await pause(.nanoseconds(length.nanoseconds))
                        continue
                    case .end: break
                    }
                    if flow.isFinished { break }
                }
                try await writer.write(
                    ByteBuffer(bytes: AgentDocuments.end(boundary: boundary)))
                try await writer.finish(nil)
            })
    }
}

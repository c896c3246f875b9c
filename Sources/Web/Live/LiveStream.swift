// The live stream of the interface: server-sent events over one hub.

import Hummingbird

/// `GET /api/v1/events`.
enum LiveStream {
    /// A stream that lasts until the page leaves or the program stops (trap 2).
    static func answer(_ ask: Ask) async throws -> Response {
        let hub = ask.site.live
        let lastID = ask.request.headers.value("Last-Event-ID") ?? ask.query.filled("last_event_id")
        guard let stream = hub.listen(lastID: lastID) else {
            throw Problem(
                .tooMany,
                ask.site.box.isMemoryShort
                    ? "Memory is short: pages are not told what changes for now."
                    : "There are \(ask.site.limits.liveStreams) open live streams.",
                retryAfter: 5)
        }
        let topics = ask.query.filled("topics").map { text in
            Set(text.split(separator: ",").map(String.init))
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream"],
            body: .init { writer in
                try await writer.write(ByteBuffer(string: "retry: 3000\n: open\n\n"))
                for await numbered in stream {
                    if let topics, let topic = numbered.event.topic, !topics.contains(topic) {
                        continue
                    }
                    let frame = numbered.event.frame(id: hub.id(numbered.number))
                    try await writer.write(ByteBuffer(string: frame))
                }
                try await writer.finish(nil)
            })
    }
}

// Asks the network by multicast which services there are, and hears who answers.

import NIOCore
public import NIOPosix
public import Plant
import Synchronization
public import Wire

/// Listens for devices that say by multicast DNS what they are.
///
/// The question goes out twice from a port of its own, so that devices answer to that port; nobody
/// is asked singly. Source: RFC 6762, 5.1; RFC 6763.
public struct ServiceListener: Sendable {
    /// Where multicast DNS is heard: 224.0.0.251, port 5353.
    public static let group = Endpoint(host: "224.0.0.251", port: 5_353)

    private let loops: MultiThreadedEventLoopGroup
    private let clock: CaptureClock
    private let destination: Endpoint
    private let source: String

    /// A listener on one of the box's addresses.
    ///
    /// - Parameters:
    ///   - loops: Threads for the socket.
    ///   - clock: Waits.
    ///   - source: The address of the network that is asked; `0.0.0.0` for the usual one.
    ///   - destination: Where the question goes.
    public init(
        on loops: MultiThreadedEventLoopGroup, clock: CaptureClock, source: String = "0.0.0.0",
        destination: Endpoint = ServiceListener.group
    ) {
        self.loops = loops
        self.clock = clock
        self.source = source
        self.destination = destination
    }

    /// Asks and listens for ``ScanLimits/serviceListening`` or until cancelled.
    ///
    /// `report` hears each service when it is known well enough to be asked, from any thread.
    /// Throws when the network cannot be used for it.
    public func run(
        for length: Elapsed = ScanLimits.serviceListening,
        _ report: @escaping @Sendable (NetworkService) -> Void
    ) async throws(ConnectorError) {
        let question: [UInt8]
        do throws(FrameError) {
            question = try DNSMessage.question(ServiceBook.services)
        } catch { throw .malformed(error) }
        let channel: any Channel
        let target: SocketAddress
        do {
            target = try SocketAddress(ipAddress: destination.host, port: destination.port)
            channel = try await DatagramBootstrap(group: loops)
                .channelOption(
                    .recvAllocator,
                    value: FixedSizeRecvByteBufferAllocator(capacity: DNSLimits.messageBytes)
                )
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            AnswerReader(report: report))
                    }
                }
                .bind(host: source, port: 0).get()
        } catch {
            throw .unreachable(
                address: source, detail: "no question can be sent from this network")
        }
        do throws(ConnectorError) {
            for part in 0..<2 {
                try await send(question, channel, target)
                // The second time for those who missed the first.
                let rest = Elapsed(
                    nanoseconds: part == 0 ? length.nanoseconds / 4 : length.nanoseconds / 4 * 3)
                do { try await clock.sleep(rest) } catch { throw .cancelled }
            }
            await close(channel)
        } catch {
            await close(channel)
            throw error
        }
    }

    private func send(
        _ question: [UInt8], _ channel: any Channel, _ target: SocketAddress
    ) async throws(ConnectorError) {
        let envelope = AddressedEnvelope(
            remoteAddress: target, data: ByteBuffer(bytes: question))
        do {
            try await channel.writeAndFlush(envelope)
        } catch {
            throw .unreachable(
                address: destination.description, detail: "the question cannot be sent")
        }
    }

    private func close(_ channel: any Channel) async {
        do { try await channel.close() } catch { return }  // It was closed already.
    }
}

/// Reads answers on the socket's own thread.
private final class AnswerReader: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let report: @Sendable (NetworkService) -> Void
    private var book = ServiceBook()

    init(report: @escaping @Sendable (NetworkService) -> Void) { self.report = report }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let sender = envelope.remoteAddress.ipAddress else { return }
        do throws(FrameError) {
            let message = try DNSMessage.decode(Array(envelope.data.readableBytesView))
            for service in book.note(message, from: sender) { report(service) }
        } catch {
            return  // Not DNS, or damaged: nobody to answer to.
        }
    }
}

extension NetworkService {
    /// What the service is, in plain words.
    public var says: String {
        let kind =
            switch service {
            case DNSName("_opcua-tcp._tcp.local"): "An OPC UA server"
            case DNSName("_mtconnect._tcp.local"): "An MTConnect agent"
            case DNSName("_mqtt._tcp.local"): "An MQTT broker"
            case DNSName("_shelly._tcp.local"): "A Shelly device"
            default: "A web page"
            }
        return "\(kind) that calls itself “\(ScanText.shown(name))”"
    }
}

// One client of the Modbus gateway: bytes in, frames answered from the script, bytes out.

import NIOCore
import Plant
import Wire

/// Answers the requests of one connection, in order; lives on its event loop.
final class ModbusGateway: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: FactoryScript
    private let clock: @Sendable () -> Timestamp
    private var deframer = ModbusTCPDeframer()

    /// A client at the start of its connection.
    init(script: FactoryScript, clock: @escaping @Sendable () -> Timestamp) {
        self.script = script
        self.clock = clock
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        deframer.append(Array(buffer.readableBytesView))
        do {
            while let request = try deframer.next() {
                let answer = script.answer(request, at: clock())
                let bytes = context.channel.allocator.buffer(bytes: answer.encoded())
                context.write(wrapOutboundOut(bytes), promise: nil)
            }
            context.flush()
        } catch {
            // The frame borders are lost: only a new connection helps.
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

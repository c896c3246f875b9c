// Where a device belongs: a paired tablet at its machine, a paired board at its board.

import Hummingbird
import Loop
import Plant

/// The first page of a visitor.
enum Home {
    /// The page of a device by its pass; `/now` for a browser without one, and for a tablet that
    /// stands at no single machine.
    ///
    /// The authorisation point is asked as for a request of the device alone: a tablet of one
    /// machine may enter there and nowhere else, a board may only look.
    static func address(_ ask: Ask, device: String?) async throws -> String {
        guard let device, !device.isEmpty else { return "/now" }
        func may(_ action: WebAction, _ machine: String?) async throws -> Bool {
            let visitor = Visitor(
                isLoopback: false, bearer: nil, session: nil, device: device, machine: machine,
                override: nil, needsProof: false)
            if case .allowed = try await ask.site.box.decide(visitor, action) { return true }
            return false
        }
        guard try await may(.look, nil) else { return "/now" }
        guard try await may(.enter, nil) else { return "/b/1" }
        var found: [Slug] = []
        for machine in ask.world.factory.machines.keys.sorted() where found.count < 2 {
            if try await may(.enter, machine.text) { found.append(machine) }
        }
        guard found.count == 1, let machine = found.first else { return "/now" }
        return "/o/" + machine.text
    }

    /// The page of the device that asks.
    static func address(_ ask: Ask) async throws -> String {
        try await address(ask, device: ask.request.cookies[ask.site.deviceCookie]?.value)
    }
}

// The courier: what it refuses before it opens a connection, and on which thread it works.

import Glibc
import Plant
import Testing

@testable import Outbound

@Suite struct CourierTests {
    private func courier(_ servers: Set<ServerPlace> = []) throws -> Courier {
        try #require(Courier(allowing: AllowList(servers: servers, machineNetworks: [])))
    }

    private func cause(_ delivery: Delivery) -> DeliveryProblem.Cause? {
        if case .refused(let problem) = delivery { problem.cause } else { nil }
    }

    @Test func `a server that is not listed is never asked`() async throws {
        let courier = try courier([ServerPlace(host: "mail.example.org", port: 25)])
        let delivery = await courier.deliver(message(), over: .email(mailSettings()))
        #expect(cause(delivery) == .notOnList)
        let post = IncomingAddress(SecretText("https://mail.example.org/secret-path"))
        #expect(cause(await courier.deliver(message(), over: .slack(post))) == .notOnList)
    }

    @Test func `a flaw of the message is told apart from a flaw of the settings`() async throws {
        let courier = try courier()
        let poisoned = message(subject: "a\r\nBcc: b@c.org")
        guard
            case .unfitMessage(let first) = cause(
                await courier.deliver(poisoned, over: .email(mailSettings())))
        else {
            Issue.record("not refused")
            return
        }
        #expect(first.field == "subject")
        let wrong = mailSettings(to: ["dave"])
        guard
            case .unfitSettings(let second) = cause(
                await courier.deliver(message(), over: .email(wrong)))
        else {
            Issue.record("not refused")
            return
        }
        #expect(second.field == "to[0]")
    }

    @Test func `what is called off before its turn is not begun`() async throws {
        let courier = try courier([ServerPlace(host: "mail.example.org", port: 587)])
        let delivery = await withTaskGroup(of: Delivery.self) { group in
            group.cancelAll()
            group.addTask { await courier.deliver(message(), over: .email(mailSettings())) }
            return await group.next()
        }
        #expect(delivery.flatMap(cause) == .stopped)
    }

    @Test func `many couriers come and go`() async throws {
        for _ in 0..<200 {
            let courier = try courier()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        _ = await courier.deliver(message(), over: .email(mailSettings()))
                    }
                }
            }
        }
    }

    @Test(arguments: ["", "07700 900", "+", "12", "+1234567890123456", "+44a", "٠١٢٣"])
    func `what is no phone number is refused`(_ number: String) async throws {
        let settings = SMSSettings(number: number, gateway: .email(mailSettings()))
        guard
            case .unfitSettings(let flaw) = cause(
                await (try courier()).deliver(message(), over: .sms(settings)))
        else {
            Issue.record("not refused")
            return
        }
        #expect(flaw.field == "number")
    }

    @Test func `a password needs encryption`() async throws {
        var settings = mailSettings()
        settings.security = .none
        settings.credentials = Credentials(user: "u", password: SecretText("p"))
        guard
            case .unfitSettings(let flaw) = cause(
                await (try courier()).deliver(message(), over: .email(settings)))
        else {
            Issue.record("not refused")
            return
        }
        #expect(flaw.field == "security")
    }
}

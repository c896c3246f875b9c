// Sends one message as told on standard input and says what became of it; for the rigs.

import Foundation
import Outbound
import Plant

/// One order, as JSON.
private struct Order: Decodable {
    struct Mail: Decodable {
        let host: String
        let port: Int
        let security: String
        let user: String?
        let password: String?
        let signIn: String?
        let from: String
        let fromName: String?
        let to: [String]
    }
    struct Post: Decodable {
        let address: String
        let allowsPlain: Bool?
        let template: String?
        let kind: String?
        let topic: String?
        let token: String?
        let fields: [String: String]?
    }
    struct Link: Decodable {
        let title: String
        let address: String
    }

    let channel: String
    let mail: Mail?
    let post: Post?
    let number: String?
    let certificates: String?
    let id: String?
    let subject: String?
    let text: String?
    let html: String?
    let machine: String?
    let urgency: String?
    let links: [Link]?
    let servers: [[String]]
    let machineNetworks: [String]?
    let privateNetworks: [String]?
    let connectSeconds: Int64?
    let seconds: Int64?
    let cancelAfterMilliseconds: Int?
    let times: Int?
}

private struct Answer: Encodable {
    var outcome = ""
    var words = ""
    var sentence: String?
    var remedy: String?
    var advice: String?
    var cause: String?
    var waitSeconds: Double?
}

private func channel(_ order: Order) throws -> Channel {
    func email() throws -> EmailSettings {
        guard let mail = order.mail, let security = MailSecurity(rawValue: mail.security) else {
            throw OutboundFlaw(field: "mail", reason: "is missing")
        }
        return EmailSettings(
            host: mail.host, port: mail.port, security: security,
            credentials: mail.user.map {
                Credentials(user: $0, password: SecretText(mail.password ?? ""))
            }, signIn: mail.signIn.flatMap(MailSignIn.init) ?? .automatic,
            trustedCertificates: order.certificates, from: mail.from, fromName: mail.fromName,
            to: mail.to)
    }
    func incoming() -> IncomingAddress {
        IncomingAddress(
            SecretText(order.post?.address ?? ""), allowsPlain: order.post?.allowsPlain ?? false,
            trustedCertificates: order.certificates)
    }
    func post() throws -> PostSettings {
        PostSettings(
            target: incoming(),
            template: try PostTemplate(
                order.post?.template ?? "{text}",
                kind: order.post?.kind.flatMap(PostTemplate.Kind.init) ?? .plain),
            fields: (order.post?.fields ?? [:]).sorted { $0.key < $1.key }.map {
                HeaderField($0.key, SecretText($0.value))
            })
    }
    switch order.channel {
    case "email": return .email(try email())
    case "ntfy":
        return .ntfy(
            NtfySettings(
                server: incoming(), topic: order.post?.topic ?? "",
                token: order.post?.token.map { SecretText($0) }))
    case "teams": return .teams(incoming())
    case "slack": return .slack(incoming())
    case "post": return .post(try post())
    case "sms-post":
        return .sms(SMSSettings(number: order.number ?? "", gateway: .post(try post())))
    case "sms-email":
        return .sms(SMSSettings(number: order.number ?? "", gateway: .email(try email())))
    default: throw OutboundFlaw(field: "channel", reason: "is not known")
    }
}

private func answer(_ delivery: Delivery) -> Answer {
    func problem(_ outcome: String, _ problem: DeliveryProblem) -> Answer {
        var answer = Answer(outcome: outcome, words: problem.words)
        answer.sentence = problem.sentence
        answer.remedy = problem.remedy
        answer.cause = String(describing: problem.cause)
        switch problem.advice {
        case .backOff(let wait):
            answer.advice = "backOff"
            answer.waitSeconds = wait.seconds
        case .afterChange: answer.advice = "afterChange"
        case .never: answer.advice = "never"
        }
        return answer
    }
    switch delivery {
    case .accepted(let words): return Answer(outcome: "accepted", words: words)
    case .refused(let refusal): return problem("refused", refusal)
    case .unknown(let loss): return problem("unknown", loss)
    }
}

@main
struct Main {
    static func main() async throws {
        let input = FileHandle.standardInput.readDataToEndOfFile()
        let order = try JSONDecoder().decode(Order.self, from: input)
        let list = AllowList(
            servers: Set(
                order.servers.map { ServerPlace(host: $0[0], port: Int($0[1]) ?? 0) }),
            machineNetworks: (order.machineNetworks ?? []).compactMap(AddressRange.init),
            privateNetworks: (order.privateNetworks ?? []).compactMap(AddressRange.init))
        let pair = DeliveryTimes.Pair(
            connect: .seconds(order.connectSeconds ?? 5), total: .seconds(order.seconds ?? 10))
        guard let courier = Courier(allowing: list, times: DeliveryTimes(mail: pair, post: pair))
        else { throw OutboundFlaw(field: "courier", reason: "has no thread") }
        let message = OutboundMessage(
            id: order.id ?? "m-1", created: Timestamp(seconds: 1_794_567_890),
            subject: order.subject ?? "Press brake: stopped 10 min",
            text: order.text ?? "Since 11:01. No reason yet.", html: order.html,
            links: (order.links ?? []).map { MessageLink(title: $0.title, address: $0.address) },
            machine: order.machine, urgency: order.urgency.flatMap(Urgency.init) ?? .normal)
        let way = try channel(order)
        let deliveries = await withTaskGroup(of: Delivery.self) { group in
            for _ in 0..<(order.times ?? 1) {
                group.addTask { await courier.deliver(message, over: way) }
            }
            if let milliseconds = order.cancelAfterMilliseconds {
                do { try await Task.sleep(for: .milliseconds(milliseconds)) } catch {}
                group.cancelAll()
            }
            var all: [Delivery] = []
            for await delivery in group { all.append(delivery) }
            return all
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        for delivery in deliveries {
            FileHandle.standardOutput.write(try encoder.encode(answer(delivery)) + [0x0A])
        }
    }
}

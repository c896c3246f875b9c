// E-mail of the running box: the account's file, and the room that sends.

import Loop
import Outbound
import Plant
import Web

/// E-mail behind the web room's door.
struct RunningMail: MailDoor {
    let box: Box

    private var file: MailFile { MailFile(data: box.settings.data) }

    func account() async throws -> MailAccount? { try await box.read { file.account() } }

    func keep(_ account: MailAccount, actor: String) async throws {
        try await box.access.noteMail(actor: actor)
        try await box.read { try file.keep(account) }
    }

    func sentOn() async throws -> CivilDate? { try await box.read { file.sentOn() } }

    func note(sentOn date: CivilDate) async throws {
        try await box.read { try file.note(sentOn: date) }
    }

    func send(_ letter: Letter, by account: MailAccount) async -> LetterFate {
        let list = AllowList(
            servers: [ServerPlace(host: account.host, port: account.port)],
            machineNetworks: machines, privateNetworks: RunningMail.office)
        guard let courier = Courier(allowing: list) else {
            return .refused(says: "The box has no room to send now.", mayTryAgain: true)
        }
        let message = OutboundMessage(
            id: letter.id, created: SystemClocks.wall(), subject: letter.subject,
            text: letter.text, html: letter.markup)
        let settings = EmailSettings(
            host: account.host, port: account.port, security: account.safety.security,
            credentials: account.user.isEmpty
                ? nil
                : Credentials(user: account.user, password: SecretText(account.password)),
            trustedCertificates: account.certificates.isEmpty ? nil : account.certificates,
            from: account.from, fromName: "Millwright", to: account.to)
        switch await courier.deliver(message, over: .email(settings)) {
        case .accepted: return .taken
        case .unknown(let problem):
            return .unknown(says: problem.sentence + " " + problem.remedy)
        case .refused(let problem):
            let says = problem.sentence + " " + problem.remedy
            switch problem.advice {
            case .backOff: return .refused(says: says, mayTryAgain: true)
            case .afterChange, .never: return .refused(says: says, mayTryAgain: false)
            }
        }
    }

    /// A mail server of the firm's own stands in the office; machines are told apart below.
    private static let office = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128",
    ].compactMap(AddressRange.init)

    /// Addresses of machines: no message goes there (B12).
    private var machines: [AddressRange] {
        box.real.factory.connections.values.compactMap { connection in
            connection.settings["address"].flatMap { address in
                let host = address.split(separator: ":").first.map(String.init) ?? ""
                return AddressRange(host + "/32")
            }
        }
    }
}

extension MailAccount.Safety {
    fileprivate var security: MailSecurity {
        switch self {
        case .tls: .tls
        case .startTLS: .startTLS
        case .open: .none
        }
    }
}

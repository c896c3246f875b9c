// The words of each problem: what happened, and what a person can do about it.

import Plant

extension DeliveryProblem {
    /// What happened, in one sentence.
    public var sentence: String {
        switch cause {
        case .addressNotFound: "No server is known by the name \(host)."
        case .nothingListens: "\(place) was reached, but nothing takes messages at that port."
        case .noRoute: "There is no way from this box to \(place)."
        case .slow(let step, let after):
            "\(place) did not answer within \(after.wholeSeconds) while \(step.words)."
        case .dropped(let step): "\(place) ended the connection while \(step.words)."
        case .certificateNotTrusted:
            "The certificate of \(host) comes from an authority that this box does not trust."
        case .certificateExpired: "The certificate of \(host) has run out."
        case .certificateNotYetValid: "The certificate of \(host) is not valid yet."
        case .certificateWrongName: "The certificate at this address is not made out to \(host)."
        case .certificateFileUnreadable: "The file of trusted certificates cannot be read."
        case .encryptionFailed: "This box and \(place) found no way to encrypt the connection."
        case .encryptionNotOffered: "\(place) offers no encryption, and the settings ask for it."
        case .signInRefused: "\(host) does not accept the sign-in" + said
        case .senderRefused: "\(host) does not take messages from this sender" + said
        case .recipientRefused: "\(host) does not take messages for this recipient" + said
        case .serverRefused(let code): "\(host) refused the message with code \(code)" + said
        case .serverBusy(let code):
            "\(host) cannot take the message now, code \(code)" + said
        case .addressGone(let code):
            "\(host) knows nothing at this address, code \(code)" + said
        case .redirected(let target): "\(host) sends messages on to another address: \(target)."
        case .notOnList: "\(place) is not on the list of servers that messages may go to."
        case .machineNetwork(let address):
            "\(host) leads to \(address), which is in the network of the machines."
        case .privateAddress(let address):
            "\(host) leads to \(address), a private address that is not on the list."
        case .tooLarge: "The message is too large for \(host)" + said
        case .unfitMessage(let flaw): "The message cannot be sent: \(flaw)."
        case .unfitSettings(let flaw): "The setting \(flaw)."
        case .replyLost:
            "\(host) got the whole message but its answer was lost: it may or may not have arrived."
        case .notUnderstood: "What answers at \(place) does not speak the expected language."
        case .stopped: "The sending was called off."
        case .boxFailed: "This box could not send the message" + said
        }
    }

    /// What a person can do, in one sentence.
    public var remedy: String {
        switch cause {
        case .addressNotFound:
            "Check the name for typing mistakes and whether this box has a name server."
        case .nothingListens: "Check the port number, and whether the server is running."
        case .noRoute: "Check the network cable, the address and the firewall."
        case .slow:
            "Check that the port and the encryption fit together; a busy server is tried again."
        case .dropped: "It is tried again; if it stays so, check port and encryption."
        case .certificateNotTrusted:
            "If it is your own server, give this box the certificate of its authority."
        case .certificateExpired:
            "Renew the certificate on the server, and check that the clock of this box is right."
        case .certificateNotYetValid: "Check that the clock of this box is right."
        case .certificateWrongName:
            "Enter the server by the name in its certificate, or renew the certificate."
        case .certificateFileUnreadable: "Choose the file again; it holds certificates as PEM text."
        case .encryptionFailed:
            "Check that the port fits the encryption: 465 with TLS, 587 with STARTTLS."
        case .encryptionNotOffered: "Try TLS on port 465, or ask who runs the server."
        case .signInRefused:
            "Enter user name and password again; many services want a password made for programs."
        case .senderRefused: "Enter a sender that belongs to the account on this server."
        case .recipientRefused: "Check the recipient's address for typing mistakes."
        case .serverRefused: "Read the server's words, or ask who runs the server."
        case .serverBusy: "Nothing to do: it is tried again."
        case .addressGone: "Make a new incoming address in the other program and enter it here."
        case .redirected: "Enter the new address, if you trust it."
        case .notOnList: "An administrator can put the server on the list."
        case .machineNetwork: "Use a server outside the network of the machines."
        case .privateAddress: "If it is your own server, an administrator can list its network."
        case .tooLarge: "Shorten the message, or send a link in place of the content."
        case .unfitMessage(let flaw): "Correct the \(flaw.field) of the message."
        case .unfitSettings(let flaw): "Correct the setting \(flaw.field)."
        case .replyLost: "Ask the recipient; it is not sent again by itself."
        case .notUnderstood: "Check address and port: another program answers there."
        case .stopped: "Nothing to do: it is tried again when sending goes on."
        case .boxFailed: "Look at the page About this box."
        }
    }

    /// The place without its port.
    private var host: String {
        guard let colon = place.lastIndex(of: ":") else { return place }
        let name = place[..<colon]
        return name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : String(name)
    }

    /// The other side's words as the end of a sentence.
    private var said: String {
        guard !words.isEmpty else { return "." }
        let isEnded = words.hasSuffix(".") || words.hasSuffix("…")
        return ": \(words)" + (isEnded ? "" : ".")
    }
}

extension Elapsed {
    /// Rounded to seconds, as "30 s"; minutes from two of them on.
    fileprivate var wholeSeconds: String {
        let count = Int64(seconds.rounded())
        if count == 0 { return "\(nanoseconds / 1_000_000) ms" }
        return count < 120 ? "\(count) s" : "\(count / 60) min"
    }
}

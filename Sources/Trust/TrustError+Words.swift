// Each trust error in plain words: what happened, why it matters, what to do.

extension TrustError: CustomStringConvertible {
    /// What happened and what to do, for logs and the command line.
    ///
    /// One line of up to three sentences.
    public var description: String { "\(says) \(why) \(remedy)" }

    /// What happened, in one sentence.
    ///
    /// Sizes, positions and days are included; nothing of a private key is.
    public var says: String {
        switch self {
        case .tooLong(let piece, let bytes):
            "The \(piece) has \(bytes) bytes; at most \(TrustLimits.textBytes) are read."
        case .noPEM(let piece): "The \(piece) holds no PEM text."
        case .wrongLabel(let piece, let found):
            "The \(piece) holds “\(found)”, not a \(piece.isKey ? "private key" : "certificate")."
        case .tooManyBlocks(let piece):
            "The \(piece) holds more than \(TrustLimits.blocks) PEM blocks."
        case .damaged(let piece, let block, let detail):
            "Block \(block) of the \(piece) cannot be read: \(detail)."
        case .keyLocked(let piece): "The \(piece) is locked with a pass phrase."
        case .keyDoesNotMatch: "The private key does not belong to the certificate."
        case .notAnAuthority: "The certificate given for the authority is not one of an authority."
        case .expired(let position, let end):
            "\(Self.ordinal(position)) ended on \(utcDay(end))."
        case .notYetValid(let position, let start, let now):
            "\(Self.ordinal(position)) begins on \(utcDay(start)); the box's clock says"
                + " \(utcDay(now))."
        case .noNameMatches(let holds, let inUse):
            "The certificate is for \(holds.isEmpty ? "no name" : shown(holds));"
                + " the box is opened as \(inUse.isEmpty ? "nothing yet" : shown(inUse))."
        case .weakRSA(let position, let bits):
            "\(Self.ordinal(position)) has an RSA key of \(bits) bits."
        case .weakSignature(let position): "\(Self.ordinal(position)) was signed with SHA-1."
        case .unusualKey(let kind): "The certificate has a key of the kind \(kind)."
        case .notForServers: "The certificate is not meant for servers."
        case .badName(let text): "“\(text)” is neither a host name nor an address."
        case .noNames: "No name or address was given for the certificate."
        case .tooManyNames(let count):
            "\(count) names were given for one certificate; \(TrustLimits.names) are possible."
        case .clockBehindAuthority(let now, let from):
            "The box's clock says \(utcDay(now)), before its authority began on \(utcDay(from))."
        case .authorityEnded(let end): "The box's certificate authority ended on \(utcDay(end))."
        case .cannotSign(let detail): "The certificate could not be made: \(detail)."
        }
    }

    /// Why it matters, in one sentence.
    ///
    /// It names what a browser or the box would do.
    public var why: String {
        switch self {
        case .tooLong: "A certificate with its chain has a few thousand bytes."
        case .noPEM(let piece):
            "PEM text begins with a line such as"
                + " “-----BEGIN \(piece.isKey ? "PRIVATE KEY" : "CERTIFICATE")-----”."
        case .wrongLabel(let piece, _):
            piece.isKey
                ? "The box proves with the private key that the certificate is its own."
                : "Browsers need the certificate that was issued for this box."
        case .tooManyBlocks: "A chain has two to four certificates."
        case .damaged: "The file was cut short, changed on the way, or holds an unknown kind."
        case .keyLocked: "The box starts by itself, with nobody there to type the pass phrase."
        case .keyDoesNotMatch: "Browsers end the connection when the two do not belong together."
        case .notAnAuthority: "Tablets trust what it issues only if it says that it may issue."
        case .expired: "Browsers refuse a page whose certificate has ended."
        case .notYetValid: "Browsers refuse a page whose certificate has not begun."
        case .noNameMatches:
            "Browsers compare the address bar with the names in the certificate, and read only its"
                + " list of alternative names."
        case .weakRSA: "Browsers refuse RSA keys under \(TrustLimits.rsaBits) bits."
        case .weakSignature: "SHA-1 can be forged, so browsers refuse it."
        case .unusualKey: "Common browsers know P-256, P-384 and RSA keys only."
        case .notForServers: "Browsers look for “server authentication” among its uses."
        case .badName: "A certificate holds names as browsers show them in the address bar."
        case .noNames: "Browsers accept a certificate only for the names it holds."
        case .tooManyNames: "Each handshake carries all of them."
        case .clockBehindAuthority: "Tablets with a right clock would refuse what it issues now."
        case .authorityEnded: "Tablets refuse everything issued by an authority that has ended."
        case .cannotSign: "Without a certificate the box is opened only on itself."
        }
    }

    /// What to do about it, in one sentence.
    ///
    /// It is an instruction to the person who looks after the box.
    public var remedy: String {
        switch self {
        case .tooLong(let piece, _), .noPEM(let piece), .tooManyBlocks(let piece):
            piece.isKey
                ? "Choose the file with the private key alone, in PEM form."
                : "Choose the file with the box's certificate and its chain, in PEM form; a binary"
                    + " one is converted with `openssl x509 -inform der -in FILE -out box.pem`."
        case .wrongLabel(let piece, _):
            piece.isKey
                ? "Choose the key file that was made together with the certificate request."
                : "Choose the certificate that the issuer sent back, not the request or the key."
        case .damaged(let piece, _, _):
            piece.isKey
                ? "Copy the key file again, or convert it with `openssl pkey -in FILE -out key.pem`."
                : "Copy the certificate file again, or ask the issuer for it once more."
        case .keyLocked:
            "Remove the pass phrase with `openssl pkey -in FILE -out key.pem`; the box stores the"
                + " key encrypted."
        case .keyDoesNotMatch: "Choose the key that was made with the request for this certificate."
        case .notAnAuthority: "Make a new authority with `millwright https enable`."
        case .expired: "Ask the issuer for a new certificate and install it here."
        case .notYetValid: "Check the box's clock; if it is right, wait or ask the issuer."
        case .noNameMatches:
            "Ask for a certificate with one of these names, or open the box by a name it holds."
        case .weakRSA, .weakSignature, .unusualKey:
            "Ask the issuer for a new one with a P-256 key and SHA-256."
        case .notForServers: "Ask the issuer for a certificate for a web server."
        case .badName:
            "Write it like box.local, 192.168.1.20 or fd00::20, without a port; names with other"
                + " letters in their xn-- form."
        case .noNames: "Give at least the box's address on the shop network."
        case .tooManyNames: "Keep the names that people use, and remove the others."
        case .clockBehindAuthority: "Set the clock of the box, then try again."
        case .authorityEnded:
            "Make a new authority with `millwright https enable` and install it on the tablets."
        case .cannotSign: "Try again; if it stays, run `millwright doctor` and report the sentence."
        }
    }

    private static func ordinal(_ position: Int) -> String {
        position == 1 ? "The certificate" : "Certificate \(position) of the chain"
    }
}

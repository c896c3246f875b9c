// Secrets that must be read again are kept sealed under a key that no copy of the stores holds (S-40).

import Crypto

/// Seals texts with AES-256-GCM under the box's data key.
struct SecretSeal: Sendable {
    let key: SymmetricKey

    /// A seal with a key of 32 bytes.
    init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    /// The key in `secrets/data-key`, made at first start; under systemd the one it supplies.
    static func load(folder: String, supplied: String?) throws -> SecretSeal {
        if let supplied, let text = PrivateFile.read(supplied + "/data-key"),
            let key = Base64Text.decode(text.trimmed), key.count == 32
        {
            return SecretSeal(key: key)
        }
        let path = folder + "/secrets/data-key"
        if let text = PrivateFile.read(path), let key = Base64Text.decode(text.trimmed),
            key.count == 32
        {
            return SecretSeal(key: key)
        }
        let key = SecretText.random(32)
        try PrivateFile.write(Base64Text.encode(key), to: path)
        return SecretSeal(key: key)
    }

    /// Seals bytes for one use; `purpose` must be given again to open them.
    func seal(_ bytes: [UInt8], purpose: String) throws -> String {
        let box = try AES.GCM.seal(
            bytes, using: key, authenticating: Array(purpose.utf8))
        return Base64Text.encode(Array(box.nonce) + Array(box.ciphertext) + Array(box.tag))
    }

    /// What was sealed; nil where the key is another one or a byte was changed.
    func open(_ text: String, purpose: String) -> [UInt8]? {
        guard let bytes = Base64Text.decode(text), bytes.count >= 28 else { return nil }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: bytes[..<12]), ciphertext: bytes[12..<bytes.count - 16],
                tag: bytes[(bytes.count - 16)...])
            return Array(try AES.GCM.open(box, using: key, authenticating: Array(purpose.utf8)))
        } catch {
            return nil
        }
    }
}

extension String {
    /// Without white space at either end.
    var trimmed: String {
        var part = self[...]
        while let last = part.last, last.isWhitespace { part = part.dropLast() }
        while let first = part.first, first.isWhitespace { part = part.dropFirst() }
        return String(part)
    }
}

// Secrets of connections: small files in `secrets/connections/`, named by a reference, never in the
// journal. The box's own keys lie beside that folder, where no reference leads.

import Capture

#if canImport(Glibc)
    import Glibc
#endif

/// Reads a secret that a setting refers to.
enum SecretFile {
    /// The secret of a reference such as `file:broker.secret`; at most 4 KiB.
    static func read(
        _ reference: String, folder: String
    ) throws(ConnectorError) -> Secret {
        let name = reference.hasPrefix("file:") ? String(reference.dropFirst(5)) : reference
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else {
            throw .misconfigured(
                field: "password",
                reason: "“\(name)” is no name of a file in secrets/connections/")
        }
        let descriptor = unsafe open(folder + "/" + name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .misconfigured(
                field: "password",
                reason: "there is no readable file \(name) in secrets/connections/")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0 else {
            throw .misconfigured(field: "password", reason: "the file \(name) is empty")
        }
        var secret = Array(bytes.prefix(count))
        while secret.last == 0x0A || secret.last == 0x0D { secret.removeLast() }
        return Secret(bytes: secret)
    }
}

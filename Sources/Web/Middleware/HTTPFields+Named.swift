// Header fields that the HTTP library has no constants for, by name.

import Hummingbird

extension HTTPFields {
    /// The first value of a field, nil when it does not occur; case does not matter.
    func value(_ name: String) -> String? {
        let wanted = name.lowercased()
        return first { $0.name.canonicalName == wanted }?.value
    }

    /// Sets a field; a name that no header can have changes nothing.
    mutating func set(_ name: String, _ value: String) {
        let wanted = name.lowercased()
        removeAll { $0.name.canonicalName == wanted }
        guard let field = Element.Name(name) else { return }
        append(.init(name: field, value: value))
    }
}

// Ids are written as plain texts in tests.

import Plant

extension Slug: ExpressibleByStringLiteral {
    init(stringLiteral text: StaticString) { self.init(text) }
}

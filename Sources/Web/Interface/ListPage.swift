// A page of a list: `limit` and `cursor` in, `items` and `next` out.

/// Paging over things that have a key in order.
struct ListPage: Sendable {
    /// How many items at most.
    let limit: Int
    /// The key after which the page begins, nil for the first page.
    let after: String?

    /// Paging as the query asks for.
    init(_ ask: Ask) throws {
        limit = try ask.whole(
            query: "limit", fallback: ask.site.limits.listDefault,
            within: 1...ask.site.limits.listMaximum)
        after = ask.query.filled("cursor")
    }

    /// The page of a list that is in order of its keys.
    func document<Item>(
        _ items: [Item], key: (Item) -> String, item: (Item) -> JSONValue
    ) -> JSONValue {
        let start = after.flatMap { cursor in items.firstIndex { key($0) == cursor } }
        let rest = items[(start.map { $0 + 1 } ?? 0)...]
        let page = rest.prefix(limit)
        let next = rest.count > limit ? page.last.map(key) : nil
        return .object([
            ("items", .list(page.map(item))), ("next", .text(orNull: next)),
        ])
    }
}

// What a broker carries, as a tree of topics with what each last said and what that may be.

/// What the messages of a topic hold.
public enum PayloadKind: String, Hashable, Sendable {
    /// A plain number.
    case number
    /// On and off, true and false.
    case switching = "switch"
    /// A plain text.
    case text
    /// A JSON document with numbers in it.
    case json
    /// Bytes that are no text.
    case binary
    /// Nothing.
    case empty
}

/// A number within the messages of a topic.
public struct TopicField: Hashable, Sendable {
    /// Where it stands: `motor.power`; empty for a plain number.
    public var path: String
    /// Its course.
    public var shape: SampleShape
    /// What its name says that it measures; nil for unknown.
    public var measure: Measure?
    /// The unit that its name says or that goes without saying; nil for unknown.
    public var unit: String?

    /// Whether it looks like a counter: it only goes up.
    public var isCounter: Bool { shape.onlyRises }
}

/// One topic.
public struct TopicLeaf: Hashable, Sendable {
    /// The whole topic.
    public var topic: String
    /// What its messages hold.
    public var kind: PayloadKind
    /// The last message in one line, cut at ``ScanLimits/shownCharacters``.
    public var last: String
    /// Messages heard.
    public var messages: Int
    /// Messages a minute while it was listened to; 0 when only one came.
    public var perMinute: Double
    /// Whether the broker had kept the first message, so that its time is unknown.
    public var isRetained: Bool
    /// The numbers in its messages, in the order of the last document.
    public var fields: [TopicField]
}

/// One level of the tree.
public struct TopicNode: Hashable, Sendable {
    /// The level's own name, such as `press-2`.
    public var name: String
    /// The topic that ends here, nil for none.
    public var leaf: TopicLeaf?
    /// What lies below, by name.
    public var children: [TopicNode]
}

/// What a broker carries.
public struct TopicTree: Hashable, Sendable {
    /// All topics, sorted.
    public let leaves: [TopicLeaf]
    /// Topics that were heard but not kept, because there were too many.
    public let leftOut: Int

    /// Topics that were heard.
    public var topicCount: Int { leaves.count + leftOut }

    /// The top of the tree.
    public var roots: [TopicNode] { Self.nodes(leaves[...], depth: 0) }

    private static func nodes(_ leaves: ArraySlice<TopicLeaf>, depth: Int) -> [TopicNode] {
        // Deep trees end in one node with the rest of its name.
        let limit = ScanLimits.topicFields
        var nodes: [TopicNode] = []
        var names: [String: Int] = [:]
        var below: [[TopicLeaf]] = []
        for leaf in leaves {
            let levels = leaf.topic.split(
                separator: "/", maxSplits: limit, omittingEmptySubsequences: false)
            guard depth < levels.count else { continue }
            let name = String(levels[depth])
            let place: Int
            if let known = names[name] {
                place = known
            } else {
                place = nodes.count
                names[name] = place
                nodes.append(TopicNode(name: name, leaf: nil, children: []))
                below.append([])
            }
            if depth == levels.count - 1 {
                nodes[place].leaf = leaf
            } else {
                below[place].append(leaf)
            }
        }
        for place in nodes.indices where !below[place].isEmpty {
            nodes[place].children = Self.nodes(below[place][...], depth: depth + 1)
        }
        return nodes
    }
}

// The part of XPath that clients use to say which data items they want.

/// A path expression: the XPath that clients of agents use.
///
/// Steps with `/` and `//`, names or `*`, conditions on attributes with `=`, `and`, `or`, and
/// alternatives with `|`: `//Axes//DataItem[@type="POSITION" and @subType="ACTUAL"]`. A component
/// stands for all data items in it. Everything else is refused with `INVALID_XPATH` and named.
public struct MTConnectPathExpression: Hashable, Sendable {
    struct Step: Hashable, Sendable {
        var isAnywhere: Bool
        /// Nil for `*`.
        var name: String?
        var predicates: [Predicate] = []
    }

    /// Alternatives of which one must hold, each a list of attributes that must all have a value.
    struct Predicate: Hashable, Sendable {
        var alternatives: [[XMLTree.Attribute]]

        func holds(_ attributes: [XMLTree.Attribute]) -> Bool {
            alternatives.contains { $0.allSatisfy { attributes.contains($0) } }
        }
    }

    /// The expression as it was written.
    public let text: String
    let alternatives: [[Step]]

    /// Reads an expression; throws `INVALID_XPATH` naming what is not understood.
    public init(_ text: String) throws(MTConnectFault) {
        self.text = text
        var parser = MTConnectPathParser(text)
        alternatives = try parser.alternatives()
    }

    /// The identifiers of the data items of devices that the expression selects.
    public func dataItemIDs(in devices: [MTConnectComponent]) -> Set<String> {
        var selected: Set<String> = []
        for steps in alternatives {
            var walk = MTConnectPathWalk(steps: steps)
            for device in devices {
                walk.visit(device, walk.entered(walk.roots))
            }
            selected.formUnion(walk.selected)
        }
        return selected
    }
}

/// Walks devices and keeps how many steps of a path are matched on the way.
private struct MTConnectPathWalk {
    let steps: [MTConnectPathExpression.Step]
    var selected: Set<String> = []

    init(steps: [MTConnectPathExpression.Step]) { self.steps = steps }

    /// The numbers of matched steps with which children are met; `steps.count` is selected.
    typealias States = Set<Int>

    var roots: States { matched([0], "MTConnectDevices", []) }

    func entered(_ states: States) -> States { matched(states, "Devices", []) }

    /// The states below a node, from the states above it.
    func matched(
        _ states: States, _ name: String, _ attributes: [XMLTree.Attribute]
    ) -> States {
        var below: States = []
        for state in states {
            if state == steps.count {
                below.insert(state)
                continue
            }
            let step = steps[state]
            if step.isAnywhere { below.insert(state) }
            if step.name == nil || step.name == name,
                step.predicates.allSatisfy({ $0.holds(attributes) })
            {
                below.insert(state + 1)
            }
        }
        return below
    }

    mutating func visit(_ component: MTConnectComponent, _ states: States) {
        var attributes = [XMLTree.Attribute("id", component.id)]
        for (name, value) in [
            ("name", component.name), ("uuid", component.uuid),
            ("nativeName", component.nativeName),
        ] {
            if let value { attributes.append(XMLTree.Attribute(name, value)) }
        }
        let own = matched(states, component.type, attributes)
        guard !own.isEmpty else { return }
        let items = matched(own, "DataItems", [])
        for item in component.dataItems
        where matched(items, "DataItem", Self.attributes(item)).contains(steps.count) {
            selected.insert(item.id)
        }
        let parts = matched(own, "Components", [])
        for part in component.components { visit(part, parts) }
    }

    private static func attributes(_ item: MTConnectDataItem) -> [XMLTree.Attribute] {
        let values: [(String, String?)] = [
            ("id", item.id), ("name", item.name), ("category", item.category.rawValue),
            ("type", item.type), ("subType", item.subType), ("units", item.units),
            ("nativeUnits", item.nativeUnits), ("representation", item.representation.name),
            ("statistic", item.statistic), ("compositionId", item.compositionID),
            ("discrete", item.isDiscrete ? "true" : "false"),
        ]
        return values.compactMap { name, value in value.map { XMLTree.Attribute(name, $0) } }
    }
}

/// Reads a path expression from its text.
private struct MTConnectPathParser {
    let text: String
    var rest: Substring

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    mutating func alternatives() throws(MTConnectFault) -> [[MTConnectPathExpression.Step]] {
        var alternatives = [try steps()]
        while take("|") {
            guard alternatives.count < MTConnectLimits.pathSteps else { throw fault("too long") }
            alternatives.append(try steps())
        }
        skipSpace()
        guard rest.isEmpty else { throw fault("\"\(rest.prefix(40))\" is not understood") }
        return alternatives
    }

    private func fault(_ reason: String) -> MTConnectFault {
        MTConnectFault(.invalidPath, "The path \"\(text.prefix(200))\" is not supported: \(reason)")
    }

    private mutating func skipSpace() { rest = rest.drop { $0 == " " } }

    private mutating func take(_ word: String) -> Bool {
        skipSpace()
        guard rest.hasPrefix(word) else { return false }
        rest = rest.dropFirst(word.count)
        return true
    }

    private mutating func steps() throws(MTConnectFault) -> [MTConnectPathExpression.Step] {
        var steps: [MTConnectPathExpression.Step] = []
        while true {
            let isAnywhere = take("//")
            guard isAnywhere || take("/") else { break }
            guard steps.count < MTConnectLimits.pathSteps else { throw fault("too many steps") }
            var step = MTConnectPathExpression.Step(isAnywhere: isAnywhere)
            if !take("*") { step.name = try name() }
            while take("[") {
                guard step.predicates.count < MTConnectLimits.pathSteps else {
                    throw fault("too many conditions")
                }
                step.predicates.append(try predicate())
            }
            steps.append(step)
        }
        guard !steps.isEmpty else {
            throw fault("\"\(rest.prefix(40))\" does not begin with \"/\"")
        }
        return steps
    }

    /// A name without its prefix; namespaces are ignored.
    private mutating func name() throws(MTConnectFault) -> String {
        let word = rest.prefix { $0.isLetter || $0.isNumber || "_-:.".contains($0) }
        guard let first = word.first, first.isLetter || first == "_" else {
            throw fault("\"\(rest.prefix(40))\" where a name is expected")
        }
        rest = rest.dropFirst(word.count)
        if rest.first == "(" || word.contains("::") { throw fault("\"\(word)\" is not offered") }
        return word.split(separator: ":").last.map(String.init) ?? String(word)
    }

    private mutating func predicate() throws(MTConnectFault) -> MTConnectPathExpression.Predicate {
        var alternatives: [[XMLTree.Attribute]] = [[]]
        while true {
            guard take("@") else {
                throw fault("the condition \"[\(rest.prefix(40))\" is not on an attribute")
            }
            let name = try name()
            guard take("=") else { throw fault("\"=\" is missing behind @\(name)") }
            let attribute = XMLTree.Attribute(name, try quoted())
            alternatives[alternatives.count - 1].append(attribute)
            if take("]") { return MTConnectPathExpression.Predicate(alternatives: alternatives) }
            if take("or ") {
                alternatives.append([])
            } else if !take("and ") {
                throw fault("\"\(rest.prefix(40))\" where \"]\" is expected")
            }
        }
    }

    private mutating func quoted() throws(MTConnectFault) -> String {
        skipSpace()
        guard let quote = rest.first, quote == "\"" || quote == "'" else {
            throw fault("\"\(rest.prefix(40))\" where a value in quotes is expected")
        }
        let value = rest.dropFirst().prefix { $0 != quote }
        let end = rest.dropFirst(value.count + 1)
        guard end.first == quote else { throw fault("a quote without its end") }
        rest = end.dropFirst()
        return String(value)
    }
}

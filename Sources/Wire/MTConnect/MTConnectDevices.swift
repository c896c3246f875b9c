// Reads the answer to a probe: the header and the model of all devices.

/// The answer to a probe.
public struct MTConnectDevices: Hashable, Sendable {
    /// Who sent it.
    public var header: MTConnectHeader
    /// The devices; in version 2 the agent itself may be one, of the type `Agent`.
    public var devices: [MTConnectComponent]

    /// An answer from its parts.
    public init(header: MTConnectHeader, devices: [MTConnectComponent]) {
        self.header = header
        self.devices = devices
    }

    /// The model of an MTConnectDevices document of any version.
    ///
    /// Throws for what is not well-formed, for data items without identifier, category or type,
    /// and over `MTConnectLimits.dataItems`. Source: MTConnect Part 2.
    public static func decode(_ bytes: [UInt8]) throws(FrameError) -> MTConnectDevices {
        let root = try unsafe XMLTree.decode(bytes.span.bytes, doing: doing)
        return try MTConnectDevices(root)
    }

    private static let doing = "reading MTConnectDevices"

    init(_ root: XMLTree) throws(FrameError) {
        guard root.name == "MTConnectDevices", let header = root.child("Header") else {
            throw Self.fault("the root is \(root.name) or has no header", root)
        }
        self.header = try MTConnectHeader(header, doing: Self.doing)
        devices = []
        var count = 0
        for list in root.children where list.name == "Devices" {
            for element in list.children {
                devices.append(try Self.component(element, &count))
            }
        }
    }

    private static func fault(_ text: String, _ element: XMLTree) -> FrameError {
        FrameError(doing: doing, problem: .invalid(text), offset: element.place.bytes)
    }

    private static func component(
        _ element: XMLTree, _ count: inout Int
    ) throws(FrameError) -> MTConnectComponent {
        guard let id = element[attribute: "id"], !id.isEmpty else {
            throw fault("\(element.name) without id", element)
        }
        var component = MTConnectComponent(
            type: element.name, id: id, name: element[attribute: "name"],
            uuid: element[attribute: "uuid"], nativeName: element[attribute: "nativeName"])
        for child in element.children {
            switch child.name {
            case "Description":
                component.description = MTConnectDescription(
                    manufacturer: child[attribute: "manufacturer"],
                    model: child[attribute: "model"],
                    serialNumber: child[attribute: "serialNumber"],
                    station: child[attribute: "station"], text: child.text)
            case "DataItems":
                for item in child.children where item.name == "DataItem" {
                    count += 1
                    guard count <= MTConnectLimits.dataItems else {
                        throw fault("more than \(MTConnectLimits.dataItems) data items", item)
                    }
                    component.dataItems.append(try dataItem(item))
                }
            case "Components":
                for part in child.children {
                    component.components.append(try Self.component(part, &count))
                }
            default: break
            }
        }
        return component
    }

    private static func dataItem(_ element: XMLTree) throws(FrameError) -> MTConnectDataItem {
        guard let id = element[attribute: "id"], !id.isEmpty else {
            throw fault("a DataItem without id", element)
        }
        guard let name = element[attribute: "category"],
            let category = MTConnectCategory(rawValue: name)
        else {
            let found = element[attribute: "category"] ?? ""
            throw fault("DataItem \(id) has the category \"\(found)\"", element)
        }
        guard let type = element[attribute: "type"], !type.isEmpty else {
            throw fault("DataItem \(id) without type", element)
        }
        var item = MTConnectDataItem(
            id: id, name: element[attribute: "name"], category: category, type: type,
            subType: element[attribute: "subType"], units: element[attribute: "units"],
            nativeUnits: element[attribute: "nativeUnits"],
            representation: MTConnectRepresentation(
                element[attribute: "representation"] ?? "VALUE"),
            isDiscrete: ["true", "1"].contains(element[attribute: "discrete"]),
            sampleRate: element[attribute: "sampleRate"].flatMap(MTConnectNumber.decimal),
            statistic: element[attribute: "statistic"],
            compositionID: element[attribute: "compositionId"],
            resetTrigger: element.child("ResetTrigger")?.text)
        if let source = element.child("Source"), !source.text.isEmpty {
            item.source = source.text
        }
        if let constraints = element.child("Constraints") {
            item.constraints = constraints.children.filter { $0.name == "Value" }.map(\.text)
            // Before version 1.4 filters stood among the constraints, without a type.
            item.filters = filters(constraints)
        }
        if let list = element.child("Filters") { item.filters += filters(list) }
        return item
    }

    private static func filters(_ list: XMLTree) -> [MTConnectFilter] {
        list.children.compactMap { element in
            guard element.name == "Filter", let limit = MTConnectNumber.decimal(element.text)
            else { return nil }
            return MTConnectFilter(
                type: element[attribute: "type"] ?? "MINIMUM_DELTA", limit: limit)
        }
    }
}

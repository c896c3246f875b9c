// Writes the four documents of MTConnect as XML.

/// Writes MTConnect documents.
///
/// Namespaces are those of `schema`, for example `urn:mtconnect.org:MTConnectStreams:2.2`. Types of
/// extensions lose their prefix, which no schema of ours declares.
public struct MTConnectWriter: Hashable, Sendable {
    /// The version of the standard in the namespaces: "2.2".
    public var schema: String

    /// A writer for a version of the standard.
    public init(schema: String = "2.2") { self.schema = schema }

    /// The answer to a probe.
    public func devices(_ document: MTConnectDevices) -> [UInt8] {
        var xml = begin("MTConnectDevices", document.header)
        xml.open("Devices")
        for device in document.devices { Self.component(device, &xml) }
        xml.end("Devices")
        xml.end("MTConnectDevices")
        return xml.bytes
    }

    /// The answer to a request for assets.
    public func assets(_ document: MTConnectAssets) -> [UInt8] {
        var xml = begin("MTConnectAssets", document.header)
        xml.open("Assets")
        for asset in document.assets { xml.element(Self.element(asset)) }
        xml.end("Assets")
        xml.end("MTConnectAssets")
        return xml.bytes
    }

    /// The answer to a request that cannot be met.
    public func faults(_ document: MTConnectFaults) -> [UInt8] {
        var xml = begin("MTConnectError", document.header)
        xml.open("Errors")
        for fault in document.faults {
            xml.begin("Error")
            xml.attribute("errorCode", fault.code.name)
            xml.closeTag()
            xml.text(fault.text)
            xml.end("Error")
        }
        xml.end("Errors")
        xml.end("MTConnectError")
        return xml.bytes
    }

    /// The answer to current and sample, grouped by device, component and category.
    ///
    /// Observations of data items that the model does not have are left out.
    public func streams(_ document: MTConnectStreams, model: MTConnectModel) -> [UInt8] {
        var xml = begin("MTConnectStreams", document.header)
        var groups: [Int: [MTConnectObservation]] = [:]
        for observation in document.observations {
            guard let place = model.place(of: observation.dataItemID) else { continue }
            groups[place.component, default: []].append(observation)
        }
        xml.open("Streams")
        var device: Int?
        for number in groups.keys.sorted() {
            let component = model.components[number]
            if component.device != device {
                if device != nil { xml.end("DeviceStream") }
                device = component.device
                let owner = model.devices[component.device]
                xml.begin("DeviceStream")
                xml.attribute("name", owner.name ?? owner.id)
                xml.attribute("uuid", owner.uuid ?? owner.id)
                xml.closeTag()
            }
            xml.begin("ComponentStream")
            xml.attribute("component", component.type)
            xml.attribute("name", component.name)
            xml.attribute("componentId", component.id)
            xml.closeTag()
            Self.categories(groups[number] ?? [], model, &xml)
            xml.end("ComponentStream")
        }
        if device != nil { xml.end("DeviceStream") }
        xml.end("Streams")
        xml.end("MTConnectStreams")
        return xml.bytes
    }

    private func begin(_ root: String, _ header: MTConnectHeader?) -> XMLWriter {
        var xml = XMLWriter()
        xml.begin(root)
        xml.attribute("xmlns", "urn:mtconnect.org:\(root):\(schema)")
        xml.closeTag()
        guard let header else { return xml }
        xml.begin("Header")
        xml.attribute("creationTime", header.creationTime.map(RFC3339.text))
        xml.attribute("sender", header.sender)
        xml.attribute("instanceId", "\(header.instanceID)")
        xml.attribute("version", header.version)
        xml.attribute("deviceModelChangeTime", header.deviceModelChangeTime)
        xml.attribute("bufferSize", header.bufferSize.map(String.init))
        xml.attribute("firstSequence", header.firstSequence.map(String.init))
        xml.attribute("lastSequence", header.lastSequence.map(String.init))
        xml.attribute("nextSequence", header.nextSequence.map(String.init))
        xml.attribute("assetBufferSize", header.assetBufferSize.map(String.init))
        xml.attribute("assetCount", header.assetCount.map(String.init))
        xml.endEmpty()
        return xml
    }

    /// The asset's element with the attributes that its value tells.
    private static func element(_ asset: MTConnectAsset) -> XMLTree {
        var element = asset.content
        let own = ["assetId", "timestamp", "deviceUuid", "removed"]
        element.attributes.removeAll { own.contains($0.name) }
        element.attributes.append(XMLTree.Attribute("assetId", asset.id))
        if let timestamp = asset.timestamp {
            element.attributes.append(XMLTree.Attribute("timestamp", RFC3339.text(timestamp)))
        }
        if let uuid = asset.deviceUUID {
            element.attributes.append(XMLTree.Attribute("deviceUuid", uuid))
        }
        if asset.isRemoved { element.attributes.append(XMLTree.Attribute("removed", "true")) }
        return element
    }

    private static func component(_ component: MTConnectComponent, _ xml: inout XMLWriter) {
        xml.begin(component.type)
        xml.attribute("id", component.id)
        xml.attribute("name", component.name)
        xml.attribute("uuid", component.uuid)
        xml.attribute("nativeName", component.nativeName)
        xml.closeTag()
        if let description = component.description {
            xml.begin("Description")
            xml.attribute("manufacturer", description.manufacturer)
            xml.attribute("model", description.model)
            xml.attribute("serialNumber", description.serialNumber)
            xml.attribute("station", description.station)
            xml.closeTag()
            xml.text(description.text)
            xml.end("Description")
        }
        if !component.dataItems.isEmpty {
            xml.open("DataItems")
            for item in component.dataItems { dataItem(item, &xml) }
            xml.end("DataItems")
        }
        if !component.components.isEmpty {
            xml.open("Components")
            for part in component.components { Self.component(part, &xml) }
            xml.end("Components")
        }
        xml.end(component.type)
    }

    private static func dataItem(_ item: MTConnectDataItem, _ xml: inout XMLWriter) {
        xml.begin("DataItem")
        xml.attribute("category", item.category.rawValue)
        xml.attribute("id", item.id)
        xml.attribute("name", item.name)
        xml.attribute("type", item.type)
        xml.attribute("subType", item.subType)
        xml.attribute("units", item.units)
        xml.attribute("nativeUnits", item.nativeUnits)
        xml.attribute("statistic", item.statistic)
        xml.attribute("compositionId", item.compositionID)
        xml.attribute("sampleRate", item.sampleRate.map(MTConnectNumber.text))
        if item.representation != .value {
            xml.attribute("representation", item.representation.name)
        }
        if item.isDiscrete { xml.attribute("discrete", "true") }
        xml.closeTag()
        xml.element("Source", item.source)
        if !item.constraints.isEmpty {
            xml.open("Constraints")
            for value in item.constraints { xml.element("Value", value) }
            xml.end("Constraints")
        }
        if !item.filters.isEmpty {
            xml.open("Filters")
            for filter in item.filters {
                xml.begin("Filter")
                xml.attribute("type", filter.type)
                xml.closeTag()
                xml.text(MTConnectNumber.text(filter.limit))
                xml.end("Filter")
            }
            xml.end("Filters")
        }
        xml.element("ResetTrigger", item.resetTrigger)
        xml.end("DataItem")
    }
}

// An index of devices: which data item is where.

/// The devices of an agent with an index of their data items.
public struct MTConnectModel: Hashable, Sendable {
    /// A component in the order of the model.
    struct Component: Hashable, Sendable {
        var type: String
        var id: String
        var name: String?
        var device: Int
    }

    /// Where a data item is.
    struct Place: Hashable, Sendable {
        var component: Int
        var item: MTConnectDataItem
    }

    /// The devices.
    public let devices: [MTConnectComponent]
    let components: [Component]
    private let places: [String: Place]
    /// Identifiers by device and name, source or identifier: the keys of adapters.
    private let keys: [[String: String]]

    /// An index of devices; throws when an identifier is there twice.
    public init(_ devices: [MTConnectComponent]) throws(FrameError) {
        self.devices = devices
        var components: [Component] = []
        var places: [String: Place] = [:]
        var keys: [[String: String]] = []
        for (number, device) in devices.enumerated() {
            var own: [String: String] = [:]
            for part in [device] + device.allComponents {
                for item in part.dataItems {
                    let place = Place(component: components.count, item: item)
                    guard places.updateValue(place, forKey: item.id) == nil else {
                        throw FrameError(
                            doing: "indexing devices",
                            problem: .invalid("the data item \(item.id) is there twice"))
                    }
                    own[item.id] = item.id
                }
                components.append(
                    Component(type: part.type, id: part.id, name: part.name, device: number))
            }
            // Names go before sources, and both before identifiers of other items.
            for item in device.allDataItems { if let key = item.source { own[key] = item.id } }
            for item in device.allDataItems { if let key = item.name { own[key] = item.id } }
            keys.append(own)
        }
        self.components = components
        self.places = places
        self.keys = keys
    }

    /// The data item with an identifier; nil when there is none.
    public func dataItem(_ id: String) -> MTConnectDataItem? { places[id]?.item }

    /// The data item that an adapter means with a key: a name, a source or an identifier.
    ///
    /// `device` is the name, uuid or identifier of the device; without it the first device that
    /// knows the key counts. Nil when none does.
    public func dataItem(key: String, device: String? = nil) -> MTConnectDataItem? {
        let numbers = device.map { name in self.device(name).map { [$0] } ?? [] }
        for number in numbers ?? Array(devices.indices) {
            if let id = keys[number][key] { return places[id]?.item }
        }
        return nil
    }

    func place(of id: String) -> Place? { places[id] }

    /// The number of the device with a name, uuid or identifier.
    func device(_ name: String) -> Int? {
        devices.firstIndex { $0.name == name || $0.uuid == name || $0.id == name }
    }
}

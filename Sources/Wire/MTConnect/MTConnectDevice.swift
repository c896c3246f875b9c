// The model of devices: components with their data items, as a probe tells them.

/// A device or a part of it, with its data items and its own parts.
public struct MTConnectComponent: Hashable, Sendable {
    /// What it is, for example `Device`, `Axes`, `Linear` or `Controller`.
    public var type: String
    /// The identifier, one of its kind in the agent.
    public var id: String
    /// The name given to it; nil when it has none.
    public var name: String?
    /// The identifier of the equipment in the world; devices have one.
    public var uuid: String?
    /// The name that the machine itself uses.
    public var nativeName: String?
    /// Who made it and what it is, in words.
    public var description: MTConnectDescription?
    /// The data items of this part itself.
    public var dataItems: [MTConnectDataItem]
    /// The parts of this part.
    public var components: [MTConnectComponent]

    /// A component from its parts.
    public init(
        type: String, id: String, name: String? = nil, uuid: String? = nil,
        nativeName: String? = nil, description: MTConnectDescription? = nil,
        dataItems: [MTConnectDataItem] = [], components: [MTConnectComponent] = []
    ) {
        self.type = type
        self.id = id
        self.name = name
        self.uuid = uuid
        self.nativeName = nativeName
        self.description = description
        self.dataItems = dataItems
        self.components = components
    }

    /// The data items of this part and of all parts in it, in the order of the model.
    public var allDataItems: [MTConnectDataItem] {
        dataItems + components.flatMap(\.allDataItems)
    }

    /// All parts in it at any depth, in the order of the model, without itself.
    public var allComponents: [MTConnectComponent] {
        components.flatMap { [$0] + $0.allComponents }
    }
}

/// Who made a part and what it is.
public struct MTConnectDescription: Hashable, Sendable {
    /// The maker.
    public var manufacturer: String?
    /// The maker's name of the model.
    public var model: String?
    /// The serial number.
    public var serialNumber: String?
    /// Where it stands.
    public var station: String?
    /// Anything else, in words.
    public var text: String

    /// A description from its parts.
    public init(
        manufacturer: String? = nil, model: String? = nil, serialNumber: String? = nil,
        station: String? = nil, text: String = ""
    ) {
        self.manufacturer = manufacturer
        self.model = model
        self.serialNumber = serialNumber
        self.station = station
        self.text = text
    }
}

/// The kind of what a data item tells.
public enum MTConnectCategory: String, Hashable, Sendable, CaseIterable {
    /// A measured number.
    case sample = "SAMPLE"
    /// A state, a count or a text.
    case event = "EVENT"
    /// Health: normal, warning, fault.
    case condition = "CONDITION"
}

/// The form in which a data item tells its values.
public enum MTConnectRepresentation: Hashable, Sendable {
    /// One value; the usual form.
    case value
    /// Many numbers taken at a fixed rate.
    case timeSeries
    /// Every value counts, equal ones too; an older form of the attribute `discrete`.
    case discrete
    /// Keys with values.
    case dataSet
    /// Keys with rows of cells.
    case table
    /// A form of a version that is not known here.
    case other(String)

    /// The form of its name in a document.
    public init(_ name: String) {
        switch name {
        case "VALUE": self = .value
        case "TIME_SERIES": self = .timeSeries
        case "DISCRETE": self = .discrete
        case "DATA_SET": self = .dataSet
        case "TABLE": self = .table
        default: self = .other(name)
        }
    }

    /// The name in a document.
    public var name: String {
        switch self {
        case .value: "VALUE"
        case .timeSeries: "TIME_SERIES"
        case .discrete: "DISCRETE"
        case .dataSet: "DATA_SET"
        case .table: "TABLE"
        case .other(let name): name
        }
    }
}

/// One thing that a device tells about itself.
public struct MTConnectDataItem: Hashable, Sendable {
    /// The identifier, one of its kind in the agent.
    public var id: String
    /// The name; adapters use it as the key of their lines.
    public var name: String?
    /// What kind of thing it tells.
    public var category: MTConnectCategory
    /// What it tells, for example `POSITION` or `EXECUTION`.
    public var type: String
    /// The closer kind, for example `ACTUAL`.
    public var subType: String?
    /// The unit of the values that the agent tells, for example `MILLIMETER`.
    public var units: String?
    /// The unit in which the machine tells them.
    public var nativeUnits: String?
    /// The form of its values.
    public var representation: MTConnectRepresentation
    /// True when equal values one after the other each count.
    public var isDiscrete: Bool
    /// Values a second of a time series, hertz; nil when each observation tells its own.
    public var sampleRate: Double?
    /// How a value was computed from many, for example `AVERAGE`.
    public var statistic: String?
    /// The part that it belongs to within its component.
    public var compositionID: String?
    /// What the adapter calls it, when that is not the name.
    public var source: String?
    /// When a counting value begins anew, for example `DAY`; nil when it does not.
    public var resetTrigger: String?
    /// The values allowed; one alone is a constant, none means any.
    public var constraints: [String]
    /// Which changes the agent keeps back, with the limit of each, for example `MINIMUM_DELTA`.
    public var filters: [MTConnectFilter]

    /// A data item; only identifier, category and type must be known.
    public init(
        id: String, name: String? = nil, category: MTConnectCategory, type: String,
        subType: String? = nil, units: String? = nil, nativeUnits: String? = nil,
        representation: MTConnectRepresentation = .value, isDiscrete: Bool = false,
        sampleRate: Double? = nil, statistic: String? = nil, compositionID: String? = nil,
        source: String? = nil, resetTrigger: String? = nil, constraints: [String] = [],
        filters: [MTConnectFilter] = []
    ) {
        self.id = id
        self.name = name
        self.category = category
        self.type = type
        self.subType = subType
        self.units = units
        self.nativeUnits = nativeUnits
        self.representation = representation
        self.isDiscrete = isDiscrete
        self.sampleRate = sampleRate
        self.statistic = statistic
        self.compositionID = compositionID
        self.source = source
        self.resetTrigger = resetTrigger
        self.constraints = constraints
        self.filters = filters
    }
}

/// A rule by which an agent keeps changes back.
public struct MTConnectFilter: Hashable, Sendable {
    /// `MINIMUM_DELTA` in the item's unit, or `PERIOD` in seconds.
    public var type: String
    /// The limit.
    public var limit: Double

    /// A filter with its limit.
    public init(type: String, limit: Double) {
        self.type = type
        self.limit = limit
    }
}

// Ten machines with their first and next step, costed by the same function as the chooser.

/// A machine that is typical, and what we would do.
public struct CostedMachine: Hashable, Sendable {
    /// What it is.
    public let name: String
    /// Its kind.
    public let kind: MachineKind
    /// What it has.
    public let features: Set<MachineFeature>
    /// What its owner should know.
    public let note: String
    /// The step after the first one.
    public let nextID: WayID

    /// The first step: what tells cheapest, by itself, whether it runs.
    public var first: WiringWay {
        HardwareChoice(kind, has: features, wanted: [.state]).firstStep
    }

    /// The next step.
    public var next: WiringWay { nextID.way }

    /// What the first step costs.
    public var firstCost: WayCost { WayCost(first) }

    /// What both steps cost together.
    public var bothCost: WayCost { WayCost(first) + WayCost(next) }
}

/// The ten machines.
public enum CostedMachines {
    /// All of them.
    public static let all: [CostedMachine] = [
        CostedMachine(
            name: "Manual lathe", kind: .manual, features: [],
            note: "Clamp the main motor. It stands still between cuts, so the line is clear.",
            nextID: .meter),
        CostedMachine(
            name: "CNC mill with a network port", kind: .cncMill, features: [.network, .light],
            note: "Ask the maker whether MTConnect or OPC UA is in the price of the machine.",
            nextID: .meter),
        CostedMachine(
            name: "CNC lathe of 1995 with a serial port", kind: .cncLathe,
            features: [.serial, .light],
            note: "The lamp tells that it runs; the serial line adds parts later.",
            nextID: .serial),
        CostedMachine(
            name: "Hydraulic press brake", kind: .pressBrake, features: [],
            note: "The pump runs all day. Set the mark above its idle current.", nextID: .stroke),
        CostedMachine(
            name: "Power press", kind: .powerPress, features: [],
            note: "Nothing is fixed to a guard. Guards that were moved are inspected first.",
            nextID: .meter),
        CostedMachine(
            name: "Injection moulder of 2004", kind: .moulder, features: [.light],
            note: "The lamp tells that it cycles; a sensor at the clamp unit adds shots.",
            nextID: .stroke),
        CostedMachine(
            name: "Compressor", kind: .compressor, features: [],
            note: "Two levels of current: on load and off load. Off load is often the loss.",
            nextID: .meter),
        CostedMachine(
            name: "Bandsaw", kind: .bandsaw, features: [],
            note: "Clamp the saw motor, not the coolant pump.", nextID: .stroke),
        CostedMachine(
            name: "Laser or plasma table", kind: .cutter, features: [.light],
            note: "Energy and gas are the cost. Meter it soon.", nextID: .meter),
        CostedMachine(
            name: "Packaging line or oven", kind: .line, features: [.light, .drive],
            note: "Ovens run long with nothing in them. The drive shows when the belt stands.",
            nextID: .drive),
    ]
}

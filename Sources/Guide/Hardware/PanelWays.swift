// Ways that need an open panel and so an electrician: clamp, drive, energy meter.

/// Ways inside a panel.
enum PanelWays {
    private static let because =
        "It is work in a panel with mains voltage. It is done dead: isolated, locked and proved."

    static let clamp = WiringWay(
        id: .clamp, name: "Clamp round one phase",
        about: "A clamp sees the motor's current without touching copper.",
        parts: [.clamp],
        tools: [
            "Two-pole voltage tester and proving unit", "Lock for the isolator", "Screwdriver",
        ],
        steps: [
            "Isolate the machine, lock the isolator and prove it dead.",
            "Find the three wires from the contactor to the main motor. Close the clamp round"
                + " one of them, with its cover shut.",
            "Connect the clamp to its reader before the power comes back. Never open the clamp's"
                + " own wires while current flows.",
            "Feed the reader from a fused supply in the panel, as its maker says.",
            "Close the panel, remove the lock, and join the reader to the machines' network.",
            "Go to Connect. Watch the line cut and stand still, and set the mark between.",
        ],
        ownHours: HourRange(minutes: 30, to: 60), hiredHours: HourRange(minutes: 60, to: 120),
        who: .electrician, because: because,
        wrong: [
            "It reads zero. The clamp is round a cable with all wires: their fields cancel.",
            "It never falls: a pump or fan runs all the time. Clamp the spindle or the saw.",
            "Current is not power. Use an energy meter where pounds of energy count.",
        ],
        never: WiringWays.never,
        checks: [
            "Start the motor. The current rises at once, close to the plate's amps under load.",
            "Stop it. The current falls to nearly nothing.",
        ])

    static let drive = WiringWay(
        id: .drive, name: "Modbus port of the motor drive",
        about: "The drive that turns the motor knows its speed, current and faults.",
        parts: [.rs485, .pairCable],
        tools: ["Voltage tester", "Lock for the isolator", "The drive's manual"],
        steps: [
            "Look up the drive's RS-485 port, speed, parity and number in its manual.",
            "Isolate the machine and lock it. Wait as long as the drive's label says: its"
                + " capacitors hold a charge.",
            "Connect A, B and common of the screened pair. Lead it apart from the motor cable.",
            "Set a number for the drive and nothing else. Leave the source of its commands at the"
                + " terminals: this box only reads.",
            "Close the panel, remove the lock. Go to Connect and choose the model.",
        ],
        ownHours: HourRange(minutes: 30, to: 60), hiredHours: HourRange(minutes: 60, to: 180),
        who: .electrician, because: because,
        wrong: [
            "No answer: A and B are swapped, or the number or speed differ.",
            "It fails when the motor runs: the screen is open or the pair lies by the motor"
                + " cable.",
            "The drive trips when its port falls silent. Its time-out for lost messages must stay"
                + " off, as delivered on most.",
        ],
        never: WiringWays.never
            + " No wire to the drive's safe torque off (STO).",
        checks: [
            "The speed on the page is the speed on the drive's own display.",
            "Unplug the pair. The motor must go on as before.",
        ])

    static let meter = WiringWay(
        id: .meter, name: "Energy meter in the panel",
        about: "A meter on the rail measures what the whole machine takes, for its bill.",
        parts: [.meter, .rs485, .pairCable],
        tools: ["Voltage tester", "Lock for the isolator", "Torque screwdriver", "Crimp tool"],
        steps: [
            "Check the amps of the supply, the room on the rail, and the heat in the panel.",
            "Isolate the supply, lock it and prove it dead.",
            "Fit the meter behind the machine's fuse. Up to 100 A straight through; above it with"
                + " current transformers, each on its own phase, arrows towards the machine.",
            "Tighten to the maker's torque. Fit covers on all terminals.",
            "Lead A, B and common out through their own gland to the small computer.",
            "Inspect, test and write it down as BS 7671 says. Put the power back.",
            "Go to Connect and choose the model.",
        ],
        ownHours: HourRange(minutes: 30, to: 60), hiredHours: HourRange(minutes: 120, to: 240),
        who: .electrician, because: because,
        wrong: [
            "Power is negative: a transformer looks the wrong way.",
            "Power is a third too small: one phase is missing.",
            "No answer: number, speed or parity differ from the meter's display.",
        ],
        never: WiringWays.never,
        checks: [
            "Power on the page is the power on the meter's display.",
            "With the machine off it falls to nearly nothing.",
        ])
}

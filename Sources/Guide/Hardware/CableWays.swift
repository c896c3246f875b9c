// Ways by a plug that the machine has already: network port and serial line.

/// Ways that use a port of the machine.
enum CableWays {
    static let network = WiringWay(
        id: .network, name: "Network port of the control",
        about: "The control itself says whether it runs, which program, and how many parts.",
        parts: [.networkCable, .networkSwitch], tools: ["Cable ties", "Laptop", "The manual"],
        steps: [
            "Find out what the control speaks: MTConnect, OPC UA, Modbus or S7. The maker's"
                + " manual or service desk says whether it is an option that costs money.",
            "Save the machine's settings and programs first.",
            "Lead the cable through an existing gland or along the outside, away from motor"
                + " cables. Fix it.",
            "Plug it into the switch of the machines' own network, never into the internet.",
            "Give the control a fixed address, as the manual says. Write the old one down.",
            "Where the control lets you, make an account for this box that may only read.",
            "Go to Connect, choose “Something on the network”, and follow the five steps.",
        ],
        ownHours: HourRange(minutes: 60, to: 180), hiredHours: .zero, who: .maintenance,
        because: "The port is low voltage and made for plugging. If it is inside the panel, an"
            + " electrician plugs it with the machine isolated.",
        wrong: [
            "The port is there and the option is not. Ask the maker for its price before you buy"
                + " anything.",
            "Two things have the same address. Both fall off the network: pull the new cable.",
            "An old control is slow. Ask it less often: every 5 seconds is plenty.",
        ],
        never: WiringWays.never,
        checks: [
            "Start and stop a program. The state on the page follows within 10 seconds.",
            "The part count rises by one with one part.",
        ])

    static let serial = WiringWay(
        id: .serial, name: "Serial line of an old control or a scale",
        about: "The control prints a line after each part; a scale sends each weight.",
        parts: [.rs232], tools: ["Multimeter", "Small screwdriver", "The manual"],
        steps: [
            "Find the RS-232 plug, and its speed, parity and stop bits in the settings. Write"
                + " them down.",
            "Switch the machine off. Plug the isolated converter in: transmit, receive and"
                + " common, as the manual shows.",
            "Lead the cable to the small computer: 15 m at most, away from motor cables.",
            "On a control, add one print line to the end of the part program, such as DPRNT."
                + " A person who writes programs for it does that and tries it without a part.",
            "Go to Connect and choose the serial line. Use the same speed as the machine.",
        ],
        ownHours: HourRange(minutes: 120, to: 360), hiredHours: .zero, who: .maintenance,
        because: "RS-232 is low voltage. If the plug is inside the panel, an electrician plugs it"
            + " with the machine isolated.",
        wrong: [
            "The line is used to load programs. One line has one user: agree who, or leave it.",
            "Strange letters: speed or parity differ.",
            "A control that waits for its print line stops the program when the cable is out. Try"
                + " that before the first shift.",
        ],
        never: WiringWays.never,
        checks: [
            "Make one part or weigh one thing. One line appears.",
            "Pull the cable. The machine must go on as before.",
        ])
}

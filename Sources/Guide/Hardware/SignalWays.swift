// Ways by a 24 V input: stack light or relay contact, and a sensor for strokes.

/// Ways that read a contact.
enum SignalWays {
    static let inputs = WiringWay(
        id: .inputs, name: "24 V input on the stack light or a relay contact",
        about: "The green lamp says that it runs. The box reads the lamp and touches no logic.",
        parts: [.inputs, .supply, .relay, .networkCable],
        tools: ["Multimeter", "Wire stripper and ferrules", "Lock for the isolator", "Labels"],
        steps: [
            "Measure the lamp's voltage, or read it in the drawing. 24 V DC: go on. 110 V or"
                + " 230 V: stop, this is work for an electrician.",
            "Isolate the machine, lock the isolator and prove it dead.",
            "Connect the coil of the relay across the green lamp, at the foot of the stack light."
                + " Or use a spare contact of a relay that is in no safety circuit.",
            "Lead the relay's own contact to an input: 24 V from the plug-in supply, through the"
                + " contact, into the input.",
            "Mount the input box outside the panel. Label both ends.",
            "Plug in the supply and the network. Go to Connect and choose the model.",
        ],
        ownHours: HourRange(minutes: 120, to: 240), hiredHours: .zero, who: .maintenance,
        because: "It is 24 V DC, with the machine isolated. The engineer must be competent for"
            + " that. Lamps with mains voltage and work inside a panel need an electrician.",
        wrong: [
            "The lamp blinks when the machine waits. Tell the box to wait 3 seconds.",
            "LED lamps glow through an input without a relay. Use the relay.",
            "The lamp is green with power on, not with work. Watch it for a shift first.",
        ],
        never: WiringWays.never,
        checks: [
            "Lamp on: the input's own light is on and the page says “Running”.",
            "Unplug the box. The machine must go on as before.",
        ])

    static let stroke = WiringWay(
        id: .stroke, name: "Sensor that counts strokes",
        about: "A sensor sees a moving part come by, once each stroke.",
        parts: [.sensor, .bracket, .inputs, .supply, .networkCable],
        tools: ["Spanners", "Cable ties", "Lock for the isolator", "Feeler gauge"],
        steps: [
            "Find a steel part that comes by once each stroke and can be seen from outside the"
                + " guard.",
            "Isolate the machine, lock the isolator, and let the ram rest on its prop.",
            "Fix the bracket to the frame, outside the guard. Drill nothing that bears load.",
            "Set the gap to half of the sensor's range, 1 to 4 mm. Turn the machine by hand once.",
            "Brown to 24 V, blue to 0 V, black to a counting input.",
            "Plug in the supply and the network. Go to Connect and choose the model.",
        ],
        ownHours: HourRange(minutes: 120, to: 300), hiredHours: .zero, who: .maintenance,
        because: "It is 24 V from a plug, on the outside, with the machine isolated.",
        wrong: [
            "Strokes are missed: the part passes too fast for the input. Use one with a counter.",
            "Strokes count twice: the bracket shakes. Make it stiffer.",
            "Setting strokes count as parts. Say “Setting up” on the tablet.",
        ],
        never: WiringWays.never
            + " A power press is used again only after its guards were inspected, if they were"
            + " moved.",
        checks: [
            "Make ten strokes. The count rises by ten.",
            "Every guard closes and stops the machine as before.",
        ])
}

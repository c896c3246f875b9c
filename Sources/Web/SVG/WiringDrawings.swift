// One drawing for each way of wiring.

import Guide

extension WiringDrawing {
    /// The drawing of a way.
    static func of(_ way: WayID) -> WiringDrawing {
        switch way {
        case .tablet, .scanner, .computer: hand(way)
        case .network, .serial: cable(way)
        case .inputs, .stroke: contact(way)
        case .clamp, .drive, .meter: panel(way)
        }
    }

    private static func box(
        _ column: Int, _ row: Int, _ lines: String..., sign: Sign = .none, panel: Bool = false
    ) -> Box {
        Box(column: column, row: row, lines: lines, sign: sign, isInPanel: panel)
    }

    private static func right(_ row: Int, _ kind: Kind, _ labels: String...) -> Wire {
        Wire(column: 0, row: row, isDown: false, kind: kind, labels: labels)
    }

    private static func down(
        _ column: Int, _ row: Int, _ kind: Kind, _ labels: String...
    ) -> Wire {
        Wire(column: column, row: row, isDown: true, kind: kind, labels: labels)
    }

    private static func hand(_ way: WayID) -> WiringDrawing {
        switch way {
        case .scanner:
            WiringDrawing(
                says: "A scanner reads a job card, types into the tablet, and the tablet tells"
                    + " this box over Wi-Fi.",
                boxes: [
                    box(0, 0, "Job card"), box(1, 0, "Hand scanner"), box(1, 1, "Tablet"),
                    box(0, 1, "This box"),
                ],
                wires: [
                    right(0, .air, "reads the code"), down(1, 0, .data, "USB"),
                    right(1, .air, "Wi-Fi"),
                ])
        case .computer:
            WiringDrawing(
                says: "Machines and this box share a switch of their own, with no way to the"
                    + " internet. A second disk hangs on the box.",
                boxes: [
                    box(0, 0, "Machines"), box(1, 0, "Switch", "no internet"),
                    box(1, 1, "This box"), box(0, 1, "Second disk", "for backups"),
                ],
                wires: [
                    right(0, .data, "network"), down(1, 0, .data, "network"),
                    right(1, .data, "USB"),
                ])
        default:
            WiringDrawing(
                says: "The tablet tells this box over Wi-Fi. Its charger is in a socket. No wire"
                    + " goes to the machine.",
                boxes: [
                    box(0, 0, "Tablet", "in its holder"), box(1, 0, "This box"),
                    box(0, 1, "Charger", "in a socket"),
                ], wires: [right(0, .air, "Wi-Fi"), down(0, 0, .low, "USB, 5 V")])
        }
    }

    private static func cable(_ way: WayID) -> WiringDrawing {
        if way == .serial {
            return WiringDrawing(
                says: "Three wires, transmit, receive and common, go from the RS-232 plug of the"
                    + " control or scale to an isolated converter, and USB goes on to this box.",
                boxes: [
                    box(0, 0, "Control or", "scale, RS-232"), box(1, 0, "USB to", "RS-232"),
                    box(1, 1, "This box"),
                ],
                wires: [
                    right(0, .data, "transmit", "receive", "common"), down(1, 0, .data, "USB"),
                ])
        }
        return WiringDrawing(
            says: "A network cable goes from the control to a switch that only machines use, and"
                + " on to this box. Nothing goes to the internet.",
            boxes: [
                box(0, 0, "Control,", "network port"), box(1, 0, "Switch", "no internet"),
                box(1, 1, "This box"),
            ], wires: [right(0, .data, "network"), down(1, 0, .data, "network")])
    }

    private static func contact(_ way: WayID) -> WiringDrawing {
        let shared = [
            box(1, 0, "This box"), box(1, 1, "24 V input box"), box(1, 2, "24 V supply", "plug-in"),
        ]
        let links = [down(1, 0, .data, "network"), down(1, 1, .low, "24 V, 0 V")]
        if way == .stroke {
            return WiringDrawing(
                says: "A moving part passes the sensor with a gap of 1 to 4 mm. Its brown wire has"
                    + " 24 V, blue 0 V, black goes to input 1 of the input box, which a plug-in"
                    + " supply feeds. The network goes on to this box.",
                boxes: [
                    box(0, 0, "Moving part,", "outside the guard"),
                    box(0, 1, "Inductive", "sensor", sign: .sensor),
                ] + shared,
                wires: [
                    down(0, 0, .air, "gap 1 to 4 mm"),
                    right(1, .low, "brown, 24 V", "blue, 0 V", "black, input 1"),
                ] + links)
        }
        return WiringDrawing(
            says: "The coil of a relay lies across the green lamp. The relay's own contact joins"
                + " 24 V to input 1 of the input box, which a plug-in supply feeds. The network"
                + " goes on to this box.",
            boxes: [
                box(0, 0, "Green lamp", "24 V DC", sign: .lamp),
                box(0, 1, "Relay and", "its contact", sign: .contact),
            ] + shared,
            wires: [
                down(0, 0, .low, "lamp and 0 V"), right(1, .low, "from 24 V", "to input 1"),
            ] + links)
    }

    private static func panel(_ way: WayID) -> WiringDrawing {
        let start = [box(0, 0, "Isolator", "locked off", sign: .contact, panel: true)]
        let pair = [box(1, 0, "This box"), box(1, 1, "USB to", "RS-485")]
        let links = [
            down(0, 0, .mains, "3 phases"), right(1, .data, "A", "B", "common"),
            down(1, 0, .data, "USB"),
        ]
        switch way {
        case .clamp:
            return WiringDrawing(
                says: "Mains goes through the isolator and the contactor to the motor in three"
                    + " wires. The clamp is round one of them, L1, and its lead goes to the reader,"
                    + " which a fused supply feeds. Network goes on to this box.",
                boxes: start + [
                    box(0, 1, "Contactor", sign: .contact, panel: true),
                    box(0, 2, "Motor", sign: .motor),
                    box(1, 0, "This box"), box(1, 1, "Clamp reader", panel: true),
                ],
                wires: [
                    down(0, 0, .mains, "3 phases"), right(1, .low, "fused supply"),
                    down(0, 1, .phases(isClamped: true), "clamp round one wire only"),
                    down(1, 0, .data, "network"),
                ])
        case .drive:
            return WiringDrawing(
                says: "Mains goes through the isolator to the drive and on to the motor. A, B and"
                    + " common of the drive's RS-485 port go to an isolated converter, and USB"
                    + " goes on to this box. Safe torque off is not touched.",
                boxes: start + [
                    box(0, 1, "Motor drive,", "RS-485 port", panel: true),
                    box(0, 2, "Motor", sign: .motor),
                ] + pair, wires: links + [down(0, 1, .phases(isClamped: false))])
        default:
            return WiringDrawing(
                says: "Mains goes through the isolator and its fuse to the energy meter and on to"
                    + " the machine. A, B and common of the meter go to an isolated converter, and"
                    + " USB goes on to this box.",
                boxes: start + [
                    box(0, 1, "Energy meter,", "behind the fuse", panel: true),
                    box(0, 2, "The machine", sign: .motor),
                ] + pair, wires: links + [down(0, 1, .phases(isClamped: false))])
        }
    }
}

// Ways without a wire to the machine: tablet, scanner, and the small computer itself.

/// Ways that touch no machine.
enum HandWays {
    static let tablet = WiringWay(
        id: .tablet, name: "Tablet at the machine",
        about: "People say with two taps whether it runs, and why not. They type the parts.",
        parts: [.tablet, .holder], tools: ["Screwdriver"],
        steps: [
            "Choose a place that the operator sees and that no guard or swarf reaches.",
            "Fix the holder to a wall, a bench or a post, not to a guard.",
            "Plug the charger into a tested socket. Tie the lead out of the way.",
            "Join the tablet to the workshop's Wi-Fi.",
            "Open “People and devices” on this box and scan the code with the tablet.",
        ],
        ownHours: HourRange(minutes: 30, to: 90), hiredHours: .zero, who: .anybody,
        because: "Nothing is wired. A new socket is work for an electrician.",
        wrong: [
            "Nobody taps. Agree who does it, and show the team what comes of it.",
            "The Wi-Fi is weak. The tablet keeps entries and sends them later.",
        ],
        never: WiringWays.never,
        checks: ["Tap “Stopped” and a reason. The page Now says so within a few seconds."])

    static let scanner = WiringWay(
        id: .scanner, name: "Hand scanner for job cards",
        about: "One scan starts a job and one ends it, so parts belong to the right job.",
        parts: [.scanner], tools: ["None"],
        steps: [
            "Set the scanner to type like a keyboard and to end with Enter.",
            "Plug it into the tablet, or pair it.",
            "Print a job card from the page Jobs.",
            "Scan the card on the tablet's page.",
        ],
        ownHours: HourRange(minutes: 15, to: 30), hiredHours: .zero, who: .anybody,
        because: "Nothing is wired.",
        wrong: [
            "Letters come out wrong. The scanner has the keyboard of another country: scan its"
                + " code for United Kingdom.",
            "Nothing comes. The tablet needs a USB plug that takes a scanner as well as power.",
        ],
        never: WiringWays.never,
        checks: ["Scan a card twice. The job starts once."])

    static let computer = WiringWay(
        id: .computer, name: "Small computer, once for the whole site",
        about: "This program runs on it. One is enough for all machines of a small firm.",
        parts: [.computer, .disk, .networkSwitch, .networkCable], tools: ["Small screwdriver"],
        steps: [
            "Fit the disk. Install as the guide “Install” says.",
            "Put it in a dry, cool, locked place with a tested socket, not in a live panel.",
            "Give machines a network of their own: one switch for the machines and this box,"
                + " with no way to the internet.",
            "Open its page, choose a pass phrase and print the recovery sheet.",
            "Plug in a second disk for backups.",
        ],
        ownHours: HourRange(minutes: 60, to: 120), hiredHours: .zero, who: .anybody,
        because: "It has a plug. A new socket is work for an electrician.",
        wrong: [
            "A memory card in place of a disk wears out within months of recording.",
            "A phone charger is too weak: the computer stops without a word. Use its own supply.",
        ],
        never: WiringWays.never,
        checks: [
            "Pull the plug once and put it back. Within minutes the page Now is there again.",
            "“About this box” says when the last backup was proved.",
        ])
}

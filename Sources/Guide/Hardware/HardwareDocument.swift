// The page `docs/hardware.md`, written from the same tables as the page of the box.

import Understand

/// Writes the tables as Markdown.
public enum HardwareDocument {
    /// The whole page.
    public static var text: String {
        var lines = head
        lines += rules
        lines += machines
        for way in WiringWays.all { lines += self.way(way) }
        lines += parts
        return lines.joined(separator: "\n") + "\n"
    }

    private static let head = [
        "# What to buy, and how it is wired",
        "",
        "Which parts an old machine needs, who may fit them, how long it takes and what is known"
            + " of the price. The page `/hardware` of the box asks three questions and answers"
            + " from the same tables; drawings are there.",
        "",
        "Prices include VAT and stand here only with the page on which they were read, on "
            + Plain.longDate(HardwareParts.read)
            + ". Where no page was found it says “ask”. Hours are our estimate for one machine in"
            + " ordinary reach; nobody has measured them.",
        "",
        WiringWays.never,
        "",
    ]

    private static var rules: [String] {
        var lines = ["## Who may do what in the United Kingdom", ""]
        lines += WorkRules.all.map { rule in
            let place = rule.address.isEmpty ? "" : " Read at <\(rule.address)>."
            return "- **\(rule.name).** \(rule.says)\(place)"
        }
        let source = WorkRules.electricianSource
        lines += [
            "",
            "An electrician is reckoned at \(WorkRules.electricianHour.words) an hour:"
                + " \(source.title), \(source.dated), <\(source.address)>.",
            "",
        ]
        return lines
    }

    private static var machines: [String] {
        var lines = [
            "## Ten machines", "",
            "The first step is the cheapest that tells by itself whether the machine runs. A"
                + " tablet tells it from today, with no wiring.", "",
            "| Machine | First step | Known cost | Next step | Known cost, both | Own work, both |"
                + " Electrician, both |",
            "|---|---|---|---|---|---|---|",
        ]
        for machine in CostedMachines.all {
            let both = machine.bothCost
            lines.append(
                "| \(machine.name). \(machine.note) | \(machine.first.name) |"
                    + " \(machine.firstCost.words) | \(machine.next.name) | \(both.words) |"
                    + " \(both.ownHours.words) | \(both.hiredHours.words) |")
        }
        return lines + [""]
    }

    private static func way(_ way: WiringWay) -> [String] {
        var lines = ["## \(way.name)", "", way.about, ""]
        lines += [
            "- Who: \(way.who.words). \(way.because)",
            "- Own work: \(way.ownHours.words). Electrician: \(way.hiredHours.words).",
            "- Known cost: \(WayCost(way).words).",
            "- Parts: \(way.parts.map { $0.part.name }.joined(separator: "; ")).",
            "- Tools: \(way.tools.joined(separator: "; ")).",
            "", "Steps:", "",
        ]
        lines += way.steps.enumerated().map { "\($0.offset + 1). \($0.element)" }
        lines += ["", "What goes wrong:", ""] + way.wrong.map { "- " + $0 }
        lines += ["", "How to check it:", ""] + way.checks.map { "- " + $0 }
        if way.never != WiringWays.never { lines += ["", way.never] }
        return lines + [""]
    }

    private static var parts: [String] {
        var lines = [
            "## Parts", "", "| Part | What it does | What to look for | Known models | Price |",
            "|---|---|---|---|---|",
        ]
        for part in HardwareParts.all {
            let models = part.profiles.map { "`\($0)`" }.joined(separator: ", ")
            lines.append(
                "| \(part.name) | \(part.does) | \(part.choose) |"
                    + " \(models.isEmpty ? "any" : models) | \(price(part.price)) |")
        }
        return lines
    }

    private static func price(_ price: PartPrice) -> String {
        guard case .found(let range, let source) = price else { return "ask" }
        return "\(range.words), \(source.title) (\(source.dated)), <\(source.address)>"
    }
}

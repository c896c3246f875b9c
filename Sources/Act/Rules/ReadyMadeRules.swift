// Rules to start from, as text that a person can read and change.

public import Plant

/// Ready-made rules; each is switched off until a person saves it.
public enum ReadyMadeRules {
    /// Stopped without a reason.
    public static let stoppedWithoutReason = make(
        "stopped-no-reason", "Stopped without a reason", .supervisor,
        "When any machine is stopped without a reason for more than 10 min during any shift,"
            + " tell the operator",
        "If nobody answers in 15 min, also tell the supervisor")
    /// Running slow.
    public static let runningSlow = make(
        "running-slow", "Running slow", .supervisor,
        "When any machine is slow for more than 30 min during any shift, tell the supervisor")
    /// No signal.
    public static let noSignal = make(
        "no-signal", "No signal", .engineer,
        "When any machine gives no signal for more than 5 min during any shift,"
            + " tell the engineer, and say when it is over")
    /// Scrap above a share.
    public static let scrapAbove = make(
        "scrap-above", "Scrap above 5 %", .supervisor,
        "When any machine makes more than 5 % scrap in 8 h, tell the supervisor")
    /// No backup.
    public static let backupNotMade = make(
        "backup-not-made", "Backup not made", .administrator,
        "When the box has no backup for 3 days, send e-mail to the administrator,"
            + " and say when it is over")
    /// The certificate ends.
    public static let certificateEnding = make(
        "certificate-ending", "Certificate ending", .administrator,
        "When the box has a certificate ending in 14 days, send e-mail to the administrator")

    /// A signal over its limit.
    public static func overLimit(machine: Slug, signal: Slug, limit: Double) -> RuleText {
        make(
            "over-limit", "Over limit", .engineer,
            "When \(machine)/\(signal) is above \(RulePrinter.number(limit)) for more than 1 min,"
                + " tell the engineer, and say when it is over")
    }

    /// A signal that drifts.
    public static func drifting(machine: Slug, signal: Slug, amount: Double) -> RuleText {
        make(
            "drifting", "Drifting", .engineer,
            "When \(machine)/\(signal) drifts by more than \(RulePrinter.number(amount)) in 8 h,"
                + " tell the engineer")
    }

    /// Power left on while nobody works.
    public static func powerLeftOn(machine: Slug, signal: Slug, limit: Double) -> RuleText {
        make(
            "power-left-on", "Power left on", .supervisor,
            "When \(machine)/\(signal) is above \(RulePrinter.number(limit)) for more than 30 min"
                + " outside every shift, but only if \(machine) is stopped or planned,"
                + " tell the supervisor")
    }

    /// Those that need no choice of a signal.
    public static let all = [
        stoppedWithoutReason, runningSlow, noSignal, scrapAbove, backupNotMade, certificateEnding,
    ]

    private static func make(
        _ id: StaticString, _ name: String, _ owner: Role, _ say: String, _ otherwise: String = ""
    ) -> RuleText {
        RuleText(
            id: Slug(id), name: name, owner: owner, isOn: false, say: say, otherwise: otherwise)
    }
}

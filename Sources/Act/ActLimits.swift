// Every limit of rules, alarms, messages and writing to machines, in one place.

public import Plant

/// Limits of the room, with their units.
public enum ActLimits {
    /// Rules of a site at most.
    public static let rules = 200
    /// Instances of rules at most: a rule on any machine has one for each machine.
    public static let instances = 5_000
    /// Tests and joins in one rule at most.
    public static let nodes = 64
    /// Levels of brackets and joins in one rule at most.
    public static let depth = 8
    /// Actions of one rule at most.
    public static let actions = 8
    /// Steps of "if nobody answers" at most.
    public static let escalations = 5
    /// Shifts that one rule names at most.
    public static let shifts = 8
    /// Bytes of a rule's text at most, each of its two sentences.
    public static let textBytes = 2_000
    /// Steps of one evaluation at most (S-05); a rule that could take more is refused.
    public static let stepsPerEvaluation = 10_000
    /// Bytes of memory of one instance at most (S-05); a rule that could need more is refused.
    public static let bytesPerInstance = 1_048_576
    /// Cells into which the window of a rate, a drift or a sum is cut.
    public static let cells = 32
    /// The shortest length of time that a rule can name, except none at all.
    public static let shortest = Elapsed(nanoseconds: 1)
    /// The longest length of time that a rule can name.
    public static let longest = Elapsed.hours(366 * 24)
    /// The shortest window of a rate, a drift or a sum.
    public static let shortestWindow = Elapsed.seconds(1)
    /// The largest number that a rule can name.
    public static let largestNumber = 1e12
    /// Parts within a window below which a share of scrap says nothing.
    public static let leastPartsForShare: Int64 = 20
    /// How far ahead the hours of rules are worked out at once.
    public static let windowHorizon = Elapsed.hours(14 * 24)

    /// Times of events and samples lie within this distance of 1970; others are refused.
    public static let farthest = Elapsed(nanoseconds: 1 << 62)
    /// Samples that may wait for the time to pass; more are refused and counted.
    public static let waitingSamples = 4_000_000
    /// Other events that may wait for the time to pass; more are refused and counted.
    public static let waitingEvents = 100_000

    /// Firings that a replay keeps at most; more are counted only.
    public static let replayFirings = 10_000

    /// Alarms of a site at most.
    public static let alarms = 5_000
    /// Times that a history of one alarm keeps at most; older ones are only counted.
    public static let occurrences = 100
    /// The usual time for which an alarm is silenced.
    public static let usualShelving = Elapsed.hours(8)
    /// The longest time for which an alarm can be silenced.
    public static let longestShelving = Elapsed.hours(24)
    /// Alarms silenced at one time at most (EEMUA 191 guideline).
    public static let shelved = 30
    /// Characters of a reason at most.
    public static let reasonCharacters = 500

    /// Characters of a message at most: one SMS.
    public static let messageCharacters = 160
    /// Messages to one person within an hour at most.
    public static let messagesAnHour = 6
    /// How long after a message a repeat of the same cause joins it.
    public static let joining = Elapsed.hours(1)
    /// Messages that one rule may cause within a day before it goes to the summary.
    public static let ruleBudget = 10
    /// Messages waiting for one person's summary that are kept by name; more are only counted.
    public static let waitingMessages = 500
    /// Raises whose answers are waited for at most.
    public static let openRaises = 5_000
    /// Answer links that are open at most.
    public static let answerLinks = 10_000
    /// How long an answer link works.
    public static let answerLinkLife = Elapsed.hours(24)

    /// How old a value may be that allows a write.
    public static let freshness = Elapsed.seconds(5)
    /// How long an approval holds.
    public static let approval = Elapsed.minutes(10)
    /// How long after a person's order a write may still be sent.
    public static let orderLife = Elapsed.seconds(10)
    /// How long a confirmation is waited for.
    public static let confirmation = Elapsed.seconds(5)
    /// The least time between two writes to one signal by rules.
    public static let betweenRuleWrites = Elapsed.seconds(10)
    /// The longest time for which a value stays changed before it returns.
    public static let longestLease = Elapsed.hours(24)
    /// Conditions, machines and people that one envelope names at most, each.
    public static let envelopeParts = 32
}

// Every limit of the running box, each with its unit and what happens when it is reached.

public import Plant

/// Limits of the running box.
public enum LoopLimits {
    /// Live messages kept for one slow page; the oldest is lost.
    public static let liveMessagesPerClient = 256
    /// Samples of class D3 waiting for the next commit; then the oldest batch is dropped, counted.
    public static let waitingSamples = 1_048_576
    /// How far back observed states are kept in memory; older ones are read again when asked for.
    public static let episodeReach = Elapsed.hours(24 * 45)
    /// How long before a stretch of time inference starts, so that dead bands are settled.
    public static let inferenceLead = Elapsed.hours(24)
    /// The longest silence of a meter over which its energy is still known.
    public static let longestPowerGap = Elapsed.minutes(2)
    /// How long after its end a shift is closed (decisions 26).
    public static let shiftClosingDelay = Elapsed.minutes(15)
    /// Machines that are being tried at once, before they are connected.
    static let trials = 4
    /// How long a trial goes on when nobody looks.
    static let trialUnseen = Elapsed.seconds(60)
    /// Values of one signal that a trial keeps; then the oldest quarter goes.
    static let trialValues = 1_200
    /// Signals that one trial reads.
    static let trialSignals = 60
    /// Signals that a device may offer to a draft; others are not listed.
    static let draftOffers = 300
    /// Requests a second to a Modbus device unless its connection says otherwise.
    static let usualRequestsPerSecond = 50
    /// Lines of a search of the network that are shown.
    static let scanLines = 200
    /// Drafts of connections that are kept; the oldest goes.
    static let drafts = 20
    /// Stops of a shift on the tablet.
    static let stopsOfShift = 30
    /// The longest run between two stops that a person may call a try, so that both are one stop.
    static let joinableRun = Elapsed.minutes(10)
    /// Causes of scrap and jobs that the tablet offers.
    static let causesOffered = 6
    static let jobsOffered = 8
    /// Events of one transaction of an import.
    static let rowsPerAppend = 500
    /// Bytes of one document of a job.
    public static let documentBytes = 20 << 20
    /// Jobs on the page Jobs.
    static let jobsListed = 200
    /// Entries in the record of a job; the latest ones where there are more.
    static let entriesOfJob = 500
    /// Entries about the list of jobs that are looked through for one job.
    static let listEntries = 2_000
    /// Longest stretch of one job on a machine that is worked out.
    static let longestJobRun = Elapsed.hours(24 * 366)
    /// Steps of one check list.
    static let checkSteps = 100
    /// Longest stretch that one correction of a person may be about.
    public static let longestCorrection = Elapsed.hours(24)
    /// How far back something odd can be explained.
    public static let longestExplanation = Elapsed.hours(24 * 60)
    /// Entries that are looked at in one go for what they change in closed shifts.
    public static let revisionLook = 1000
    /// Clock steps that enter figures, the oldest first.
    public static let clockSteps = 10_000
    /// Newest journal entries looked through for the demonstrator's last one.
    public static let recentEntries = 50
    /// Minutes between two sealings of old samples.
    public static let sealingMinutes = 60
    /// Minutes between two compactings of sealed months.
    public static let compactingMinutes = 24 * 60
    /// Time between two scrubs of everything stored.
    public static let scrubPause = Elapsed.hours(24 * 7)
    /// Where the end of the last scrub is kept.
    static let scrubMark = "upkeep/scrub"
    /// Months for which measurements are never thinned, however short the room is.
    public static let leastKeptMonths = 3
    /// Rows below which a group stays in the head for now.
    public static let sealedRows = 1800
    /// Session life without use (S-15).
    public static let sessionIdle = Elapsed.minutes(30)
    /// Session life in all (S-15).
    public static let sessionLife = Elapsed.hours(12)
    /// Sign-in tries a minute from all addresses together (S-14).
    public static let signInsPerMinute = 100
    /// How long a pass phrase that was given again is good for (S-17).
    public static let proofLife = Elapsed.minutes(5)
    /// Newest acts looked through for the last proof of a backup.
    public static let actsLookedThrough = 1_000
    /// Newest closings looked through for a whole day to compare.
    public static let closingsLookedThrough = 200
    /// How far the clock may stand before what is stored until the page says so.
    public static let clockBehind = Elapsed.minutes(5)
    /// How long no time server may keep the clock right until the page says so.
    static let unsynchronised = Elapsed.hours(1)
    /// Recovery codes on the sheet (S-02).
    public static let recoveryCodes = 10
    /// Life of an offer to pair a device.
    public static let pairingLife = Elapsed.minutes(10)
    /// Offers to pair that wait at once; the oldest goes.
    public static let pairings = 20
    /// Wrong confirmations that end an offer to pair.
    public static let pairingTries = 5
    /// Wrong codes of a second factor before an hour's wait (S-14).
    static let freeFactorFailures = 5
    /// Addresses from which somebody came in rightly and that no flood from elsewhere shuts out.
    static let knownAddresses = 1_000
    /// Costly derivations at once (S-11).
    static let derivationsAtOnce = 2
    /// Costly derivations that wait; one more is told to come again (S-11).
    static let derivationsWaiting = 20
    /// Digits that a supervisor types at a tablet (S-13).
    static let pinLength = 6...12
    /// How long a tablet stays open for a supervisor after the last tap.
    public static let overrideLife = Elapsed.seconds(60)
    /// Tablets that are open for supervisors at once; then all close.
    static let overrides = 1_000
    /// Pass phrase length in characters (S-10).
    public static let passPhraseLength = 12...128
}

// A made-up machine: its signals, how they show its state, and its habits.

import Plant

/// How the machine's values reach the box.
enum MachineLink: Hashable, Sendable {
    /// A Modbus TCP device behind one gateway.
    case modbus(unit: UInt8)
    /// A program that sends lines over HTTP.
    case lines
}

/// Which signal shows the state.
enum StateReading: Hashable, Sendable {
    /// A level with two boundaries.
    case level(Slug, running: Threshold, idle: Threshold?)
    /// The controller's own word or number.
    case spoken(Slug)
}

/// What a machine makes.
struct Product: Hashable, Sendable {
    let name: String
    /// Planned seconds for one part; 0 for something that is not counted.
    let seconds: Double
}

/// One cause of stops.
struct StopHabit: Hashable, Sendable {
    /// Index into the site's reasons.
    let reason: Int
    /// How often against the other causes.
    let weight: Double
    /// Usual length in seconds.
    let seconds: Double
}

/// A machine that starts and stops by itself all the time.
struct Rhythm: Hashable, Sendable {
    let run: ClosedRange<Double>
    let idle: ClosedRange<Double>
    /// The same while the picture is live.
    let liveRun: ClosedRange<Double>
    let liveIdle: ClosedRange<Double>
}

/// How a machine spends its time.
struct Habits: Hashable, Sendable {
    /// Usual seconds between stops.
    var run = 1500.0
    /// Share of stops that are short.
    var shortShare = 0.55
    var stops: [StopHabit]
    /// Share of long stops that are faults of the machine.
    var faultShare = 0.08
    /// Share of runs that are slow.
    var slowShare = 0.04
    /// Share of parts that are scrap.
    var scrapShare = 0.015
    /// Share of shifts that begin with setting up.
    var setupShare = 0.5
    /// Share of night and weekend shifts in which it is agreed not to run.
    var closedShare = 0.0
    var runsThroughBreaks = false
    var rhythm: Rhythm?
}

/// A made-up machine.
struct MachineModel: Sendable {
    let slug: Slug
    let name: String
    let area: Slug
    let link: MachineLink
    /// Seconds to which its changes of state are aligned.
    let grid: Int64
    let signals: [SignalModel]
    let state: StateReading
    let faultLight: Slug?
    var runningDwell = Elapsed.seconds(5)
    var stoppedDwell = Elapsed.seconds(30)
    let counts: (total: Slug, scrap: Slug?)?
    /// The energy signal and whether it is a meter reading.
    let energy: (signal: Slug, isRegister: Bool)
    let products: [Product]
    let habits: Habits
    let kilowatts: Levels
    /// Seconds in which it warms up.
    let inertia: Double
    /// Counters on the day history begins.
    let partsBefore: Int64
    let scrapBefore: Int64
    let wattHoursBefore: Double
}

extension Int64 {
    /// The last multiple of `grid` at or before this.
    func snapped(to grid: Int64) -> Int64 {
        let rest = self % grid
        return rest < 0 ? self - rest - grid : self - rest
    }
}

// The workload: machines with signals as their devices would send them, from a seed.

import Plant

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number from a bell around 0 with deviation 1, near enough (sum of twelve).
    mutating func bell() -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double(next() >> 11) / 9_007_199_254_740_992 }
    }
}

/// Samples of machines with 20 signals each, once a second with some jitter.
struct Workload {
    /// 2026-11-02T00:00:00Z.
    static let start: Int64 = 1_793_577_600 * 1_000_000_000
    /// Machines.
    static let machines = 20
    /// Signals of a machine: 17 numbers, 2 counters, 1 state.
    static let signals = 20

    private var random: Seeded
    private var state: [Int64] = []
    private var until: [Int] = []
    private var parts: [Int64] = []
    private var energy: [Double] = []
    private var temperatures: [[Double]] = []

    /// A workload from a seed.
    init(seed: UInt64) {
        random = Seeded(seed)
        for _ in 0..<Workload.machines {
            state.append(3)
            until.append(0)
            parts.append(0)
            energy.append(0)
            temperatures.append([22, 21, 23, 24])
        }
    }

    /// Number of a signal of a machine.
    static func signal(_ machine: Int, _ index: Int) -> SignalID {
        SignalID(UInt32(1 + machine * signals + index))
    }

    /// One batch for each machine over the seconds from `first` on.
    mutating func batches(from first: Int, seconds: Int) -> [SampleBatch] {
        (0..<Workload.machines).map { batch($0, from: first, seconds: seconds) }
    }

    private mutating func batch(_ machine: Int, from first: Int, seconds: Int) -> SampleBatch {
        var times: [Int64] = []
        var numbers = [[Double]](repeating: [], count: 17)
        var counts: [[Int64]] = [[], []]
        var states: [Int64] = []
        for second in first..<first + seconds {
            let jitter = Int64((random.bell() * 2.5).rounded())
            times.append(Workload.start + (Int64(second) * 1_000 + jitter) * 1_000_000)
            step(machine, second)
            states.append(state[machine])
            let row = measured(machine, second)
            for (index, value) in row.enumerated() { numbers[index].append(value) }
            if state[machine] == 3, second % 47 == 0 { parts[machine] += 1 }
            counts[0].append(parts[machine])
            counts[1].append(Int64(second))
        }
        var columns = numbers.enumerated().map { index, values in
            SignalColumn(signal: Workload.signal(machine, index), values: .numbers(values))
        }
        for (index, values) in (counts + [states]).enumerated() {
            columns.append(
                SignalColumn(
                    signal: Workload.signal(machine, 17 + index), values: .integers(values)))
        }
        return SampleBatch(times: times, columns: columns)
    }

    private mutating func step(_ machine: Int, _ second: Int) {
        guard second >= until[machine] else { return }
        state[machine] = Int64.random(in: 0...4, using: &random)
        until[machine] = second + Int.random(in: 60...780, using: &random)
    }

    /// Values with the resolution that a device would send.
    private mutating func measured(_ machine: Int, _ second: Int) -> [Double] {
        func rounded(_ value: Double, _ digits: Double) -> Double {
            (value * digits).rounded() / digits
        }
        let isRunning = state[machine] == 3
        let phase = Double(second % (60 + machine * 4)) / 60
        let load = isRunning ? 0.4 + 0.35 * (phase < 0.5 ? 1 : 0.3) + 0.02 * random.bell() : 0
        let current = rounded(max(0, 1.1 + load * 24 + 0.05 * random.bell()), 100)
        energy[machine] += current * 0.4 / 3600
        var row = [
            current, rounded(max(0, load * 100), 10),
            isRunning ? 1_200 + (random.bell() * 2).rounded() : 0, isRunning ? 350 : 0,
            // PLC counts scaled to a physical value: a step of 25/27648.
            rounded(
                (rounded(abs(0.35 + 2.2 * load + 0.05 * random.bell()) * 27_648 / 25, 1)) * 25
                    / 27_648, 1e6),
            rounded(abs(0.3 + 1.7 * load + 0.04 * random.bell()), 1_000),
            rounded(62 + 0.25 * random.bell(), 100), rounded(energy[machine], 100),
        ]
        for index in 0..<4 {
            let target = 22 + Double(index) + load * 20
            temperatures[machine][index] += (target - temperatures[machine][index]) / 900
            row.append(rounded(temperatures[machine][index] + 0.015 * random.bell(), 10))
        }
        row += [
            rounded(400 + random.bell(), 10), rounded(50 + 0.01 * random.bell(), 100),
            isRunning ? 1 : 0, rounded(6 + 0.02 * random.bell(), 100), 100,
        ]
        return row
    }
}

// Which device of a line may be asked when: silent and slow ones give way to the others. No I/O.

import Plant

/// The devices of one line.
///
/// A device that does not answer rests 1 s, then twice as long each time, up to 60 s. Where several
/// devices share a line, a device also rests after an answer for as long as the poll took, so that
/// a slow one never takes more than half of the line.
struct ModbusBus: Sendable {
    private struct Device {
        var failures = 0
        var restsUntil = Elapsed.zero
    }

    private var devices: [UInt8: Device]

    init(devices: Set<UInt8>) {
        self.devices = Dictionary(uniqueKeysWithValues: devices.map { ($0, Device()) })
    }

    /// The end of a device's rest; nil when it may be asked.
    func rest(of device: UInt8, at now: Elapsed) -> Elapsed? {
        guard let end = devices[device]?.restsUntil, end > now else { return nil }
        return end
    }

    /// True when no device has answered its last requests (R-38 counts three).
    var isSilent: Bool {
        devices.values.allSatisfy { $0.failures >= CaptureLimits.failuresUntilLost }
    }

    /// Notes a poll that was answered and took so long.
    mutating func answered(_ device: UInt8, after length: Elapsed, at now: Elapsed) {
        devices[device]?.failures = 0
        let isShared = devices.count > 1
        devices[device]?.restsUntil = isShared ? now + length : now
    }

    /// Notes a poll that was not answered.
    mutating func failed(_ device: UInt8, at now: Elapsed) {
        guard var state = devices[device] else { return }
        let steps = min(state.failures, 10)
        let wait = CaptureLimits.firstBackOff.times(1 << Int64(steps))
        state.failures = min(state.failures + 1, 1_000)
        state.restsUntil = now + min(wait, CaptureLimits.longestBackOff)
        devices[device] = state
    }
}

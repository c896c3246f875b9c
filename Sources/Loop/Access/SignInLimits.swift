// How often somebody may try to come in: slower and slower for one who guesses, never shut for the
// owner (S-14).

import Plant

/// Tries of the last minute, by account and address.
struct SignInLimits: Sendable {
    private var all: [Timestamp] = []
    private var byAddress: [String: [Timestamp]] = [:]
    private var failures: [Account: (count: Int, last: Timestamp)] = [:]
    /// Addresses from which somebody came in rightly since the start.
    private var good: Set<String> = []

    private struct Account: Hashable {
        let name: String
        let address: String
    }

    /// Tries a minute from one address.
    static let perAddress = 10
    /// Failures for one name from one address before waiting begins.
    static let freeFailures = 5
    /// The longest wait, in seconds.
    static let longestWait: Int64 = 60
    /// Names and addresses that are remembered; the oldest are forgotten.
    static let remembered = 10_000

    /// Seconds to wait before this try is heard; nil when it may be heard now.
    ///
    /// Waiting is counted for a name *from one address*: who guesses from elsewhere cannot shut the
    /// owner out. The box's own console and this computer are told apart by their address.
    mutating func wait(name: String, address: String, at now: Timestamp) -> Int? {
        all.removeAll { now - $0 > .minutes(1) }
        byAddress[address]?.removeAll { now - $0 > .minutes(1) }
        let account = Account(name: name.lowercased(), address: address)
        if let known = failures[account], known.count >= SignInLimits.freeFailures {
            let doublings = min(known.count - SignInLimits.freeFailures, 6)
            let wait = min(SignInLimits.longestWait, 1 << Int64(doublings))
            let left = (known.last + .seconds(wait)) - now
            if left > .zero { return Int(left.seconds.rounded(.up)) }
        }
        // A flood from elsewhere shuts out neither this computer nor where people come in from.
        let isKnown = good.contains(address) || address == "127.0.0.1" || address == "::1"
        guard isKnown || all.count < LoopLimits.signInsPerMinute,
            address.isEmpty || (byAddress[address]?.count ?? 0) < SignInLimits.perAddress
        else { return 60 }
        all.append(now)
        if byAddress.count >= SignInLimits.remembered { byAddress.removeAll() }
        byAddress[address, default: []].append(now)
        return nil
    }

    /// Notes how a try ended; a right one forgets the failures before.
    ///
    /// Returns whether a failure is to be written down: the first, and each that doubles them, so
    /// that a flood of guesses does not flood the record.
    mutating func note(name: String, address: String, isRight: Bool, at now: Timestamp) -> Bool {
        let account = Account(name: name.lowercased(), address: address)
        guard !isRight else {
            failures[account] = nil
            if good.count >= LoopLimits.knownAddresses { good.removeAll() }
            if !address.isEmpty { good.insert(address) }
            // Only guesses use up the allowance of an address that a whole shift shares.
            if all.isEmpty == false { all.removeLast() }
            if byAddress[address]?.isEmpty == false { byAddress[address]?.removeLast() }
            return true
        }
        if failures.count >= SignInLimits.remembered { failures.removeAll() }
        let before = failures[account].map { now - $0.last > .hours(24) ? 0 : $0.count } ?? 0
        let count = before + 1
        failures[account] = (count, now)
        return count.nonzeroBitCount == 1
    }
}

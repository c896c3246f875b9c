// Messages that were not sent one by one, counted for one message about them all.

public import Plant

/// What joined a summary: the first message whole, the others as counts.
public struct MessageSummary: Hashable, Sendable {
    /// How many messages of one machine.
    public struct MachineCount: Hashable, Sendable {
        /// The machine's name.
        public let machine: String
        /// Messages about it.
        public fileprivate(set) var count: Int
    }

    /// The earliest message; sent as it is when it stays alone.
    public private(set) var first: OutboundMessage
    /// When the last one was made.
    public private(set) var last: Timestamp
    /// All messages.
    public private(set) var count: Int
    /// Messages by machine, in the order of their coming; further machines are in `count` only.
    public private(set) var machines: [MachineCount]
    /// The most pressing of all.
    public private(set) var urgency: Urgency

    /// A summary of one message.
    init(_ first: OutboundMessage) {
        self.first = first
        last = first.created
        count = 0
        machines = []
        urgency = first.urgency
        add(first)
    }

    /// Counts one more, in any order.
    mutating func add(_ message: OutboundMessage) {
        count += 1
        if message.created < first.created { first = message }
        last = max(last, message.created)
        if message.urgency == .high || urgency == .low { urgency = message.urgency }
        guard let machine = message.machine else { return }
        if let index = machines.firstIndex(where: { $0.machine == machine }) {
            machines[index].count += 1
        } else if machines.count < OutboundLimits.summaryMachines {
            machines.append(MachineCount(machine: machine, count: 1))
        }
    }

    /// The machine with more than half of the messages; nil when there is none.
    public var mostly: String? {
        machines.first { $0.count * 2 > count }?.machine
    }

    /// The message about them all, in English, with a link to the list of messages.
    public func message(link: MessageLink?) -> OutboundMessage {
        guard count > 1 else { return first }
        let minutes = max(0, (last - first.created).minutes.rounded())
        let span =
            minutes <= 60 ? "the last hour" : "the last \(Int((minutes / 60).rounded(.up))) hours"
        var words = mostly.map { "Mostly \($0)." } ?? machineList
        if link != nil { words += (words.isEmpty ? "" : " ") + "See them together." }
        return OutboundMessage(
            id: String("summary-\(first.id)".prefix(OutboundLimits.idCharacters)), created: last,
            subject: "\(count) more messages in \(span)", text: words,
            links: link.map { [$0] } ?? [], machine: mostly, urgency: urgency)
    }

    private var machineList: String {
        let most = machines.sorted { ($1.count, $0.machine) < ($0.count, $1.machine) }.prefix(3)
        return most.isEmpty ? "" : "From " + most.map(\.machine).joined(separator: ", ") + "."
    }
}

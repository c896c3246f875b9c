// The running box as the web room sees it: every call that blocks goes to threads made for it.

import Capture
import Foundation
import Journal
import Loop
import Plant
import Understand
import Web
import Wire

/// The running box behind the web room's doors.
struct RunningBox: BoxDoor {
    let box: Box
    let settings: Settings
    let keeper: CertificateKeeper
    /// What is given to other systems; all doors of the box share it.
    let gifts: Gifts

    init(box: Box, settings: Settings) {
        self.box = box
        self.settings = settings
        keeper = CertificateKeeper(
            settings: settings, site: { box.real.factory.name }, now: SystemClocks.wall,
            note: { reason in try await box.access.noteCertificate(reason: reason) })
        gifts = Gifts(box: box, settings: settings)
    }

    /// Names and addresses that a certificate of this box holds for.
    var names: Set<String> { allowedHosts.filter { $0 != "0.0.0.0" && $0 != "::" } }

    var certificate: ShownCertificate? { keeper.current }

    var shownWorld: any WorldDoor { RunningWorld(box: box, world: box.shown) }

    func world(_ kind: WorldKind) -> (any WorldDoor)? {
        box.world(kind).map { RunningWorld(box: box, world: $0) }
    }

    func facts() async throws -> BoxFacts {
        try await box.read { try box.facts() }
    }

    var isReady: Bool { box.isReady }

    func metrics() async -> [BoxMetric] {
        guard settings.hasMetrics else { return [] }
        return box.figures().map { figure in
            BoxMetric(
                name: figure.name, help: figure.help, kind: figure.isCounter ? .counter : .gauge,
                labels: figure.labels, value: figure.value)
        }
    }

    var isMemoryShort: Bool { box.memory.level > .ample }

    func messages() -> AsyncStream<LiveMessage> { box.messages() }

    var allowedHosts: Set<String> {
        var names: Set<String> = ["localhost", "127.0.0.1", "::1", "millwright.local"]
        names.insert(settings.listen.host.lowercased())
        names.formUnion(settings.hosts.map { $0.lowercased() })
        if !settings.listen.isLoopback {
            names.insert(ProcessInfo.processInfo.hostName.lowercased())
            names.formUnion(OwnAddresses.all)
        }
        return names
    }

    func decide(_ visitor: Visitor, _ action: WebAction) async throws -> Verdict {
        guard let asked = AccessAction(rawValue: action.rawValue) else {
            return .refused(mayHelpToSignIn: false, says: "This is not known here.", remedy: "")
        }
        let request = AccessRequest(
            isLoopback: visitor.isLoopback, bearer: visitor.bearer, session: visitor.session,
            device: visitor.device, machine: visitor.machine.flatMap { Slug($0) },
            override: visitor.override, needsProof: visitor.needsProof)
        switch try await box.access.decide(request, asked) {
        case .allowed(let actor, let world): return .allowed(actor: actor, world: world)
        case .setupFirst: return .setupFirst
        case .proveFirst: return .proveFirst
        case .strengthenFirst: return .strengthenFirst
        case .refused(let mayHelp, let says, let remedy):
            return .refused(mayHelpToSignIn: mayHelp, says: says, remedy: remedy)
        }
    }

    func claim(
        code: String, name: String, passPhrase: String, from origin: AccessOrigin
    ) async throws -> Entrance {
        try await RunningBox.refusing {
            let entrance = try await box.access.claim(
                code: code, name: name, passPhrase: passPhrase, site: box.real.factory.name,
                from: origin)
            // The code is used up, and so is its file.
            _ = try await box.offerSetupCode()
            return Entrance(
                session: entrance.session, name: name, recoveryCodes: entrance.recoveryCodes)
        }
    }

    func signIn(
        name: String, passPhrase: String, code: String, device: String?,
        from origin: AccessOrigin
    ) async throws -> Entrance {
        try await RunningBox.refusing {
            Entrance(
                session: try await box.access.signIn(
                    name: name, passPhrase: passPhrase, code: code, device: device,
                    from: origin),
                name: name)
        }
    }

    private var inbox: Inbox? {
        settings.watchedFolder.isEmpty ? nil : Inbox(settings.watchedFolder)
    }

    func inboxFiles() async -> [Inbox.File]? {
        guard let inbox else { return nil }
        do {
            return try await box.read { inbox.files }
        } catch {
            // The box closes: there is nothing to look at any more.
            return nil
        }
    }

    func inboxBytes(of file: Inbox.File, limit: Int) async throws -> [UInt8] {
        guard let inbox else {
            throw RefusedSaying(field: "file", says: "No folder is watched.", remedy: "")
        }
        do {
            return try await box.read { try inbox.bytes(of: file, limit: limit) }
        } catch {
            throw Refusals.translated(error)
        }
    }

    func settle(_ file: Inbox.File, as number: UInt32?) async -> Bool {
        guard let inbox else { return false }
        do {
            return try await box.read { inbox.settle(file, as: number) }
        } catch {
            return false
        }
    }

    var connecting: (any ConnectDoor)? {
        RunningConnect(box: box, devices: RunningConnect.shelf)
    }

    var mail: (any MailDoor)? { RunningMail(box: box) }

    var giving: (any GivingDoor)? { gifts }

    var people: (any PeopleDoor)? { RunningPeople(box: box) }

    var backups: (any BackupDoor)? { RunningBackups(box: box) }

    func signOut(session: String) async throws { try await box.access.signOut(session) }

    var console: (any ConsoleDoor)? { RunningConsole(box: box) }

    static func refusing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let refusal as AccessRefused {
            throw EntranceRefused(
                field: refusal.field, says: refusal.says, remedy: refusal.remedy,
                retryAfter: refusal.retryAfter)
        }
    }
}

/// One world of the running box.
struct RunningWorld: WorldDoor {
    let box: Box
    let world: World

    var kind: WorldKind { world.kind }
    var time: Timestamp { world.time }
    var recordingTrouble: String? { world.health.recordingProblem }
    var factory: Factory { world.factory }
    var calendar: ShiftCalendar { world.calendar }

    func now() async throws -> NowPicture { try await box.read { try world.nowPicture() } }

    func figureTable(
        range: TimeRange, by splits: [FigureSplit], machine: Slug?
    ) async throws -> FigureTable {
        try await box.read {
            try world.figureTable(range: range, by: splits, machine: machine)
        }
    }

    func cycles(
        of machine: Slug, signal: Slug?, range: TimeRange
    ) async throws -> CyclePicture {
        try await box.read {
            try world.cyclePicture(of: machine, signal: signal, range: range)
        }
    }

    func odd(_ machine: Slug, range: TimeRange) async throws -> OddPicture {
        try await box.read { try world.oddPicture(of: machine, range: range) }
    }

    func energy(range: TimeRange) async throws -> EnergyPicture {
        try await box.read { try world.energyPicture(range: range) }
    }

    func lines(range: TimeRange) async throws -> [LinePicture] {
        try await box.read { try world.linePictures(range: range) }
    }

    func machineNow(_ id: Slug) async throws -> MachineNow? {
        try await box.read { try world.machinePicture(id) }
    }

    func machineSentence(_ id: Slug) async throws -> String {
        try await box.read { try world.machineSentence(id) }
    }

    func time(range: TimeRange, machine: Slug?) async throws -> TimePicture {
        try await box.read { try world.timePicture(range: range, machine: machine) }
    }

    func machines() async throws -> MachinesPicture {
        try await box.read { try world.machinesPicture() }
    }

    func strip(_ machine: Slug, range: TimeRange) async throws -> [StateEpisode] {
        try await box.read { try world.episodes(machine, range: range) }
    }

    func chart(_ signal: SignalID, range: TimeRange, points: Int) async throws -> SignalChart {
        try await box.read { try world.chartPicture(signal, range: range, points: points) }
    }

    func series(_ signal: SignalID, range: TimeRange) async throws -> SampleSeries {
        try await box.read { try world.storedSeries(signal, range: range) }
    }

    func figures(
        _ signals: [SignalID], over cells: TimeCells, hold: Hold?
    ) async throws -> [[CellFigures]] {
        // One signal is divided in time instead, so that both cores have half of it.
        if signals.count == 1, let (first, second) = cells.halves() {
            async let early = box.read { try world.figures(signals, over: first, hold: hold) }
            async let late = box.read { try world.figures(signals, over: second, hold: hold) }
            return try await zip(early, late).map { $0 + $1 }
        }
        return try await halves(signals) { try world.figures($0, over: cells, hold: hold) }
    }

    func quality(
        _ signal: SignalID, range: TimeRange, limits: DrawingLimits?, kind: ChartKind?,
        subgroup: Int?
    ) async throws -> QualityPicture? {
        try await box.read {
            try world.qualityPicture(
                of: signal, range: range, limits: limits, kind: kind, subgroup: subgroup)
        }
    }

    func qualityOverview(range: TimeRange, chart: ChartKind) async throws -> QualityOverview {
        try await box.read { try world.qualityOverview(range: range, chart: chart) }
    }

    func measure(_ signal: SignalID, value: Double, at time: Timestamp) async throws {
        do {
            try await world.enter(signal, value: value, at: time)
        } catch {
            throw Refusals.translated(error)
        }
    }

    func learning(
        of machine: Slug, signal: Slug?, range: TimeRange?
    ) async throws -> LearningPicture {
        try await box.read { try world.learning(of: machine, signal: signal, range: range) }
    }

    func thinned(_ signal: SignalID, range: TimeRange) async throws -> TimeRange? {
        try await box.read { try world.thinned(signal, range) }
    }

    func stateTime(
        _ signals: [SignalID], over cells: TimeCells, hold: Hold
    ) async throws -> [StateTime] {
        try await halves(signals) { try world.stateTime($0, over: cells, hold: hold) }
    }

    /// Two halves of several signals side by side.
    private func halves<Row: Sendable>(
        _ signals: [SignalID], _ read: @escaping @Sendable ([SignalID]) throws -> [Row]
    ) async throws -> [Row] {
        guard signals.count > 1 else { return try await box.read { try read(signals) } }
        let middle = signals.count / 2
        async let first = box.read { try read(Array(signals[..<middle])) }
        async let second = box.read { try read(Array(signals[middle...])) }
        return try await first + second
    }

    func indicator(_ key: FigureKey) async throws -> KeyedIndicator {
        try await box.read { try world.figure(key) }
    }

    func pieces(of signals: [SignalID], range: TimeRange) async throws -> [SourcePiece] {
        try await box.read { try world.pieces(of: signals, range: range) }
    }

    func lastValues() -> [SignalID: LastValue] { world.newestValues() }

    func chain(
        after sequence: Int64, limit: Int
    ) async throws -> [ChainLine] {
        try await box.read { try world.chain(after: sequence, limit: limit) }
    }

    func events(
        after sequence: Int64, limit: Int, kinds: Set<String>?, newestFirst: Bool
    ) async throws -> [StoredEvent] {
        try await box.read {
            try world.entries(
                after: sequence, limit: limit, kinds: kinds, newestFirst: newestFirst)
        }
    }

    func say(_ event: FactoryEvent, id: EventID?, actor: String) async throws -> StoredEvent {
        do {
            let stored = try await world.say(event, id: id, actor: actor)
            // What a person corrected teaches: the limits are learnt anew from now on.
            if case .stateCorrected(let machine, let range, _) = event,
                let rule = try await box.read({
                    try world.relearningEvent(machine, around: range)
                })
            {
                try await world.say(rule, actor: "box")
            }
            return stored
        } catch {
            throw Refusals.translated(error)
        }
    }

    func document(of event: FactoryEvent) -> (kind: String, facts: Fact) {
        (event.kind, event.facts)
    }

    func event(kind: String, facts: Fact) -> FactoryEvent? {
        do {
            return try FactoryEvent(kind: kind, facts: facts)
        } catch {
            return nil  // The caller says which names are needed.
        }
    }

    func ingest(lines: [UInt8], unit: WriteUnit, actor: String) async throws -> WriteOutcome {
        let precision: LinePrecision =
            switch unit {
            case .nanoseconds: .nanoseconds
            case .microseconds: .microseconds
            case .milliseconds: .milliseconds
            case .seconds: .seconds
            }
        do {
            let outcome = try await world.take(lines: lines, precision: precision)
            return WriteOutcome(
                stored: outcome.samples, refusedCount: outcome.refusedCount,
                refused: outcome.refused.map {
                    Web.RefusedLine(line: $0.line, column: $0.column, says: $0.reason)
                })
        } catch {
            throw Refusals.translated(error)
        }
    }

    func operatorPicture(_ id: Slug) async throws -> OperatorPicture? {
        try await box.read { try world.operatorPicture(id) }
    }

    func jobs() async throws -> JobsPicture { try await box.read { try world.jobsPicture() } }

    func job(_ job: String) async throws -> JobPicture? {
        try await box.read { try world.jobPicture(job) }
    }

    func attach(
        _ bytes: [UInt8], name: String, type: String, note: String, to job: String, actor: String
    ) async throws {
        do {
            _ = try await world.attach(
                bytes, name: name, type: type, note: note, to: job, actor: actor)
        } catch {
            throw Refusals.translated(error)
        }
    }

    func document(
        _ sha256: String, of job: String
    ) async throws -> (document: JobDocument, bytes: [UInt8]?)? {
        try await box.read { try world.document(sha256, of: job) }
    }

    func importFile(
        _ file: [UInt8], name: String, mapping: String, isDryRun: Bool, actor: String
    ) async throws -> ImportOutcome {
        do {
            let report = try await world.bringIn(
                file, name: name, mapping: mapping, isDryRun: isDryRun, actor: actor)
            return ImportOutcome(
                number: report.number, taken: Int(report.taken),
                refusedCount: Int(report.refused),
                refused: report.refusedRows.map {
                    Web.RefusedLine(line: $0.row, column: nil, says: $0.says)
                }, samples: Int(report.samples), notes: report.notes,
                refusedCSV: report.refusedCSV)
        } catch {
            throw Refusals.translated(error)
        }
    }
}

/// Errors of the rooms below, as the web room tells them.
enum Refusals {
    static func translated(_ error: any Error) -> any Error {
        switch error {
        case let refusal as RefusedEvent:
            return RefusedSaying(
                field: refusal.field, says: refusal.says, remedy: refusal.remedy)
        case let flaw as FileFlaw:
            return RefusedSaying(field: flaw.place, says: flaw.says, remedy: flaw.remedy)
        case let missing as UnknownThing:
            return RefusedSaying(field: "id", says: missing.words, remedy: "See the lists.")
        default:
            if let conflict = StoreTrouble.conflict(error) {
                return RefusedSaying(
                    field: "id", says: conflict + ".", remedy: "Send it under a new id.",
                    isConflict: true)
            }
            guard let words = StoreTrouble.words(error) else { return error }
            if words.isFull { return WriteTrouble.diskFull }
            if words.isBusy { return WriteTrouble.busy }
            return error
        }
    }
}

/// Addresses of this computer's network interfaces.
enum OwnAddresses {
    /// IPv4 and IPv6 addresses as text, without zones.
    static var all: Set<String> {
        var addresses: Set<String> = []
        var first: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&first) == 0 else { return [] }
        defer { unsafe freeifaddrs(first) }
        var next = unsafe first
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard let address = unsafe entry.pointee.ifa_addr else { continue }
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length =
                unsafe address.pointee.sa_family == UInt16(AF_INET6)
                ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
            guard
                unsafe getnameinfo(
                    address, socklen_t(length), &text, socklen_t(text.count), nil, 0,
                    NI_NUMERICHOST) == 0
            else { continue }
            let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let name = String(decoding: bytes, as: UTF8.self)
            addresses.insert(String(name.split(separator: "%").first ?? ""))
        }
        return addresses
    }
}

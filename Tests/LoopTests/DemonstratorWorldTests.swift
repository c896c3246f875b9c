// Six weeks of the made-up factory, recomputed from its raw samples, against its known truth.

import Demonstrator
import Foundation
import Historian
import Logging
import NIOPosix
import Plant
import Testing
import Understand

@testable import Loop

/// One made-up world for all tests of this file; making it takes some seconds.
enum MadeUp {
    /// A box and the script that its made-up factory follows.
    struct Stage: Sendable {
        let folder: TestFolder
        let box: Box
        let world: World
        let script: FactoryScript
        let lines: [String]
    }

    static let now = friday(11, 25, 8)

    /// An environment without a real clock.
    static func environment(_ clock: TurnedClock, seed: UInt64 = 1) -> BoxEnvironment {
        let numbers = SharedNumbers(seed: seed)
        var logger = Logger(label: "loop-tests")
        logger.logLevel = .critical
        return BoxEnvironment(
            wall: { clock.now }, monotonic: { clock.now - MadeUp.now },
            sleep: { _ in throw CancellationError() }, random: { numbers.next() },
            zoneRules: zoneNamed, threads: MultiThreadedEventLoopGroup.singleton, logger: logger,
            scryptCost: .test, version: "0.1.0-test", synchronisation: { .free })
    }

    static func settings(_ folder: TestFolder, _ choice: DemonstratorChoice) -> Settings {
        var settings = Settings()
        settings.data = folder.path + "/data"
        settings.demonstrator = choice
        settings.isNetworkFileSystemAllowed = true
        return settings
    }

    private static let making = Task {
        let folder = try TestFolder()
        let lines = Heard()
        let box = try await Box.open(
            settings(folder, .on), environment: environment(TurnedClock(now))
        ) { lines.add($0) }
        guard let world = box.world(.demonstrator) else { throw UnknownThing.machine(Slug("none")) }
        return Stage(
            folder: folder, box: box, world: world,
            script: FactoryScript(seed: 42, now: now, zone: london), lines: lines.all)
    }

    static func stage() async throws -> Stage { try await making.value }
}

struct DemonstratorWorldTests {
    @Test func `two problems are open at the start, and they stand first`() async throws {
        let stage = try await MadeUp.stage()
        let now = try stage.world.nowPicture()
        #expect(now.site == "Hollins Valves")
        #expect(now.machines.count == 8)
        let open = now.machines.filter(\.needsPerson)
        #expect(open.map(\.machine.id.text).sorted() == ["moulder-3", "press-brake"])
        #expect(now.machines.prefix(2).allSatisfy { $0.needsPerson })
        #expect(now.sentence.contains("4 of 8") || now.sentence.contains("of 8"))
        let states = Dictionary(
            uniqueKeysWithValues: now.machines.map { ($0.machine.id.text, $0.state) })
        #expect(states["press-brake"] == .stopped)
        #expect(states["moulder-3"] == .fault)
        #expect(states["mill-1"]?.isProducing == true)
        #expect(states["mill-2"] == .setup)
        #expect(now.figures.count == 5)
        for figure in now.figures { #expect(figure.indicator.value.amount != nil) }
    }

    @Test func `running time of six weeks is the truth within the sampling`() async throws {
        let stage = try await MadeUp.stage()
        // To a whole ten seconds, so that both have the same end.
        let asked = TimeRange(
            start: stage.script.historyStart, end: instant("2026-11-13T10:00:00Z"))
        let truth = stage.script.truth(in: asked)
        for machine in truth.machines {
            let seen = try stage.world.episodes(machine.machine, range: asked)
            func sum(_ isWanted: (MachineState) -> Bool) -> Double {
                seen.filter { isWanted($0.state) }.reduce(0) { $0 + $1.range.elapsed.seconds }
            }
            let running = sum(\.isProducing)
            let real = machine.observed.filter { $0.state == .running }
                .reduce(0) { $0 + $1.range.elapsed.seconds }
            let changes = Double(machine.observed.count)
            // Each change is seen up to ten seconds late, starts and ends alike; a pause shorter
            // than the dwell counts as running.
            let tolerance = max(0.005 * real, changes * 1.5)
            #expect(
                abs(running - real) <= tolerance,
                "\(machine.machine): \(running) s, really \(real) s, \(changes) changes")
            let unseen = machine.unseen.reduce(0) { $0 + $1.elapsed.seconds }
            #expect(abs(sum { $0 == .unknown } - unseen) <= 60, "\(machine.machine) unseen")
        }
    }

    @Test func `parts of six weeks are exactly those that were made`() async throws {
        let stage = try await MadeUp.stage()
        // A part belongs to the second of the sample that shows it: to the last row before the end.
        let last = instant("2026-11-13T10:00:00Z")
        let asked = TimeRange(start: stage.script.historyStart, end: last)
        let truth = stage.script.truth(
            in: TimeRange(start: asked.start, end: last - .seconds(1)))
        for machine in truth.machines
        where stage.world.factory.machines[machine.machine]?.counts != nil {
            let reading = try stage.world.readings(machine.machine, asked)
            let ledger = try #require(reading.first?.parts)
            let counted = ledger.counted.total(in: asked) + ledger.counted.unallocated(in: asked)
            #expect(counted == machine.parts, "\(machine.machine)")
            let figure = try stage.world.figure(
                FigureKey(figure: .parts, machine: machine.machine, range: asked)
            ).indicator
            let unallocated = ledger.counted.unallocated(in: asked)
            #expect(figure.value.amount == Double(machine.parts - unallocated))
            #expect(figure.working.gaps.isEmpty == (unallocated == 0))
            if machine.unseen.isEmpty { #expect(unallocated == 0, "\(machine.machine)") }
        }
    }

    @Test func `energy of six weeks is the truth within the sampling where it was seen`()
        async throws
    {
        let stage = try await MadeUp.stage()
        let asked = TimeRange(
            start: stage.script.historyStart, end: instant("2026-11-13T10:00:00Z"))
        let truth = stage.script.truth(in: asked)
        for machine in truth.machines where machine.unseen.isEmpty {
            let figure = try stage.world.figure(
                FigureKey(figure: .energy, machine: machine.machine, range: asked)
            ).indicator
            let amount = try #require(figure.value.amount)
            let real = Double(machine.wattHours) / 1000
            // Power that swings within seconds is met at some of its phases more often.
            #expect(
                abs(amount - real) <= 0.02 * real, "\(machine.machine): \(amount), really \(real)")
        }
    }

    @Test func `the day of the dead sensor is unseen, and its share is withheld`() async throws {
        let stage = try await MadeUp.stage()
        let truth = stage.script.truth(in: stage.script.historyRange)
        let lathe: Slug = Slug("lathe-2")
        let dead = try #require(truth.machine(lathe)?.unseen.first)
        let inside = TimeRange(start: dead.start + .hours(1), end: dead.end - .hours(1))
        let states = try stage.world.episodes(lathe, range: inside)
        #expect(Set(states.map(\.state)) == [.unknown])
        let share = try stage.world.figure(
            FigureKey(figure: .runningShare, machine: lathe, range: dead)
        ).indicator
        #expect(share.value.amount == nil)
        #expect(share.coverage < 0.9)
    }

    @Test func `every figure of Now and of six weeks opens into its parts (ux D6)`() async throws {
        let stage = try await MadeUp.stage()
        let now = try stage.world.nowPicture()
        let week = TimeRange(start: MadeUp.now - .hours(168), end: MadeUp.now)
        let time = try stage.world.timePicture(range: week, machine: nil)
        var shown = now.figures + time.losses.map(\.time) + [time.total, time.money] + time.oee
        shown += time.strips.map(\.runningShare)
        for figure in shown {
            guard let amount = figure.indicator.value.amount,
                let again = recomputed(figure.indicator.working)
            else { continue }
            #expect(isNear(again, amount), "\(figure.key.figure)")
        }
        let sum = time.losses.reduce(0) { $0 + ($1.time.indicator.value.amount ?? 0) }
        #expect(isNear(sum, try #require(time.total.indicator.value.amount)))
        #expect(time.losses.contains { $0.isUnexplained })
    }

    @Test func `the made-up factory never touches the firm's own world`() async throws {
        let stage = try await MadeUp.stage()
        #expect(stage.box.real.factory.machines.isEmpty)
        #expect(try stage.box.real.samples.usage().samples == 0)
        #expect(stage.box.shown.kind == .demonstrator)
        #expect(stage.lines == ["Making six weeks of history. About 10 seconds, once."])
        let usage = try stage.world.samples.usage()
        #expect(usage.samples > 10_000_000)
    }

    @Test func `the states that are kept are the states that the samples say`() async throws {
        let stage = try await MadeUp.stage()
        for machine in stage.world.factory.activeMachines {
            let wide = TimeRange(start: MadeUp.now - .hours(24 * 43), end: MadeUp.now)
            let read = try stage.world.stateSeries(machine.stateRules, wide)
            let again = ObservedReading.episodes(machine, read.series, read.before, wide)
            #expect(stage.world.ledger.episodes(machine.id, wide) == again, "\(machine.name)")
        }
    }
}

// The tablet's picture in the language of the tablet.

import Hummingbird
import Loop
import Messages
import Plant
import Understand

/// Turns what is known of a machine into what the tablet shows.
struct OperatorView {
    private let picture: OperatorPicture
    private let ask: Ask
    private let language: MessageLanguage
    private let durations: DurationWords

    init(_ picture: OperatorPicture, _ ask: Ask) {
        self.picture = picture
        self.ask = ask
        language = ask.language
        durations = DurationWords(ask.site.messages, ask.language)
    }

    private func say(_ key: String, _ slots: MessageSlots = [:]) -> String {
        ask.site.messages.text(key, in: language, slots)
    }

    private func duration(_ length: Elapsed) -> String {
        durations.duration(seconds: length.nanoseconds / 1_000_000_000)
    }

    /// Short words of the template by the last part of their key.
    private static let plain = [
        "operator.head.skip", "operator.tile.seen", "operator.tile.goodParts",
        "operator.tile.scrap", "operator.tile.scanJob", "operator.tile.help",
        "operator.tile.lookCloser", "operator.tile.running", "operator.tile.stopped",
        "operator.tile.startJob", "operator.tile.pauseJob", "operator.tile.finishJob",
        "operator.tile.teamLeader", "operator.tile.maintenance", "operator.tile.save",
        "operator.tile.leave", "operator.tile.splitHere", "operator.tile.language",
        "operator.tile.stops", "operator.tile.back", "operator.tile.noCause",
        "operator.tile.sayWhy", "operator.why.noReasons", "operator.why.whenStands",
        "operator.why.whatExactly", "operator.why.tapHint", "operator.job.label",
        "operator.job.none", "operator.job.next", "operator.job.noNext", "operator.scan.how",
        "operator.scan.number", "operator.entry.title", "operator.help.question",
        "operator.pad.howMany", "operator.pad.takeDigit", "operator.byHand.ask",
        "operator.edit.noStops", "operator.tile.joinBefore", "operator.tile.writeNote",
        "operator.note.field", "operator.tile.yes", "operator.tile.change",
    ]

    private var words: [String: String] {
        var words: [String: String] = [:]
        for key in OperatorView.plain {
            words[String(key.split(separator: ".").last ?? "")] = say(key)
        }
        words["notStanding"] = say("operator.why.notStanding", ["machine": .text(name)])
        words["byHandQuestion"] = say("operator.byHand.question", ["machine": .text(name)])
        words["cause"] = say("operator.pad.cause", ["count": .whole(2)])
        return words
    }

    private var now: MachineNow { picture.now }
    private var name: String { now.machine.name }

    var model: OperatorModel {
        let machine = now.machine
        let time = ask.world.time
        let last = now.strip.last
        let stop = last.flatMap { $0.isStop ? $0 : nil }
        let drawing = StateMark.mark(now.state, needsPerson: now.needsPerson)
        let reasons = ask.world.factory.offeredReasons
        let open = picture.stops.first(where: \.isOpen)
        let earlier = picture.stops.filter { !$0.isOpen && $0.reason == nil }
        return OperatorModel(
            frame: ask.frame(
                title: name, ask: "What is happening here?", sentence: name, cells: []),
            language: language.tag, words: words,
            table: ask.site.messages.table(
                for: language, keysUnder: "operator.", "duration.", "state."),
            script: ask.site.assets.address("operator.js"), machineID: machine.id.text,
            machine: name, address: "/o/" + machine.id.text, stateClass: drawing.className,
            state: say("state." + now.state.code), code: now.state.code, mark: drawing.drawing,
            howLong: now.since.map {
                say("operator.head.howLong", ["duration": .text(duration(time - $0))])
            },
            lastHeard: now.lastSample.map {
                say("operator.head.lastHeard", ["time": .text(ask.clock.minute($0))])
            },
            job: now.job.map(jobWords), jobName: now.job?.job ?? "",
            firstOff: now.job.flatMap { firstOffWrong($0.job) }, parts: parts, ofParts: ofParts,
            stop: stop.map { String($0.range.start.millisecondsSince1970) },
            tiles: reasons.prefix(OperatorPage.tiles).map(tile), hasTiles: !reasons.isEmpty,
            asks: stop != nil, said: now.reason.map { said($0, now.detail) },
            also: (open?.alsoSaid ?? []).map {
                say("operator.conflict.alsoSaid", ["reason": .text(name($0))])
            },
            earlier: earlier.first.map {
                say(
                    "operator.why.earlier",
                    [
                        "count": .whole(Int64(earlier.count)),
                        "time": .text(ask.clock.minute($0.range.start)),
                        "duration": .text(duration($0.range.elapsed)),
                    ])
            }, earlierStart: earlier.first.map { start($0.range) } ?? "",
            ended: ended, stops: picture.stops.map(stopLine), hasStops: !picture.stops.isEmpty,
            causes: picture.causes, jobs: picture.jobs.map(job),
            hasJobs: !picture.jobs.isEmpty, call: callWords,
            countsByHand: machine.counts == nil, isToldByHand: picture.isToldByHand,
            told: toldWords,
            languages: MessageLanguage.written.map {
                .init(tag: $0.tag, name: $0.ownName, isHere: $0 == language)
            }, now: String(time.millisecondsSince1970))
    }

    /// Parts of the job while one is on, else those of the shift.
    private var parts: String? {
        guard now.job == nil else { return picture.jobGood.map { language.number($0) } }
        return now.parts?.value.amount.map { language.number(Int64($0.rounded())) }
    }

    private var ofParts: String {
        if let job = now.job {
            return job.plannedParts.map { say("operator.job.ofJob", ["planned": .whole($0)]) }
                ?? say("operator.job.inJob")
        }
        return now.plannedParts.map { say("operator.head.ofParts", ["planned": .whole($0)]) }
            ?? say("operator.head.partsWord", ["made": .whole(2)])
    }

    private func firstOffWrong(_ job: String) -> String? {
        picture.firstOffWrong[job].map { at in
            let time = ask.clock.moment(at, today: ask.world.time)
            return say("operator.job.firstWrong", ["time": .text(time)])
        }
    }

    private func start(_ range: TimeRange) -> String {
        String(range.start.millisecondsSince1970)
    }

    private func said(_ reason: StopReason, _ detail: String) -> String {
        say("operator.why.said", ["reason": .text(words(reason, detail))])
    }

    private func words(_ reason: StopReason, _ detail: String) -> String {
        detail.isEmpty
            ? name(reason)
            : say(
                "operator.why.reasonDetail",
                ["reason": .text(name(reason)), "detail": .text(detail)])
    }

    private func name(_ reason: StopReason) -> String { reason.name(in: language.tag) }

    /// The cause is often known only when the stop is over (ux 6).
    private var ended: OperatorModel.Ended? {
        guard let stop = picture.stops.first, !stop.isOpen,
            ask.world.time - stop.range.end <= OperatorPage.asksAfter
        else { return nil }
        let question =
            stop.reason.map { say("operator.after.wasIt", ["reason": .text(name($0))]) }
            ?? say(
                "operator.after.whyStood",
                [
                    "from": .text(ask.clock.minute(stop.range.start)),
                    "to": .text(ask.clock.minute(stop.range.end)),
                ])
        return .init(
            start: start(stop.range), question: question, line: stopLine(stop).line,
            confirmed: stop.reason.map {
                say("operator.after.confirmed", ["reason": .text(name($0))])
            })
    }

    private func jobWords(_ job: JobRun) -> String {
        job.product.isEmpty
            ? job.job
            : say(
                "operator.job.withProduct",
                ["job": .text(job.job), "product": .text(job.product)])
    }

    private func tile(_ reason: StopReason) -> OperatorModel.Tile {
        let spent = now.strip.filter { $0.isStop && $0.reason == reason.id }
            .reduce(Elapsed.zero) { $0 + $1.range.elapsed }
        return .init(
            id: reason.id.text, name: name(reason),
            today: spent >= .minutes(1)
                ? say("operator.why.today", ["duration": .text(duration(spent))]) : "",
            isChosen: now.reason?.id == reason.id, details: Array(reason.details.prefix(6)),
            plain: say("operator.why.just", ["reason": .text(name(reason))]))
    }

    private func stopLine(_ stop: ShiftStop) -> OperatorModel.Stop {
        let words =
            stop.reason.map { self.words($0, stop.detail) } ?? say("operator.edit.noReason")
        return .init(
            start: start(stop.range), end: String(stop.range.end.millisecondsSince1970),
            reason: stop.reason?.id.text ?? "",
            line: say(
                "operator.edit.stop",
                [
                    "from": .text(ask.clock.minute(stop.range.start)),
                    "to": .text(ask.clock.minute(stop.range.end)),
                    "duration": .text(duration(stop.range.elapsed)), "reason": .text(words),
                ]),
            also: stop.alsoSaid.map {
                say("operator.conflict.alsoSaid", ["reason": .text(name($0))])
            }, notes: stop.notes, joint: stop.joins.map { joint($0, stop) })
    }

    private func joint(_ between: TimeRange, _ stop: ShiftStop) -> OperatorModel.Joint {
        let before = picture.stops.last { $0.range.end == between.start }
        return .init(
            from: between.start.rfc3339, to: between.end.rfc3339,
            question: say(
                "operator.split.joinQuestion", ["duration": .text(duration(between.elapsed))]),
            done: say(
                "operator.split.joined",
                [
                    "from": .text(
                        ask.clock.minute(before?.range.start ?? between.start)),
                    "to": .text(ask.clock.minute(stop.range.end)),
                ]))
    }

    private func job(_ job: PlannedJob) -> OperatorModel.Job {
        let event = JobPage.started(
            job.job, now.machine.id, ask.world.time, ask.world.factory)
        let words = [
            job.product.isEmpty
                ? job.job
                : say(
                    "operator.job.withProduct",
                    ["job": .text(job.job), "product": .text(job.product)]),
            job.quantity.map { say("operator.job.planned", ["planned": .whole($0)]) },
            firstOffWrong(job.job),
        ].compactMap(\.self)
        return .init(
            name: job.job, line: words.joined(separator: " · "),
            facts: String(decoding: event.facts.canonicalBytes, as: UTF8.self))
    }

    private var callWords: String? {
        guard let call = now.call else { return nil }
        let at = ask.clock.minute(call.at)
        return now.isHelpComing
            ? say(
                "operator.help.answered",
                ["answer": .text("other"), "time": .text(at), "person": .text("")])
            : say("operator.help.asked", ["time": .text(at)])
    }

    private var toldWords: String? {
        guard picture.isToldByHand, let told = picture.told else { return nil }
        let at: MessageSlots = ["time": .text(ask.clock.minute(told.at))]
        return told.state == .running
            ? say("operator.byHand.saidRunning", at) : say("operator.byHand.saidStopped", at)
    }
}

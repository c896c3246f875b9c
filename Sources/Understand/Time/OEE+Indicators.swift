// The figures as indicators: each with its formula in words, its parts, and what is missing.
public import Plant

extension TimeFigure {
    /// What it is called on pages, in plain words.
    public var plainName: String {
        switch self {
        case .availability: "Running share of planned time"
        case .effectiveness: "Speed while running"
        case .quality: "Good share of what was made"
        case .oee: "Planned time that made good parts at full speed"
        case .nee: "The same, with setting up not counted as lost"
        case .teep: "All time that made good parts at full speed"
        case .utilisationEfficiency: "Running share of time in use"
        case .allocationEfficiency: "Share of planned time in use"
        case .setupRatio: "Setting-up share of working time"
        case .technicalEfficiency: "Running share without setting up and waiting"
        case .scrapRatio: "Scrap share"
        case .reworkRatio: "Share to be worked on again"
        case .allocationRatio: "Time in use in job time"
        case .productionProcessRatio: "Running time in job time"
        }
    }

    /// The term of the standard, for the place behind "more".
    public var term: String {
        switch self {
        case .availability: "Availability"
        case .effectiveness: "Effectiveness (performance)"
        case .quality: "Quality ratio, time-weighted"
        case .oee: "OEE"
        case .nee: "NEE"
        case .teep: "TEEP"
        case .utilisationEfficiency: "Utilisation efficiency"
        case .allocationEfficiency: "Allocation efficiency"
        case .setupRatio: "Setup ratio"
        case .technicalEfficiency: "Technical efficiency"
        case .scrapRatio: "Scrap ratio"
        case .reworkRatio: "Rework ratio"
        case .allocationRatio: "Allocation ratio"
        case .productionProcessRatio: "Production process ratio"
        }
    }
}

extension OEE {
    /// A figure with coverage, doubt and working.
    public func indicator(_ figure: TimeFigure) -> Indicator {
        if hasUncounted, figure.needsParts {
            if let counted { return counted.indicator(figure).with(gap: uncountedWords) }
            if figure == .availability { return wholly.indicator(figure) }
        }
        let value: IndicatorValue
        if figure.isCombined, time.plannedBusy > .zero,
            time.coverage < UnderstandLimits.leastCoverage
        {
            value = .withheld(Sentences.notEnoughSeen(coverage: time.coverage))
        } else if figure.isCombined, time.indicative > .zero {
            value = .withheld(Sentences.indicative)
        } else if let reason = undefinedReason(figure) {
            value = .undefined(reason)
        } else if let ratio = ratio(figure) {
            value = .amount(ratio)
        } else {
            value = .undefined("not known")
        }
        return Indicator(
            name: figure.plainName, value: value, unit: .ratio, coverage: time.coverage,
            certainty: certainty(figure), definition: figure.definition, working: working(figure))
    }

    /// Parts an hour of job time (throughput rate, PQ / AOET).
    public var throughput: Indicator {
        Indicator(
            name: "Parts an hour of job time",
            value: partsPerHour.map { .amount($0) } ?? .undefined("no job was on it"), unit: .parts,
            coverage: time.coverage, definition: "iso22400.throughput-rate/1",
            working: Working(
                formula: "All parts made, divided by the hours in which a job was on the machine",
                rule: .ratio,
                parts: [
                    WorkingPart(name: "Parts made", value: Double(parts.made), unit: .parts),
                    WorkingPart(
                        name: "Hours of job time", value: time.orderTime.hours, unit: .count),
                ], signals: signals, entries: production.entries, gaps: gaps))
    }

    /// What a sum says of machines that do not count.
    private var uncountedWords: String {
        "Machines that do not count their parts are left out:"
            + " \(Plain.duration(uncounted.plannedBusy)) of planned time."
    }

    /// What is missing or doubtful about these figures, as sentences.
    public var gaps: [String] {
        var gaps: [String] = []
        if hasUncounted, counted != nil { gaps.append(uncountedWords) }
        if isPlannedByJobs {
            gaps.append("No shifts are set: planned time is the time with a job on the machine.")
        }
        if time.unknown > .zero {
            gaps.append(
                "\(Plain.duration(time.unknown)) of planned time was not seen."
                    + " Figures leave this out.")
        }
        for product in production.estimated {
            gaps.append(
                "The time per part of \(product.isEmpty ? "this job" : product) is"
                    + " estimated.")
        }
        if let missing = missingIdeal {
            gaps.append(Plain.capitalised(missing) + ". Enter it with the job.")
        }
        return gaps + findings.map(\.sentence)
    }

    private func certainty(_ figure: TimeFigure) -> Certainty {
        guard time.plannedBusy > .zero, time.unknown > .zero || time.doubtful > .zero else {
            return .exact
        }
        switch figure {
        case .oee:
            // Good parts do not depend on how states are told apart.
            guard time.unknown > .zero, let interval else { return .exact }
            return .range(
                interval.allLost, interval.allRunning,
                "if the time that was not seen was all lost or all running")
        case .availability:
            let planned = time.plannedBusy.seconds
            let least = max(.zero, time.productionTime - time.doubtful)
            let most = min(
                time.plannedBusy, time.productionTime + time.unknown + time.doubtful)
            return .range(
                least.seconds / planned, most.seconds / planned,
                time.doubtWords("all lost or all running"))
        default: return .exact
        }
    }

    private func working(_ figure: TimeFigure) -> Working {
        let (formula, rule, parts) = recipe(figure)
        return Working(
            formula: formula, rule: rule, parts: parts, signals: signals,
            entries: production.entries, gaps: gaps)
    }

    private func recipe(_ figure: TimeFigure) -> (String, WorkingRule, [WorkingPart]) {
        switch figure {
        case .availability:
            ("Running time divided by seen planned time", .ratio, [running, seenPlanned])
        case .effectiveness:
            (
                "Time that all parts take at their ideal speed, divided by running time", .ratio,
                [idealMade, running]
            )
        case .quality:
            (
                "Ideal time of good parts divided by ideal time of all parts", .ratio,
                [idealGood, idealMade]
            )
        case .oee:
            (
                "Ideal time of good parts divided by seen planned time; the same as running share"
                    + " × speed × good share", .ratio, [idealGood, seenPlanned]
            )
        case .nee:
            (
                "Share of planned time in setting up and running × speed × good share", .product,
                [
                    ratioPart(
                        "Setting up and running share of seen planned time",
                        time.processing, time.seenPlannedBusy),
                    ratioPart("Speed while running", production.idealTimeMade, time.productionTime),
                    ratioPart(
                        "Good share", production.idealTimeGood, production.idealTimeMade),
                ]
            )
        case .teep:
            (
                "Share of planned time that made good parts at full speed × planned share of all"
                    + " time", .product,
                [
                    ratioPart(
                        "Planned time that made good parts at full speed",
                        production.idealTimeGood, time.seenPlannedBusy),
                    ratioPart("Planned share of all time", time.plannedBusy, time.calendar),
                ]
            )
        default: otherRecipe(figure)
        }
    }

    private func otherRecipe(_ figure: TimeFigure) -> (String, WorkingRule, [WorkingPart]) {
        switch figure {
        case .utilisationEfficiency:
            ("Running time divided by time in use", .ratio, [running, inUse])
        case .allocationEfficiency:
            ("Time in use divided by seen planned time", .ratio, [inUse, seenPlanned])
        case .setupRatio:
            (
                "Setting-up time divided by setting-up and running time", .ratio,
                [
                    lengthPart("Setting up", time.setupTime),
                    lengthPart("Setting up and running", time.processing),
                ]
            )
        case .technicalEfficiency:
            (
                "Running time divided by running time and interruptions", .ratio,
                [
                    running,
                    lengthPart(
                        "Running and interruptions", time.productionTime + time.delayTime),
                ]
            )
        case .scrapRatio:
            ("Scrap parts divided by all parts", .ratio, [count("Scrap", parts.scrap), made])
        case .reworkRatio:
            (
                "Parts to be worked on again divided by all parts", .ratio,
                [count("To be worked on again", parts.rework), made]
            )
        case .allocationRatio:
            ("Time in use divided by job time", .ratio, [inUse, jobTime])
        default: ("Running time divided by job time", .ratio, [running, jobTime])
        }
    }

    private var running: WorkingPart {
        lengthPart(
            "Running", time.productionTime,
            note: time.slowTime > .zero ? "of it slow: \(Plain.duration(time.slowTime))" : "")
    }

    private var seenPlanned: WorkingPart {
        lengthPart(
            "Planned time that was seen", time.seenPlannedBusy,
            note: "planned \(Plain.duration(time.plannedBusy)),"
                + " not seen \(Plain.duration(time.unknown))")
    }

    private var inUse: WorkingPart {
        lengthPart(
            "In use", time.busy,
            note: "seen planned time less \(Plain.duration(time.downTime)) of waiting")
    }

    private var jobTime: WorkingPart { lengthPart("With a job on it", time.orderTime) }

    private var made: WorkingPart { count("All parts", parts.made) }

    private var idealMade: WorkingPart {
        lengthPart(
            "Ideal time of all parts", production.idealTimeMade ?? .zero, note: lots(\.made))
    }

    private var idealGood: WorkingPart {
        lengthPart(
            "Ideal time of good parts", production.idealTimeGood ?? .zero, note: lots(\.good))
    }

    private func lots(_ parts: KeyPath<PartTotals, Int64>) -> String {
        production.lots.filter { $0.parts[keyPath: parts] != 0 }.map { lot in
            let ideal = lot.idealPerPart.map { Plain.seconds($0) } ?? "an unknown time"
            let product = lot.product.isEmpty ? "" : " " + lot.product
            return "\(Plain.number(lot.parts[keyPath: parts]))\(product) × \(ideal)"
        }.joined(separator: " + ")
    }

    private func count(_ name: String, _ value: Int64) -> WorkingPart {
        WorkingPart(name: name, value: Double(value), unit: .parts)
    }

    private func lengthPart(_ name: String, _ length: Elapsed, note: String = "") -> WorkingPart {
        WorkingPart(name: name, value: length.seconds, unit: .seconds, note: note)
    }

    private func ratioPart(_ name: String, _ part: Elapsed?, _ whole: Elapsed?) -> WorkingPart {
        let top = part ?? .zero
        let bottom = whole ?? .zero
        return WorkingPart(
            name: name, value: bottom > .zero ? top.seconds / bottom.seconds : 0, unit: .ratio,
            note: "\(Plain.duration(top)) of \(Plain.duration(bottom))")
    }
}

extension TimeElements {
    /// What a range of time stands for; `ends` are its two ends such as "all lost or all running".
    func doubtWords(_ ends: String) -> String {
        let unseen = "the time that was not seen was " + ends
        let alike = "what looks alike in the trace was all taken wrongly"
        if doubtful <= .zero { return "if " + unseen }
        return unknown > .zero ? "if \(unseen), and \(alike)" : "if " + alike
    }
}

// Rows of work orders into planned jobs: each order ends as a job, a question or a refusal.
import Plant

/// Reads rows one by one; rows without a job number go on with the order above.
struct PlanReader {
    let places: PlanHead
    let order: DateOrder?
    private var jobs: [OrderedJob] = []
    private var questions: [PlanQuestion] = []
    private var refused: [PlanRefusal] = []
    private var firstRows: [String: Int] = [:]
    private var open: OpenOrder?
    /// Whether the order above was refused, so that its further rows are no news.
    private var isAfterRefusal = false

    init(places: PlanHead, order: DateOrder?) {
        self.places = places
        self.order = order
    }

    /// An order whose further rows may still come.
    private struct OpenOrder {
        let row: Int
        let job: String
        let product: String
        let quantities: [Int64]
        let dues: [CivilDate?]
        var machines: [String]
        var asks: [String]
        /// Whether it names more machines than are kept.
        var hasMoreMachines = false
    }

    /// States in which an order is over, in the words of either system.
    private static let over: Set<String> = [
        "completed", "stopped", "closed", "cancelled", "done", "cancel", "canceled", "to close",
        "to_close",
    ]

    mutating func add(_ row: [String], number: Int) {
        guard row.contains(where: { !FieldText.trimmed($0).isEmpty }) else { return }
        let job = places.text(.job, in: row)
        guard !job.isEmpty else {
            goOn(row, number)
            return
        }
        close()
        isAfterRefusal = false
        if let reason = refusal(row, job) {
            refuse(number, reason)
            return
        }
        var asks: [String] = []
        guard let quantities = quantities(row, number, job, &asks) else { return }
        let dues = dues(row, &asks)
        let state = places.text(.state, in: row).lowercased()
        if state == "draft" { asks.append("\(job) is still a draft. Take it in?") }
        let machine = places.text(.machine, in: row)
        open = OpenOrder(
            row: number, job: job, product: places.text(.product, in: row),
            quantities: quantities, dues: dues, machines: machine.isEmpty ? [] : [machine],
            asks: asks)
    }

    mutating func finish() -> PlanReading {
        close()
        return PlanReading(jobs: jobs, questions: questions, refused: refused)
    }

    /// A row without a job number: one more operation of the order above.
    private mutating func goOn(_ row: [String], _ number: Int) {
        if isAfterRefusal { return }
        guard open != nil else {
            refused.append(PlanRefusal(row: number, says: "The row names no job."))
            return
        }
        guard places.text(.product, in: row).isEmpty, places.text(.quantity, in: row).isEmpty
        else {
            refused.append(
                PlanRefusal(
                    row: number, says: "The row has a product or a quantity, but names no job."))
            return
        }
        let machine = places.text(.machine, in: row)
        guard !machine.isEmpty, let machines = open?.machines, !machines.contains(machine)
        else { return }
        if machines.count < AccountsLimits.machines {
            open?.machines.append(machine)
        } else {
            open?.hasMoreMachines = true
        }
    }

    private mutating func refuse(_ number: Int, _ says: String) {
        isAfterRefusal = true
        refused.append(PlanRefusal(row: number, says: says))
    }

    /// Why an order is not taken at all.
    private func refusal(_ row: [String], _ job: String) -> String? {
        let product = places.text(.product, in: row)
        if product.isEmpty { return "\(job) names no product." }
        for text in [job, product, places.text(.machine, in: row)] {
            if text.unicodeScalars.count > AccountsLimits.nameCharacters {
                return "A name has more than \(AccountsLimits.nameCharacters) characters."
            }
            if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
                return "A name has line breaks or other control characters in it."
            }
        }
        let state = places.text(.state, in: row)
        if PlanReader.over.contains(state.lowercased()) {
            return "\(job) is over: its state is \(state)."
        }
        return nil
    }

    private mutating func quantities(
        _ row: [String], _ number: Int, _ job: String, _ asks: inout [String]
    ) -> [Int64]? {
        switch PlanCell<Int64>.quantity(places.text(.quantity, in: row)) {
        case .clear(let quantity): return [quantity]
        case .unclear(let readings, let question):
            asks.append(question)
            return readings
        case .empty:
            refuse(number, "\(job) has no quantity.")
            return nil
        case .wrong(let reason):
            refuse(number, reason)
            return nil
        }
    }

    /// The due day: the delivery, else the planned end; a date that cannot be read is asked about.
    private func dues(_ row: [String], _ asks: inout [String]) -> [CivilDate?] {
        for field in [PlanField.due, .end] {
            switch PlanCell<CivilDate>.date(places.text(field, in: row), order: order) {
            case .clear(let date): return [date]
            case .unclear(let readings, let question):
                asks.append(question)
                return readings
            case .wrong(let reason):
                asks.append(reason + " Take the job without a day?")
                return [nil]
            case .empty: continue
            }
        }
        return [nil]
    }

    /// Ends the order under way.
    private mutating func close() {
        guard var order = open else { return }
        open = nil
        if order.machines.count > 1 {
            order.asks.append(
                "\(order.job) names \(order.hasMoreMachines ? "more than " : "")"
                    + "\(order.machines.count) machines:"
                    + " \(order.machines.joined(separator: ", ")). Which one is it planned for?")
        }
        if let first = firstRows[order.job] {
            order.asks.append("\(order.job) stands in the rows \(first) and \(order.row).")
        } else {
            firstRows[order.job] = order.row
        }
        let machines: [String?] = order.machines.isEmpty ? [nil] : order.machines
        var choices: [OrderedJob] = []
        for quantity in order.quantities {
            for due in order.dues {
                for machine in machines {
                    choices.append(
                        OrderedJob(
                            job: order.job, product: order.product, quantity: quantity, due: due,
                            machineHint: machine))
                }
            }
        }
        if order.asks.isEmpty {
            jobs += choices
        } else {
            questions.append(
                PlanQuestion(
                    row: order.row, asks: order.asks.joined(separator: " "), choices: choices))
        }
    }
}

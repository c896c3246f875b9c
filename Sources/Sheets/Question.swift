// Questions in plain words wherever a file can be read in more than one way, and their answers.

/// Which part of the day, month and year comes first.
public enum DateOrder: String, Hashable, Sendable {
    /// 25/04/2026.
    case dayFirst = "day first"
    /// 04/25/2026.
    case monthFirst = "month first"
}

/// The sign before the decimals of a number.
public enum DecimalMark: String, Hashable, Sendable {
    /// 1,234.5.
    case point
    /// 1.234,5.
    case comma
}

/// What two numbers with a colon between them are.
public enum ClockMeaning: String, Hashable, Sendable {
    /// A time of day.
    case timeOfDay = "time of day"
    /// Hours and minutes that something took.
    case hoursMinutes = "hours and minutes"
    /// Minutes and seconds that something took.
    case minutesSeconds = "minutes and seconds"
}

/// One answer to a question.
public enum Answer: Hashable, Sendable {
    /// How the characters are coded.
    case encoding(TextEncoding)
    /// The byte between cells, 0 where each line is one cell.
    case separator(UInt8)
    /// Whether quote marks hold cells together, or are letters like others.
    case quotes(areLetters: Bool)
    /// Whether the first row holds headings.
    case headings(Bool)
    /// Whether a row at the end is left out.
    case leaveOut(Bool)
    /// Whether joined cells all hold what the first of them holds.
    case fillJoined(Bool)
    /// Whether day or month comes first.
    case dateOrder(DateOrder)
    /// The sign before the decimals.
    case decimalMark(DecimalMark)
    /// What two numbers with a colon are.
    case clock(ClockMeaning)
    /// Whether numbers that may be dates are dates.
    case areDates(Bool)
}

/// Something that a person decides because the file does not say it.
public struct Question: Hashable, Sendable, Identifiable {
    /// What is asked about; columns count from 0, rows as they are numbered in the file.
    public enum Subject: Hashable, Sendable {
        /// How the characters are coded.
        case encoding
        /// What stands between cells.
        case separator
        /// What quote marks are.
        case quotes
        /// Whether there are headings.
        case headings
        /// A row at the end: totals or a note.
        case closingRow(Int)
        /// What joined cells hold.
        case joinedCells
        /// Day and month.
        case dateOrder(column: Int)
        /// Decimals and thousands.
        case decimalMark(column: Int)
        /// Time of day or length of time.
        case clock(column: Int)
        /// Dates or numbers.
        case dateNumbers(column: Int)
    }

    /// One way to read it.
    public struct Choice: Hashable, Sendable {
        /// The answer that it stands for.
        public let answer: Answer
        /// What it means for a real example of the file.
        public let text: String
    }

    /// What is asked about.
    public let id: Subject
    /// The question, one or two sentences.
    public let text: String
    /// The ways to read it; none of them is preset.
    public let choices: [Choice]

    init(_ id: Subject, _ text: String, _ choices: [(Answer, String)]) {
        self.id = id
        self.text = text
        self.choices = choices.map { Choice(answer: $0.0, text: $0.1) }
    }

    /// Whether an answer is one of the choices.
    public func offers(_ answer: Answer) -> Bool { choices.contains { $0.answer == answer } }
}

/// All that a person has decided about a table; good for the next file of its kind too.
public struct Decisions: Hashable, Sendable {
    /// Answers to questions; what has none is not read.
    public var answers: [Question.Subject: Answer] = [:]
    /// Rows of headings as numbered in the file, nil for those that were found, empty for none.
    public var headRows: [Int]?
    /// Kinds of columns, counted from 0, where a person knows better.
    public var kinds: [Int: ColumnKind] = [:]

    /// Decisions, none to begin with.
    public init(answers: [Question.Subject: Answer] = [:]) { self.answers = answers }

    /// What also holds for the next file of the kind: all but the rows left out at its end.
    public var lasting: Decisions {
        var lasting = self
        lasting.answers = answers.filter { if case .closingRow = $0.key { false } else { true } }
        return lasting
    }

    /// The answer to a question.
    public subscript(subject: Question.Subject) -> Answer? {
        get { answers[subject] }
        set { answers[subject] = newValue }
    }

    /// Which of day and month comes first by every answer to that; nil without any, and where
    /// answers differ.
    var orderOfDates: DateOrder? {
        let orders = Set(
            answers.compactMap { subject, answer -> DateOrder? in
                guard case .dateOrder = subject, case .dateOrder(let order) = answer else {
                    return nil
                }
                return order
            })
        return orders.count == 1 ? orders.first : nil
    }
}

extension Question {
    /// The question which coding is right, with what stands at some bytes in each of them.
    static func encoding(_ candidates: [TextEncoding], bytes: [UInt8], places: [Int]) -> Question {
        let choices = candidates.map { encoding in
            let examples = places.map { "“" + excerpt(bytes, around: $0, encoding) + "”" }
            return (
                Answer.encoding(encoding), "\(examples.joined(separator: ", ")): \(encoding.name)"
            )
        }
        let text =
            candidates.count == 1
            ? "Some bytes are no letters in any coding we know. Bring it in with invisible marks in"
                + " their place?"
            : "Which of these looks right?"
        return Question(.encoding, text, choices)
    }

    /// The words around a byte, as a coding has them.
    private static func excerpt(
        _ bytes: [UInt8], around place: Int, _ encoding: TextEncoding
    ) -> String {
        let isEnd: (UInt8) -> Bool = { $0 < 0x20 || [0x2C, 0x3B, 0x7C, 0x22].contains($0) }
        var (start, end) = (place, place)
        while start > 0, place - start < 24, !isEnd(bytes[start - 1]) { start -= 1 }
        while end < bytes.count, end - place < 24, !isEnd(bytes[end]) { end += 1 }
        // A cut character at the beginning belongs to another word.
        while start < place, bytes[start] & 0xC0 == 0x80, encoding == .mixed { start += 1 }
        var output: [UInt8] = []
        var index = start
        while index < end {
            let length = encoding == .mixed ? utf8Length(bytes, index) : 0
            if length > 0 {
                output.append(contentsOf: bytes[index..<index + length])
            } else {
                let single = encoding == .mixed ? .windows1252 : encoding
                CodePages.append(CodePages.scalar(bytes[index], single), to: &output)
            }
            index += max(length, 1)
        }
        return String(decoding: output, as: UTF8.self)
    }
}

// Cuts the power again and again in a record, and asks each time whether all is as promised.

import Foundation

/// What a program had begun and what it had acknowledged when the power went.
///
/// The record's mark `2 * n` says that action `n` was begun, `2 * n + 1` that it was acknowledged.
public struct CutPoint: Hashable, Sendable {
    /// Actions begun, acknowledged ones too.
    public var begun: Set<Int> = []
    /// Actions acknowledged.
    public var acknowledged: Set<Int> = []

    /// Nothing begun.
    public init() {}

    /// Actions begun whose end nobody heard of, in order.
    public var open: [Int] { begun.subtracting(acknowledged).sorted() }

    /// The same with everything acknowledged that was begun.
    public var settled: CutPoint {
        var point = self
        point.acknowledged = begun
        return point
    }

    /// Takes the next mark of a record.
    public mutating func take(_ mark: Int) {
        begun.insert(mark / 2)
        if mark % 2 == 1 { acknowledged.insert(mark / 2) }
    }
}

/// What came of many power cuts.
public struct CutReport: Sendable {
    /// Cuts made.
    public var cuts = 0
    /// Promises that were broken, each with the place and seed of its cut.
    public var breaches: [String] = []
}

/// Many power cuts in one record.
public struct PowerCuts: Sendable {
    /// What is asked after a cut: the folder as the disk has it, the point, the cut's number.
    ///
    /// The answer is what is broken, nil when all is as promised.
    public typealias Question =
        @Sendable (_ folder: String, _ point: CutPoint, _ number: Int) async -> String?

    /// What happened.
    public let log: DiskLog
    /// First number of everything that is left to chance.
    public let seed: UInt64

    /// Cuts in a record.
    public init(_ log: DiskLog, seed: UInt64) {
        self.log = log
        self.seed = seed
    }

    /// A folder in memory where there is any, else in the temporary folder.
    public static func makeFolder() throws -> String {
        let memory = "/dev/shm"
        let isUsable = FileManager.default.isWritableFile(atPath: memory)
        let place = isUsable ? memory : NSTemporaryDirectory()
        let path = place + "/power-cut-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Cuts after every request, and then at places by chance until there were so many.
    public func run(_ cuts: Int, _ question: @escaping Question) async throws -> CutReport {
        var dice = CutDice(seed: seed)
        let ends = (0..<cuts).map { number in
            number < log.entries.count
                ? number + 1 : Int.random(in: 1...max(1, log.entries.count), using: &dice)
        }
        let ordered = ends.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
        return try await withThrowingTaskGroup(of: CutReport.self) { group in
            for half in 0..<2 {
                let mine = ordered.enumerated().filter { $0.offset % 2 == half }.map {
                    (number: $0.element.offset, end: $0.element.element)
                }
                group.addTask { try await walk(mine, question) }
            }
            var report = CutReport()
            for try await part in group {
                report.cuts += part.cuts
                report.breaches += part.breaches
            }
            return report
        }
    }

    private func walk(
        _ cuts: [(number: Int, end: Int)], _ question: Question
    ) async throws -> CutReport {
        var report = CutReport()
        var model = DiskModel(log)
        var point = CutPoint()
        var done = 0
        for cut in cuts {
            while done < min(cut.end, log.entries.count) {
                if case .mark(let mark) = log.entries[done] { point.take(mark) }
                model.apply(log.entries[done])
                done += 1
            }
            let folder = try PowerCuts.makeFolder()
            let chance = seed &+ UInt64(cut.number) &* 0x9E37_79B9  // wraps by design
            try PowerCuts.write(model.afterCut(seed: chance), to: folder)
            report.cuts += 1
            if let breach = await question(folder, point, cut.number) {
                report.breaches.append("cut \(cut.number) after request \(done): \(breach)")
            }
            try FileManager.default.removeItem(atPath: folder)
        }
        return report
    }

    private static func write(_ survivors: Survivors, to folder: String) throws {
        for path in survivors.folders.sorted() {
            try FileManager.default.createDirectory(
                atPath: folder + "/" + path, withIntermediateDirectories: true)
        }
        for (path, bytes) in survivors.files {
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + path))
        }
    }
}

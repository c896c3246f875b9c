// Recorded data of real machines: bytes a sample, beside the strongest general packer.

import ArgumentParser
import CZstd
import Foundation
import Historian
import Plant

/// Tables of recorded numbers.
struct Real: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "CSV tables of numbers into chunks: bytes a sample, beside zstd -19.",
        discussion: """
            Each file is one group: the first column is not read and stands for a time every \
            minute; every other column that holds only numbers is a signal.
            """)

    @Argument(help: "CSV files.")
    var files: [String]

    func run() async throws {
        for file in files { try await measure(file) }
    }

    private func measure(_ file: String) async throws {
        let columns = try Real.columns(file)
        guard let rows = columns.first?.count, rows > 0 else {
            throw ValidationError("\(file) has no column of numbers.")
        }
        let times = (0..<rows).map { Workload.start + Int64($0) * 60_000_000_000 }
        let batch = SampleBatch(
            times: times,
            columns: columns.enumerated().map {
                SignalColumn(signal: SignalID(UInt32($0.offset + 1)), values: .numbers($0.element))
            })
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        _ = try await store.append([batch])
        let sealed = try await store.seal(upTo: .distantFuture)
        let all = TimeRange(start: .distantPast, end: .distantFuture)
        for (index, column) in columns.enumerated() {
            let back = try store.series(of: SignalID(UInt32(index + 1)), in: all)
            guard case .numbers(let values) = back.values,
                values.map(\.bitPattern) == column.map(\.bitPattern), back.times == times
            else {
                print("\(file): column \(index + 1) came back different")
                throw ExitCode(1)
            }
        }
        await store.close()
        let samples = Double(rows * columns.count)
        let packed = Real.packed(
            ([times.map { UInt64(bitPattern: $0) }] + columns.map { $0.map(\.bitPattern) }))
        report(
            (file as NSString).lastPathComponent,
            [
                ("samples", samples), ("bytes_per_sample", Double(sealed.bytes) / samples),
                ("zstd_19_bytes_per_sample", Double(packed) / samples),
            ])
    }

    /// Columns of a table that hold only numbers.
    static func columns(_ file: String) throws -> [[Double]] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let rows = text.split(whereSeparator: \.isNewline).dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let width = rows.map(\.count).min() ?? 0
        guard width > 1 else { return [] }
        return (1..<width).compactMap { index in
            let numbers = rows.compactMap { Double($0[index]) }
            return numbers.count == rows.count ? numbers : nil
        }
    }

    /// Bytes of columns of 64-bit values, one after the other, by zstd at level 19.
    static func packed(_ columns: [[UInt64]]) -> Int {
        columns.reduce(0) { sum, column in
            let room = ZSTD_compressBound(column.count * 8)
            var output = [UInt8](repeating: 0, count: room)
            let size = unsafe column.withUnsafeBytes { source in
                unsafe output.withUnsafeMutableBytes { target in
                    unsafe ZSTD_compress(
                        target.baseAddress, room, source.baseAddress, source.count, 19)
                }
            }
            return sum + size
        }
    }
}

// What the tests of this room share: opening texts and fixtures, and cells as short words.

import Foundation
import Plant
import Testing

@testable import Sheets

/// The bytes of a fixture.
func fixture(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
}

/// A guess about the first sheet of a text.
func guess(
    _ text: String, _ decisions: Decisions = Decisions(), name: String = "a.csv"
) throws -> TableGuess {
    try Workbook.open(bytes: Array(text.utf8), name: name).sheet(0).guess(decisions)
}

/// A guess about a sheet of a fixture.
func guess(
    fixture name: String, sheet: Int = 0, _ decisions: Decisions = Decisions()
) throws -> TableGuess {
    try Workbook.open(bytes: try fixture(name), name: name).sheet(sheet).guess(decisions)
}

/// The rows of a table as short words.
func rows(_ guess: TableGuess) throws -> [[String]] {
    try TableReading(guess).map { $0.cells.map(short) }
}

/// A cell in a word or two; a cell that does not fit begins with a cross.
func short(_ cell: ReadCell) -> String {
    switch cell {
    case .misfit(let text, _): "× " + text
    case .value(.empty): ""
    case .value(.text(let text)): text
    case .value(.number(let number)): plain(number.value)
    case .value(.date(let date)): date.text
    case .value(.time(let time)): time.text
    case .value(.dateTime(let both)): both.text
    case .value(.duration(let seconds)): plain(seconds) + " s"
    case .value(.truth(let truth)): truth ? "yes" : "no"
    }
}

private func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
}

/// A workbook of parts in memory.
struct LooseParts: PartSource {
    var file = "loose.xlsx"
    var parts: [String: [UInt8]]

    var names: [String] { parts.keys.sorted() }

    func bytes(of name: String, limit: Int) throws(SheetError) -> [UInt8]? { parts[name] }
}

/// Numbers that look random and are the same on every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Tag {
    /// Tests of large tables, which take seconds.
    @Tag static var large: Self
}

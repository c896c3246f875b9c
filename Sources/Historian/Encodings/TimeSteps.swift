// The encoding of many times: residuals from what a steady clock would give, in byte planes.

/// Times as residuals in whole units, by the form that leaves the fewest bits.
///
/// Form 1 keeps the differences (changes at irregular times), form 2 the changes of the
/// difference (drifting clocks), form 3 the distances from a grid (a poll with jitter: the
/// jitter of one row does not enter the next; after a gap the grid begins anew), form 4 is form 1
/// with rows of the smallest difference apart (a state written just before it changes and then
/// again). Layout: unit, form, first value, step, gaps, width, in form 4 a bit for each residual
/// that is not 0, planes.
enum TimeSteps {
    private enum Form: UInt8 {
        case differences = 1
        case changes = 2
        case grid = 3
        case leastApart = 4
    }

    /// Rows of the smallest difference stand apart where they are at least one in so many.
    private static let rowsPerLeast = 8

    private static let powers: [Int64] = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]

    /// Appends the values; nothing for fewer than two, or where a difference leaves 62 bits.
    static func encode(_ values: [Int64], into output: inout [UInt8]) -> Bool {
        guard values.count >= 2, let unit = DeltaOfDelta.commonUnit(ofNarrow: values) else {
            return false
        }
        let divisor = powers[unit]
        let offsets = values.map { ($0 - values[0]) / divisor }
        let differences = zip(offsets.dropFirst(), offsets).map { $0 - $1 }
        let usual = differences.sorted()[differences.count / 2]
        let least = differences.min() ?? 0
        let gaps = gaps(offsets, step: usual)
        var best: (form: Form, step: Int64, residuals: [UInt64])?
        var bestBits = Int.max
        for form in [Form.differences, .changes, .grid] where form != .grid || gaps != nil {
            let step = form == .differences ? least : form == .grid ? usual : 0
            let residuals = residuals(form, step, offsets, differences, gaps ?? [])
            // An eighth of a bit finer than whole bits would not change the choice.
            let bits = residuals.reduce(0) { $0 + 64 - $1.leadingZeroBitCount }
            if bits < bestBits {
                bestBits = bits
                best = (form, step, residuals)
            }
        }
        guard var best else { return false }
        var isApart: [Bool] = []
        if best.form == .differences {
            let zeros = best.residuals.count { $0 == 0 }
            if zeros < best.residuals.count, zeros * rowsPerLeast >= best.residuals.count {
                isApart = best.residuals.map { $0 != 0 }
                best.form = .leastApart
                best.residuals.removeAll { $0 == 0 }
            }
        }
        let widest = best.residuals.reduce(0) { $0 | $1 }
        let width = (64 - widest.leadingZeroBitCount + 7) / 8
        output.append(UInt8(unit))
        output.append(best.form.rawValue)
        output.put(values[0])
        output.put(best.step)
        let kept = best.form == .grid ? gaps ?? [] : []
        output.putVarint(UInt64(kept.count))
        var before = 0
        for gap in kept {
            output.putVarint(UInt64(gap.row - before))
            output.putSignedVarint(gap.shift)
            before = gap.row
        }
        output.append(UInt8(width))
        if best.form == .leastApart { RawValues.encode(flags: isApart, into: &output) }
        Planes.put(best.residuals, width: width, into: &output)
        return true
    }

    /// The `count` values that `encode` was given.
    static func decode(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [Int64] {
        let unit = Int(try reader.byte())
        let form = Form(rawValue: try reader.byte())
        let first = try reader.int64()
        let step = try reader.int64()
        var gaps: [(row: Int, shift: Int64)] = []
        var row = 0
        for _ in 0..<(try reader.count("gaps", limit: count / rowsPerGap)) {
            row += try reader.count("a row distance", limit: count)
            gaps.append((row, try reader.signedVarint()))
        }
        let width = Int(try reader.byte())
        guard unit < powers.count, let form, width <= 8, count >= 2 else {
            throw ChunkFault("times of \(count) rows in unit \(unit) and width \(width)")
        }
        let divisor = powers[unit]
        if form == .leastApart {
            return try leastApart(&reader, count, first, step, divisor, width)
        }
        if width <= 2 {
            let narrow = try Planes.narrow(&reader, width: width, count: count - 1)
            return join(form, first, step, divisor, narrow, gaps)
        }
        let wide = try Planes.get(&reader, width: width, count: count - 1)
        return join(form, first, step, divisor, wide, gaps)
    }

    /// Times of form 4, straight from its bits and planes.
    private static func leastApart(
        _ reader: inout ByteReader, _ count: Int, _ first: Int64, _ step: Int64,
        _ divisor: Int64, _ width: Int
    ) throws(ChunkFault) -> [Int64] {
        let bits = try reader.run((count + 6) / 8)
        var apart = 0
        for place in bits { apart += reader.bytes[place].nonzeroBitCount }
        guard apart < count else { throw ChunkFault("\(apart) times apart of \(count)") }
        let planes = try reader.run(width * apart)
        let bytes = reader.bytes.span
        let least = step &* divisor
        return unsafe [Int64](unsafeUninitializedCapacity: count) { target, filled in
            unsafe target[0] = first
            var value = first
            var next = planes.lowerBound
            for row in 1..<count {
                value = value &+ least
                let byte = bytes[bits.lowerBound &+ (row &- 1) &>> 3]
                if byte &>> UInt8(truncatingIfNeeded: (row &- 1) & 7) & 1 == 1,
                    next < planes.lowerBound &+ apart
                {
                    var residual: UInt64 = 0
                    var place = next
                    var shift: UInt64 = 0
                    for _ in 0..<width {
                        residual |= UInt64(bytes[place]) &<< shift
                        place &+= apart
                        shift &+= 8
                    }
                    value = value &+ Int64(bitPattern: residual) &* divisor
                    next &+= 1
                }
                unsafe target[row] = value
            }
            filled = count
        }
    }

    /// Rows from which on a grid is shifted; nil where there are more than are worth it.
    private static func gaps(
        _ offsets: [Int64], step: Int64
    ) -> [(row: Int, shift: Int64)]? {
        guard step > 0 else { return nil }
        var gaps: [(row: Int, shift: Int64)] = []
        var base: Int64 = 0
        for row in 1..<offsets.count {
            let distance = offsets[row] &- base &- Int64(row) &* step
            guard distance.magnitude > step.magnitude / 2 else { continue }
            gaps.append((row, distance))
            base = base &+ distance
            if gaps.count > offsets.count / rowsPerGap { return nil }
        }
        return gaps
    }

    /// A grid with more gaps than one in so many rows is none.
    private static let rowsPerGap = 64

    private static func residuals(
        _ form: Form, _ step: Int64, _ offsets: [Int64], _ differences: [Int64],
        _ gaps: [(row: Int, shift: Int64)]
    ) -> [UInt64] {
        switch form {
        case .differences, .leastApart: return differences.map { UInt64(bitPattern: $0 &- step) }
        case .changes:
            var before: Int64 = 0
            return differences.map { difference in
                defer { before = difference }
                return zigzag(difference &- before)
            }
        case .grid:
            var base: Int64 = 0
            var next = 0
            return offsets.indices.dropFirst().map { row in
                if next < gaps.count, gaps[next].row == row {
                    base = base &+ gaps[next].shift
                    next += 1
                }
                return zigzag(offsets[row] &- base &- Int64(row) &* step)
            }
        }
    }

    /// Arithmetic wraps: what was not written by `encode` gives wrong times, never a trap, and
    /// the chunk's own check of its times refuses them.
    @inline(__always)
    private static func join<Residual: FixedWidthInteger & UnsignedInteger>(
        _ form: Form, _ first: Int64, _ step: Int64, _ divisor: Int64, _ residuals: [Residual],
        _ gaps: [(row: Int, shift: Int64)]
    ) -> [Int64] {
        unsafe [Int64](unsafeUninitializedCapacity: residuals.count + 1) { target, filled in
            unsafe target[0] = first
            var place = 1
            var value = first
            switch form {
            case .differences, .leastApart:
                for residual in residuals {
                    let wide = Int64(truncatingIfNeeded: residual)
                    value = value &+ (wide &+ step) &* divisor
                    unsafe target[place] = value
                    place &+= 1
                }
            case .changes:
                var difference: Int64 = 0
                for residual in residuals {
                    difference = difference &+ unzigzag(UInt64(truncatingIfNeeded: residual))
                    value = value &+ difference &* divisor
                    unsafe target[place] = value
                    place &+= 1
                }
            case .grid:
                var base: Int64 = 0
                for part in 0...gaps.count {
                    let end = part < gaps.count ? gaps[part].row : residuals.count + 1
                    while place < min(end, residuals.count + 1) {
                        let bits = UInt64(truncatingIfNeeded: residuals[place &- 1])
                        let offset = base &+ Int64(place) &* step &+ unzigzag(bits)
                        unsafe target[place] = first &+ offset &* divisor
                        place &+= 1
                    }
                    if part < gaps.count { base = base &+ gaps[part].shift }
                }
            }
            filled = place
        }
    }
}

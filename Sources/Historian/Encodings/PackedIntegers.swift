// Whole numbers as residuals from a base, in bit fields or in byte planes for the entropy stage.

/// Whole numbers of any size, lossless; arithmetic wraps, so the extremes are no special case.
///
/// Order 0 keeps distances from the smallest value, order 1 differences, order 2 differences of
/// differences, whichever is smallest. Layout: order, layout, width, bases, residuals.
enum PackedIntegers {
    /// How residuals lie in memory.
    enum Layout: UInt8 {
        /// Fields of `width` bits, least significant bit first.
        case bits = 0
        /// `width` planes of one byte each: all lowest bytes first.
        case planes = 1
    }

    /// Appends the values; `values` is not empty.
    static func encode(_ values: [Int64], layout: Layout, into output: inout [UInt8]) {
        let order = bestOrder(values)
        let (bases, residuals) = split(values, order: order)
        let widest = residuals.reduce(0) { $0 | $1 }
        let bits = 64 - widest.leadingZeroBitCount
        let width = layout == .bits ? bits : (bits + 7) / 8
        output.append(UInt8(order))
        output.append(layout.rawValue)
        output.append(UInt8(width))
        for base in bases { output.put(base) }
        switch layout {
        case .bits: putFields(residuals, width: width, into: &output)
        case .planes: Planes.put(residuals, width: width, into: &output)
        }
    }

    /// The `count` values that `encode` was given.
    static func decode(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [Int64] {
        let order = Int(try reader.byte())
        let layout = Layout(rawValue: try reader.byte())
        let width = Int(try reader.byte())
        let bases = order == 0 ? 1 : order
        guard order <= 2, let layout, width <= (layout == .bits ? 64 : 8),
            count >= (order == 0 ? 1 : order)
        else { throw ChunkFault("whole numbers with order \(order) and width \(width)") }
        var first: Int64 = 0
        var step: Int64 = 0
        first = try reader.int64()
        if bases == 2 { step = try reader.int64() }
        let residuals: [UInt64]
        switch layout {
        case .planes where width == 1 || width == 2:
            let narrow = try Planes.narrow(&reader, width: width, count: count - order)
            return join(order: order, first: first, step: step, residuals: narrow, count: count)
        case .bits: residuals = try fields(&reader, width: width, count: count - order)
        case .planes: residuals = try Planes.get(&reader, width: width, count: count - order)
        }
        return join(order: order, first: first, step: step, residuals: residuals, count: count)
    }

    /// The order with the fewest bits in all.
    static func bestOrder(_ values: [Int64]) -> Int {
        guard values.count > 2 else { return 0 }
        var smallest = values[0]
        for value in values where value < smallest { smallest = value }
        var costs = (0, 0, 0)
        var previous = values[0]
        var earlier: Int64 = 0
        for index in 1..<values.count {
            let value = values[index]
            let delta = value &- previous
            costs.0 &+= 64 &- UInt64(bitPattern: value &- smallest).leadingZeroBitCount
            costs.1 &+= 64 &- zigzag(delta).leadingZeroBitCount
            costs.2 &+= 64 &- zigzag(delta &- earlier).leadingZeroBitCount
            previous = value
            earlier = delta
        }
        if costs.0 <= costs.1, costs.0 <= costs.2 { return 0 }
        return costs.1 <= costs.2 ? 1 : 2
    }

    private static func split(
        _ values: [Int64], order: Int
    ) -> (bases: [Int64], residuals: [UInt64]) {
        var residuals: [UInt64] = []
        residuals.reserveCapacity(values.count)
        switch order {
        case 0:
            var smallest = values[0]
            for value in values where value < smallest { smallest = value }
            for value in values { residuals.append(UInt64(bitPattern: value &- smallest)) }
            return ([smallest], residuals)
        case 1:
            for index in 1..<values.count {
                residuals.append(zigzag(values[index] &- values[index &- 1]))
            }
            return ([values[0]], residuals)
        default:
            var step = values[1] &- values[0]
            let bases = [values[0], step]
            for index in 2..<values.count {
                let next = values[index] &- values[index &- 1]
                residuals.append(zigzag(next &- step))
                step = next
            }
            return (bases, residuals)
        }
    }

    @inline(__always)
    private static func join<Residual: FixedWidthInteger & UnsignedInteger>(
        order: Int, first: Int64, step: Int64, residuals: [Residual], count: Int
    ) -> [Int64] {
        unsafe [Int64](unsafeUninitializedCapacity: count) { target, filled in
            var value = first
            var delta = step
            var place = 0
            if order > 0 {
                unsafe target[0] = value
                place = 1
            }
            if order > 1 {
                value = value &+ delta
                unsafe target[1] = value
                place = 2
            }
            // As many residuals as places are left: `count - order` of them.
            for residual in residuals {
                let wide = UInt64(truncatingIfNeeded: residual)
                switch order {
                case 0: value = first &+ Int64(bitPattern: wide)
                case 1: value = value &+ unzigzag(wide)
                default:
                    delta = delta &+ unzigzag(wide)
                    value = value &+ delta
                }
                unsafe target[place] = value
                place &+= 1
            }
            filled = place
        }
    }

    private static func putFields(_ fields: [UInt64], width: Int, into output: inout [UInt8]) {
        guard width > 0 else { return }
        output.reserveCapacity(output.count + (fields.count * width + 7) / 8 + 8)
        var word: UInt64 = 0
        var used = 0
        for field in fields {
            word |= field << UInt64(used)
            used += width
            if used >= 64 {
                output.put(word)
                used -= 64
                word = field >> UInt64(width - used)
            }
        }
        while used > 0 {
            output.append(UInt8(truncatingIfNeeded: word))
            word >>= 8
            used -= 8
        }
    }

    private static func fields(
        _ reader: inout ByteReader, width: Int, count: Int
    ) throws(ChunkFault) -> [UInt64] {
        guard width > 0 else { return [UInt64](repeating: 0, count: count) }
        let range = try reader.run((count * width + 7) / 8)
        let bytes = reader.bytes.span
        let mask = width == 64 ? UInt64.max : 1 << UInt64(width) - 1
        var fields: [UInt64] = []
        fields.reserveCapacity(count)
        var word: UInt64 = 0
        var held = 0
        var position = range.lowerBound
        for _ in 0..<count {
            var field = word
            if held < width {
                var next: UInt64 = 0
                let taken = min(8, range.upperBound - position)
                for index in 0..<taken {
                    next |= UInt64(bytes[position &+ index]) &<< UInt64(8 &* index)
                }
                position += taken
                field |= next << UInt64(held)
                let used = width - held
                word = next >> UInt64(used)
                held = taken * 8 - used
            } else {
                word >>= UInt64(width)
                held -= width
            }
            fields.append(field & mask)
        }
        return fields
    }
}

/// Numbers as planes of one byte each, which the entropy stage packs far better than rows.
enum Planes {
    /// Appends the lowest `width` bytes of each value, plane by plane.
    static func put(_ values: [UInt64], width: Int, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + values.count * width)
        for plane in 0..<width {
            let shift = UInt64(8 * plane)
            for value in values { output.append(UInt8(truncatingIfNeeded: value &>> shift)) }
        }
    }

    /// The `count` values of none, one or two planes.
    static func narrow(
        _ reader: inout ByteReader, width: Int, count: Int
    ) throws(ChunkFault) -> [UInt16] {
        guard width > 0 else { return [UInt16](repeating: 0, count: count) }
        let range = try reader.run(width * count)
        let low = reader.bytes.span.extracting(range.lowerBound..<range.lowerBound + count)
        let high = reader.bytes.span.extracting(range.upperBound - count..<range.upperBound)
        let isWide = width == 2
        return unsafe [UInt16](unsafeUninitializedCapacity: count) { target, filled in
            if isWide {
                for index in 0..<count {
                    unsafe target[index] = UInt16(low[index]) | UInt16(high[index]) &<< 8
                }
            } else {
                for index in 0..<count { unsafe target[index] = UInt16(low[index]) }
            }
            filled = count
        }
    }

    /// The `count` values of `width` planes.
    static func get(
        _ reader: inout ByteReader, width: Int, count: Int
    ) throws(ChunkFault) -> [UInt64] {
        let range = try reader.run(width * count)
        let bytes = reader.bytes.span
        var values = [UInt64](repeating: 0, count: count)
        for plane in 0..<width {
            let shift = UInt64(8 * plane)
            let start = range.lowerBound + plane * count
            for index in 0..<count {
                values[index] |= UInt64(bytes[start &+ index]) &<< shift
            }
        }
        return values
    }
}

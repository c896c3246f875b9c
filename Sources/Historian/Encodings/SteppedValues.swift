// The encoding of scaled converter counts, such as k · 25 / 27648 from a PLC's analogue input.

/// Doubles that are whole counts of a converter times a span, exactly; the rest are exceptions.
///
/// The step is found from the data: the smallest distances between values give it roughly, more
/// distant values narrow it, and for each usual full count the span that it implies is taken
/// where it is a round number. Layout: form, decimals, span, full count, exceptions, counts.
enum SteppedValues {
    /// How a count becomes a value again.
    struct Scale: Hashable {
        /// The value of a full count.
        let span: Double
        /// Counts of the span: 27648 for Siemens inputs, powers of two for converters.
        let full: UInt32
        /// What happens to the product.
        let form: Form
        /// Decimals of form `.decimal`, 0 to 9.
        let decimals: Int

        /// The value of a count.
        func value(_ count: Double) -> Double {
            let product = count * span / Double(full)
            switch form {
            case .exact: return product
            case .single: return Double(Float(product))
            case .decimal:
                let power = SteppedValues.powers[decimals]
                return (product * power).rounded() / power
            }
        }
    }

    /// What happened to the value after scaling.
    enum Form: UInt8, CaseIterable {
        /// Nothing.
        case exact = 0
        /// It passed through a 32-bit float.
        case single = 1
        /// It was written with a fixed number of decimals.
        case decimal = 2
    }

    /// Values that fit a scale.
    struct Fit {
        /// The scale.
        let scale: Scale
        /// One count for each row.
        let numbers: [Int64]
        /// Rows whose value is kept as it is.
        let exceptions: [(row: Int, bits: UInt64)]
    }

    private static let powers: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
    /// Full counts of usual converters.
    private static let fullCounts: [UInt32] = [
        27_648, 32_767, 32_768, 65_535, 65_536, 4_095, 4_096, 16_383, 16_384, 1_023, 1_024, 255,
        8_191, 8_192, 32_000, 30_000, 20_000, 10_000,
    ]
    /// Counts beyond this are no converter's.
    private static let mostCount = 1e7
    /// Different values that the step is looked for in.
    private static let sampled = 512

    /// The counts and exceptions of a scale that fits at least 15 of 16 values, or nil.
    ///
    /// `decimals` is the scale that plain decimals would have, nil where they do not fit.
    static func fit(_ values: [Double], decimals: Int?) -> Fit? {
        let sample = distinct(values)
        let largest = sample.reduce(0) { max($0, $1.magnitude) }
        guard sample.count >= 8, largest > 0 else { return nil }
        let isSingle = sample.allSatisfy { Double(Float($0)) == $0 }
        let form = decimals != nil ? Form.decimal : isSingle ? .single : .exact
        // Decimals are off by up to half of the last place at both ends, others by rounding.
        let slack = decimals.map { 1 / powers[$0] } ?? largest * (isSingle ? 1.2e-7 : 4.5e-16)
        for step in steps(sample, slack) {
            for full in fullCounts {
                guard let span = round(step * Double(full)) else { continue }
                let scale = Scale(span: span, full: full, form: form, decimals: decimals ?? 0)
                let fitting = sample.count { count($0, scale) != nil }
                guard fitting * 16 >= sample.count * 15 else { continue }
                if let fit = fit(values, scale) { return fit }
            }
        }
        return nil
    }

    /// Appends a fit.
    static func encode(
        _ fit: Fit, layout: PackedIntegers.Layout, into output: inout [UInt8]
    ) {
        output.append(fit.scale.form.rawValue)
        output.append(UInt8(fit.scale.decimals))
        output.put(fit.scale.span)
        output.put(fit.scale.full)
        RowExceptions.encode(fit.exceptions, into: &output)
        PackedIntegers.encode(fit.numbers, layout: layout, into: &output)
    }

    /// The `count` values that `encode` was given.
    static func decode(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [Double] {
        let form = Form(rawValue: try reader.byte())
        let decimals = Int(try reader.byte())
        let span = try reader.double()
        let full = try reader.uint32()
        guard let form, decimals < powers.count, full > 0, span.isFinite else {
            throw ChunkFault("counts of \(full) with \(decimals) decimals")
        }
        let scale = Scale(span: span, full: full, form: form, decimals: decimals)
        let exceptions = try RowExceptions.decode(&reader, count: count)
        let numbers = try PackedIntegers.decode(&reader, count: count)
        var values = numbers.map { scale.value(Double($0)) }
        for exception in exceptions { values[exception.row] = Double(bitPattern: exception.bits) }
        return values
    }

    /// Different finite values in order, from rows spread over the column.
    private static func distinct(_ values: [Double]) -> [Double] {
        let stride = max(1, values.count / (sampled * 4))
        var seen: Set<Double> = []
        var index = 0
        while index < values.count, seen.count < sampled {
            if values[index].isFinite { seen.insert(values[index]) }
            index += stride
        }
        return seen.sorted()
    }

    /// What the step between counts may be: the smallest gap, or a small part of it.
    private static func steps(_ sample: [Double], _ slack: Double) -> [Double] {
        let gaps = zip(sample.dropFirst(), sample).map { $0 - $1 }.sorted()
        guard let smallest = gaps.first else { return [] }
        // Distances within the data bridge the way from single counts to whole values.
        var distances = gaps
        for anchor in [sample[0], sample[sample.count / 2], sample[sample.count - 1]] {
            distances += sample.map { ($0 - anchor).magnitude }
        }
        distances.sort()
        distances += sample
        return (1...12).compactMap { part in
            narrowed(smallest / Double(part), slack / Double(part), slack, distances)
        }
    }

    /// A step narrowed by more and more distant values; nil where one of them contradicts it.
    private static func narrowed(
        _ step: Double, _ doubt: Double, _ slack: Double, _ distances: [Double]
    ) -> Double? {
        guard step > slack * 4 else { return nil }
        var low = step - doubt
        var high = step + doubt
        for value in distances where value > 0 {
            // Only where the number of counts is certain does a value narrow the step.
            guard (value + slack) / low - (value - slack) / high < 0.9 else { continue }
            let counts = (value / ((low + high) / 2)).rounded()
            guard counts >= 1, counts < mostCount else { continue }
            low = max(low, (value - slack) / counts)
            high = min(high, (value + slack) / counts)
            guard low <= high else { return nil }
        }
        return (low + high) / 2
    }

    /// A span as a person would have typed it, nil where the implied one is not near any.
    private static func round(_ span: Double) -> Double? {
        guard span > 1e-6, span < 1e9 else { return nil }
        for digits in [1.0, 10, 100, 1_000] {
            let rounded = (span * digits).rounded() / digits
            if rounded > 0, (rounded - span).magnitude <= rounded * 2e-5 { return rounded }
        }
        return nil
    }

    private static func fit(_ values: [Double], _ scale: Scale) -> Fit? {
        var numbers: [Int64] = []
        numbers.reserveCapacity(values.count)
        var exceptions: [(row: Int, bits: UInt64)] = []
        let allowed = values.count / 16 + 1
        var previous: Int64 = 0
        for (row, value) in values.enumerated() {
            if let count = count(value, scale) {
                previous = count
            } else {
                exceptions.append((row, value.bitPattern))
                if exceptions.count > allowed { return nil }
            }
            numbers.append(previous)
        }
        return Fit(scale: scale, numbers: numbers, exceptions: exceptions)
    }

    /// The count of a value, nil where no count gives the same bits back.
    private static func count(_ value: Double, _ scale: Scale) -> Int64? {
        let guess = (value / scale.span * Double(scale.full)).rounded()
        guard guess.magnitude < mostCount else { return nil }
        guard scale.value(guess).bitPattern == value.bitPattern else { return nil }
        // Minus zero would come back from a whole number as plus zero.
        return guess == 0 && value.sign == .minus ? nil : Int64(guess)
    }
}

/// Rows that an encoding keeps as they are: distance from the one before, then the bits.
enum RowExceptions {
    /// Appends the exceptions, which are in order of rows.
    static func encode(_ exceptions: [(row: Int, bits: UInt64)], into output: inout [UInt8]) {
        output.putVarint(UInt64(exceptions.count))
        var previous = 0
        for exception in exceptions {
            output.putVarint(UInt64(exception.row - previous))
            output.put(exception.bits)
            previous = exception.row
        }
    }

    /// The exceptions of a column of `count` rows.
    static func decode(
        _ reader: inout ByteReader, count: Int
    ) throws(ChunkFault) -> [(row: Int, bits: UInt64)] {
        let number = try reader.count("exceptions", limit: count)
        var exceptions: [(row: Int, bits: UInt64)] = []
        exceptions.reserveCapacity(min(number, reader.remaining / 9))
        var row = 0
        for _ in 0..<number {
            row += try reader.count("a row distance", limit: count)
            guard row < count else { throw ChunkFault("an exception in row \(row) of \(count)") }
            exceptions.append((row, try reader.uint64()))
        }
        return exceptions
    }
}

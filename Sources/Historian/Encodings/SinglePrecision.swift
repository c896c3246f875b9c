// The encoding of doubles that came from 32-bit floats: the four bytes they really have.

/// Doubles that are exactly a 32-bit float, in four byte planes.
enum SinglePrecision {
    /// Whether every value is exactly a 32-bit float, NaN and -0.0 included.
    static func fits(_ values: [Double]) -> Bool {
        values.allSatisfy { Double(Float($0)).bitPattern == $0.bitPattern }
    }

    /// Appends the values; all of them fit.
    static func encode(_ values: [Double], into output: inout [UInt8]) {
        Planes.put(values.map { UInt64(Float($0).bitPattern) }, width: 4, into: &output)
    }

    /// The `count` values that `encode` was given.
    static func decode(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [Double] {
        try Planes.get(&reader, width: 4, count: count).map {
            Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))
        }
    }
}

// The last stage of every encoding: zstd over the encoded bytes where that makes them smaller.

import CZstd

/// Working memory of zstd, reused for all columns of a chunk; used by one thread at a time.
@safe final class EntropyStage {
    private let compressor: OpaquePointer?
    private let decompressor: OpaquePointer?

    /// Below this many bytes the frame of zstd costs more than it saves.
    static let smallestInput = 24

    /// Working memory for writing, for reading, or both.
    init(writes: Bool, reads: Bool) {
        unsafe compressor = writes ? unsafe ZSTD_createCCtx() : nil
        unsafe decompressor = reads ? unsafe ZSTD_createDCtx() : nil
    }

    deinit {
        unsafe ZSTD_freeCCtx(compressor)
        unsafe ZSTD_freeDCtx(decompressor)
    }

    /// The bytes behind their unpacked length, or nil where that is not smaller.
    func packed(_ bytes: [UInt8], level: Int32 = 3) -> [UInt8]? {
        guard bytes.count >= EntropyStage.smallestInput, unsafe compressor != nil else {
            return nil
        }
        let room = ZSTD_compressBound(bytes.count)
        var written = 0
        let packed = unsafe [UInt8](unsafeUninitializedCapacity: room + 4) { target, count in
            let output = unsafe target.baseAddress.map { unsafe $0 + 4 }
            let size = unsafe bytes.withUnsafeBytes { source in
                unsafe ZSTD_compressCCtx(
                    compressor, output, room, source.baseAddress, source.count, level)
            }
            guard ZSTD_isError(size) == 0 else {
                count = 0
                return
            }
            for index in 0..<4 {
                unsafe target[index] = UInt8(truncatingIfNeeded: bytes.count >> (8 * index))
            }
            written = size
            count = size + 4
        }
        return written > 0 && packed.count < bytes.count ? packed : nil
    }

    /// The bytes that `packed` was given; lengths are checked before memory is taken.
    func unpacked(_ reader: inout ByteReader, limit: Int) throws(ChunkFault) -> [UInt8] {
        let size = try reader.length("an unpacked length", limit: limit)
        let source = try reader.run(reader.remaining)
        var got = 0
        let bytes = reader.bytes
        let output = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, count in
            got = unsafe bytes.withUnsafeBytes { all in
                unsafe ZSTD_decompressDCtx(
                    decompressor, target.baseAddress, size,
                    all.baseAddress.map { unsafe $0 + source.lowerBound }, source.count)
            }
            count = ZSTD_isError(got) == 0 && got <= size ? got : 0
        }
        guard ZSTD_isError(got) == 0, got == size else {
            throw ChunkFault("packed bytes do not unpack to \(size)")
        }
        return output
    }
}

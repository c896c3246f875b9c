// zstd over the content of one frame, where that makes it smaller.

import CZstd

// The pointers are made in `init`, freed in `deinit` and never handed out.
/// Working memory of zstd, reused for all frames of a backup; used by one thread at a time.
@safe final class FramePacker {
    private let compressor: OpaquePointer?
    private let decompressor: OpaquePointer?

    /// Working memory for writing or for reading.
    init(writes: Bool) {
        unsafe compressor = writes ? unsafe ZSTD_createCCtx() : nil
        unsafe decompressor = writes ? nil : unsafe ZSTD_createDCtx()
    }

    deinit {
        unsafe ZSTD_freeCCtx(compressor)
        unsafe ZSTD_freeDCtx(decompressor)
    }

    /// The bytes packed, or nil where that is not smaller.
    func packed(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= BackupLimits.smallestPacked, unsafe compressor != nil else {
            return nil
        }
        // Room for one byte less than the bytes themselves: where it does not do, zstd gives up.
        let room = bytes.count - 1
        let packed = unsafe [UInt8](unsafeUninitializedCapacity: room) { target, count in
            let size = unsafe bytes.withUnsafeBytes { source in
                unsafe ZSTD_compressCCtx(
                    compressor, target.baseAddress, room, source.baseAddress, source.count,
                    BackupLimits.packingLevel)
            }
            count = ZSTD_isError(size) == 0 ? size : 0
        }
        return packed.isEmpty ? nil : packed
    }

    /// The bytes that `packed` was given, which must be as many as said; nil otherwise.
    func unpacked(_ bytes: [UInt8], count size: Int) -> [UInt8]? {
        guard unsafe decompressor != nil, size <= BackupLimits.frameBytes else { return nil }
        let output = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, count in
            let got = unsafe bytes.withUnsafeBytes { source in
                unsafe ZSTD_decompressDCtx(
                    decompressor, target.baseAddress, size, source.baseAddress, source.count)
            }
            count = ZSTD_isError(got) == 0 && got <= size ? got : 0
        }
        return output.count == size ? output : nil
    }
}

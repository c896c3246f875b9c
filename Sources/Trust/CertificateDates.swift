// The one seam with Foundation: swift-certificates speaks Date, this room whole UTC seconds.

import FoundationEssentials
import X509

/// Seconds since 1970 UTC in which a certificate is valid, both ends included.
///
/// Certificates hold whole seconds and years up to 9999, which do not fit in Int64 nanoseconds;
/// therefore the room computes in seconds and gives out nanoseconds clamped to what fits.
struct ValidSeconds: Hashable, Sendable {
    let from: Int64
    let until: Int64

    static let perDay: Int64 = 86_400

    /// The share of the life that has passed is more than two thirds.
    func isMostlyUsed(at second: Int64) -> Bool {
        (second - from) * 3 > (until - from) * 2
    }

    /// Whole days until the end, rounded down; negative once it has ended.
    func daysLeft(at second: Int64) -> Int {
        let seconds = until - second
        let days = seconds / Self.perDay
        return Int(seconds < 0 && seconds % Self.perDay != 0 ? days - 1 : days)
    }
}

extension Certificate {
    /// When the certificate begins and ends.
    var validSeconds: ValidSeconds {
        // Dates of certificates are years 0 to 9999, so the conversion is exact and cannot trap.
        ValidSeconds(
            from: Int64(notValidBefore.timeIntervalSince1970),
            until: Int64(notValidAfter.timeIntervalSince1970))
    }

    /// Makes and signs a version 3 certificate.
    init(
        for publicKey: PublicKey, subject: DistinguishedName, issuer: DistinguishedName,
        serial: [UInt8], valid: ValidSeconds, extensions: Extensions, signedBy key: PrivateKey
    ) throws {
        try self.init(
            version: .v3, serialNumber: SerialNumber(bytes: serial), publicKey: publicKey,
            notValidBefore: Date(timeIntervalSince1970: Double(valid.from)),
            notValidAfter: Date(timeIntervalSince1970: Double(valid.until)), issuer: issuer,
            subject: subject, extensions: extensions, issuerPrivateKey: key)
    }
}

/// UTC nanoseconds as whole seconds, rounded down.
func wholeSeconds(_ nanoseconds: Int64) -> Int64 {
    let seconds = nanoseconds / 1_000_000_000
    return nanoseconds % 1_000_000_000 < 0 ? seconds - 1 : seconds
}

/// Seconds as UTC nanoseconds; those beyond the range of Int64 give its ends.
func clampedNanoseconds(_ seconds: Int64) -> Int64 {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? (seconds < 0 ? .min : .max) : product
}

/// The UTC day of a time, as `2026-11-26`.
///
/// Proleptic Gregorian calendar; the arithmetic is that of "days to civil" with eras of 400 years
/// that begin on 1 March.
func utcDay(_ nanoseconds: Int64) -> String {
    let days = wholeSeconds(nanoseconds).flooredDivision(by: ValidSeconds.perDay) + 719_468
    let era = days.flooredDivision(by: 146_097)
    let dayOfEra = days - era * 146_097
    let yearOfEra =
        (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

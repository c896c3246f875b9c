// Status codes of OPC UA with their names.

/// The outcome of a service or the quality of a value.
///
/// Source: OPC 10000-4, StatusCode; numbers OPC 10000-6, A.2.
public struct OPCUAStatus: Hashable, Sendable, CustomStringConvertible {
    /// The code with its flags.
    public var code: UInt32

    /// A status from its code.
    public init(_ code: UInt32) { self.code = code }

    /// All is well.
    public static let good = OPCUAStatus(0)

    /// The top bits say good.
    public var isGood: Bool { code >> 30 == 0 }
    /// The top bits say uncertain.
    public var isUncertain: Bool { code >> 30 == 1 }
    /// The top bits say bad; the reserved pattern counts as bad.
    public var isBad: Bool { code >> 30 >= 2 }

    /// Values were lost before this one because the item's queue was full.
    ///
    /// Source: OPC 10000-4, StatusCode: info type data value, overflow bit.
    public var tellsOverflow: Bool { code & 0x0C00 == 0x0400 && code & 0x0080 != 0 }

    /// A request for fewer things at a time may be served.
    var asksForLess: Bool {
        let reasons: [OPCUAStatus] = [
            .badTooManyOperations, .badRequestTooLarge, .badResponseTooLarge,
            .badEncodingLimitsExceeded,
        ]
        return reasons.contains(meaning)
    }

    /// The code without its flags.
    public var meaning: OPCUAStatus { OPCUAStatus(code & 0xFFFF_0000) }

    /// The name in the standard, else the number.
    public var description: String {
        if code & 0xFFFF_0000 == 0 { return "Good" }
        if let name = Self.names[code & 0xFFFF_0000] { return name }
        let kind = isBad ? "Bad" : isUncertain ? "Uncertain" : "Good"
        return
            "\(kind) 0x\(OPCUAHexadecimal.text((0..<4).map { UInt8(code >> UInt32(24 - 8 * $0) & 255) }))"
    }
}

extension OPCUAStatus {
    static let badUnexpectedError = OPCUAStatus(0x8001_0000)
    static let badCommunicationError = OPCUAStatus(0x8005_0000)
    static let badTimeout = OPCUAStatus(0x800A_0000)
    static let badServiceUnsupported = OPCUAStatus(0x800B_0000)
    static let badEncodingLimitsExceeded = OPCUAStatus(0x8008_0000)
    static let badRequestTooLarge = OPCUAStatus(0x80B8_0000)
    static let badResponseTooLarge = OPCUAStatus(0x80B9_0000)
    static let badTooManyOperations = OPCUAStatus(0x8010_0000)
    static let badSecurityChecksFailed = OPCUAStatus(0x8013_0000)
    static let badCertificateUntrusted = OPCUAStatus(0x801A_0000)
    static let badIdentityTokenInvalid = OPCUAStatus(0x8020_0000)
    static let badIdentityTokenRejected = OPCUAStatus(0x8021_0000)
    static let badUserAccessDenied = OPCUAStatus(0x801F_0000)
    static let badSecureChannelIDInvalid = OPCUAStatus(0x8022_0000)
    static let badNonceInvalid = OPCUAStatus(0x8024_0000)
    static let badSessionIDInvalid = OPCUAStatus(0x8025_0000)
    static let badSessionClosed = OPCUAStatus(0x8026_0000)
    static let badSessionNotActivated = OPCUAStatus(0x8027_0000)
    static let badSubscriptionIDInvalid = OPCUAStatus(0x8028_0000)
    static let badNodeIDUnknown = OPCUAStatus(0x8034_0000)
    static let badFilterNotAllowed = OPCUAStatus(0x8045_0000)
    static let badMonitoredItemFilterInvalid = OPCUAStatus(0x8043_0000)
    static let badMonitoredItemFilterUnsupported = OPCUAStatus(0x8044_0000)
    static let badDeadbandFilterInvalid = OPCUAStatus(0x808E_0000)
    static let badContinuationPointInvalid = OPCUAStatus(0x804A_0000)
    static let badTooManyPublishRequests = OPCUAStatus(0x8078_0000)
    static let badNoSubscription = OPCUAStatus(0x8079_0000)
    static let badSequenceNumberUnknown = OPCUAStatus(0x807A_0000)
    static let badMessageNotAvailable = OPCUAStatus(0x807B_0000)

    private static let names: [UInt32: String] = [
        0x8001_0000: "BadUnexpectedError", 0x8002_0000: "BadInternalError",
        0x8003_0000: "BadOutOfMemory", 0x8004_0000: "BadResourceUnavailable",
        0x8005_0000: "BadCommunicationError", 0x8006_0000: "BadEncodingError",
        0x8007_0000: "BadDecodingError", 0x8008_0000: "BadEncodingLimitsExceeded",
        0x8009_0000: "BadUnknownResponse", 0x800A_0000: "BadTimeout",
        0x800B_0000: "BadServiceUnsupported", 0x800C_0000: "BadShutdown",
        0x800D_0000: "BadServerNotConnected", 0x800E_0000: "BadServerHalted",
        0x800F_0000: "BadNothingToDo", 0x8010_0000: "BadTooManyOperations",
        0x8011_0000: "BadDataTypeIdUnknown", 0x8012_0000: "BadCertificateInvalid",
        0x8013_0000: "BadSecurityChecksFailed", 0x8014_0000: "BadCertificateTimeInvalid",
        0x8016_0000: "BadCertificateHostNameInvalid", 0x8017_0000: "BadCertificateUriInvalid",
        0x8018_0000: "BadCertificateUseNotAllowed", 0x801A_0000: "BadCertificateUntrusted",
        0x801D_0000: "BadCertificateRevoked", 0x801F_0000: "BadUserAccessDenied",
        0x8020_0000: "BadIdentityTokenInvalid", 0x8021_0000: "BadIdentityTokenRejected",
        0x8022_0000: "BadSecureChannelIdInvalid", 0x8023_0000: "BadInvalidTimestamp",
        0x8024_0000: "BadNonceInvalid", 0x8025_0000: "BadSessionIdInvalid",
        0x8026_0000: "BadSessionClosed", 0x8027_0000: "BadSessionNotActivated",
        0x8028_0000: "BadSubscriptionIdInvalid", 0x802A_0000: "BadRequestHeaderInvalid",
        0x802B_0000: "BadTimestampsToReturnInvalid", 0x802C_0000: "BadRequestCancelledByClient",
        0x8031_0000: "BadNoCommunication", 0x8032_0000: "BadWaitingForInitialData",
        0x8033_0000: "BadNodeIdInvalid", 0x8034_0000: "BadNodeIdUnknown",
        0x8035_0000: "BadAttributeIdInvalid", 0x8036_0000: "BadIndexRangeInvalid",
        0x8037_0000: "BadIndexRangeNoData", 0x8038_0000: "BadDataEncodingInvalid",
        0x803A_0000: "BadNotReadable", 0x803B_0000: "BadNotWritable",
        0x803C_0000: "BadOutOfRange", 0x803D_0000: "BadNotSupported", 0x803E_0000: "BadNotFound",
        0x803F_0000: "BadObjectDeleted", 0x8040_0000: "BadNotImplemented",
        0x8041_0000: "BadMonitoringModeInvalid", 0x8042_0000: "BadMonitoredItemIdInvalid",
        0x8043_0000: "BadMonitoredItemFilterInvalid",
        0x8044_0000: "BadMonitoredItemFilterUnsupported", 0x8045_0000: "BadFilterNotAllowed",
        0x804A_0000: "BadContinuationPointInvalid", 0x804B_0000: "BadNoContinuationPoints",
        0x804D_0000: "BadBrowseDirectionInvalid", 0x8054_0000: "BadSecurityModeRejected",
        0x8055_0000: "BadSecurityPolicyRejected", 0x8056_0000: "BadTooManySessions",
        0x8057_0000: "BadUserSignatureInvalid",
        0x8058_0000: "BadApplicationSignatureInvalid",
        0x8059_0000: "BadNoValidCertificates", 0x806F_0000: "BadNoMatch",
        0x8074_0000: "BadTypeMismatch", 0x8077_0000: "BadTooManySubscriptions",
        0x8078_0000: "BadTooManyPublishRequests", 0x8079_0000: "BadNoSubscription",
        0x807A_0000: "BadSequenceNumberUnknown", 0x807B_0000: "BadMessageNotAvailable",
        0x807D_0000: "BadTcpServerTooBusy", 0x807E_0000: "BadTcpMessageTypeInvalid",
        0x807F_0000: "BadTcpSecureChannelUnknown", 0x8080_0000: "BadTcpMessageTooLarge",
        0x8081_0000: "BadTcpNotEnoughResources", 0x8082_0000: "BadTcpInternalError",
        0x8083_0000: "BadTcpEndpointUrlInvalid", 0x8084_0000: "BadRequestInterrupted",
        0x8085_0000: "BadRequestTimeout", 0x8086_0000: "BadSecureChannelClosed",
        0x8087_0000: "BadSecureChannelTokenUnknown", 0x8088_0000: "BadSequenceNumberInvalid",
        0x8089_0000: "BadConfigurationError", 0x808A_0000: "BadNotConnected",
        0x808B_0000: "BadDeviceFailure", 0x808C_0000: "BadSensorFailure",
        0x808D_0000: "BadOutOfService", 0x808E_0000: "BadDeadbandFilterInvalid",
        0x408F_0000: "UncertainNoCommunicationLastUsableValue",
        0x4090_0000: "UncertainLastUsableValue", 0x4091_0000: "UncertainSubstituteValue",
        0x4092_0000: "UncertainInitialValue", 0x4093_0000: "UncertainSensorNotAccurate",
        0x4094_0000: "UncertainEngineeringUnitsExceeded", 0x4095_0000: "UncertainSubNormal",
        0x0096_0000: "GoodLocalOverride", 0x002D_0000: "GoodSubscriptionTransferred",
        0x002F_0000: "GoodOverload", 0x0030_0000: "GoodClamped", 0x00A5_0000: "GoodNoData",
        0x00A6_0000: "GoodMoreData", 0x80B8_0000: "BadRequestTooLarge",
        0x80B9_0000: "BadResponseTooLarge", 0x80AB_0000: "BadInvalidArgument",
        0x80AC_0000: "BadConnectionRejected", 0x80AE_0000: "BadConnectionClosed",
        0x80AF_0000: "BadInvalidState", 0x80BE_0000: "BadProtocolVersionUnsupported",
        0x80DB_0000: "BadTooManyMonitoredItems", 0x8071_0000: "BadHistoryOperationInvalid",
        0x8072_0000: "BadHistoryOperationUnsupported", 0x80E5_0000: "BadSecurityModeInsufficient",
    ]
}

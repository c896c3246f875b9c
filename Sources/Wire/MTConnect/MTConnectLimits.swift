// The sizes of MTConnect documents, streams and buffers.

/// The limits of MTConnect on both sides; those of the documents are in `XMLLimits`.
public enum MTConnectLimits {
    /// Observations of one document.
    public static let observations = 250_000
    /// Data items of all devices of an agent.
    public static let dataItems = 50_000
    /// Values of one time series.
    public static let seriesValues = 131_072
    /// Bytes of the headers of one part of a stream.
    public static let partHeaderBytes = 16 << 10
    /// Bytes before the first boundary of a stream.
    public static let preambleBytes = 64 << 10
    /// Bytes of a boundary (RFC 2046 allows 70).
    public static let boundaryBytes = 200
    /// Assets that wait to be asked for.
    public static let assetRequests = 256
    /// Conditions of one data item that are active together.
    public static let activeConditions = 256
    /// Observations that an agent keeps unless told otherwise, the agent's usual 2^17.
    public static let bufferedObservations = 131_072
    /// Assets that an agent keeps.
    public static let assets = 1_024
    /// Observations in one answer when the request does not say how many.
    public static let defaultCount = 100
    /// Bytes of a request's target.
    public static let targetBytes = 8 << 10
    /// Steps of a path expression, and alternatives of one.
    public static let pathSteps = 32
}

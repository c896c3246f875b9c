// How much the OPC UA client takes from a server, and how much it asks for.

/// The fixed limits of the OPC UA codec and client.
public enum OPCUALimits {
    /// Bytes of one message after its chunks are joined.
    public static let messageBytes = 16 << 20
    /// Chunks of one message.
    public static let chunks = 256
    /// Bytes of one chunk, in both directions.
    public static let chunkBytes = 65_535
    /// The smallest chunk size that a peer may ask for (OPC 10000-6, 7.1.2.3).
    public static let smallestChunkBytes = 8_192
    /// Values within values: variants, data values and diagnostics count one each.
    public static let nesting = 16
    /// Elements of one array.
    public static let arrayElements = 1 << 18
    /// Elements of all arrays of one message together, so that memory stays within bounds.
    public static let messageElements = 1 << 20
    /// Bytes of an error's reason and of an endpoint's address (OPC 10000-6, 7.1.2).
    public static let transportTextBytes = 4_096
    /// Bytes of one certificate chain of a server.
    public static let certificateBytes = 32 << 10
    /// Nodes in one Read, unless the server allows fewer.
    public static let nodesPerRead = 1_000
    /// Items in one CreateMonitoredItems, unless the server allows fewer.
    public static let itemsPerCall = 1_000
    /// Paths in one TranslateBrowsePathsToNodeIds, unless the server allows fewer.
    public static let pathsPerCall = 500
    /// References that one Browse asks for at a time; the rest comes by continuation points.
    public static let referencesPerBrowse = 500
    /// References that one browse gathers in all.
    public static let browseReferences = 20_000
    /// Values that one HistoryRead asks for at a time.
    public static let historyValuesPerCall = 5_000
    /// Values that one reading of history gathers in all.
    public static let historyValues = 200_000
    /// Requests of the application that may be under way together.
    public static let requests = 64
    /// Notifications of one subscription that wait for a missed one before them.
    public static let heldNotifications = 64
    /// Missed notifications of one subscription that are asked for again.
    public static let republishedNotifications = 256
    /// Acknowledgements in one Publish; more wait for the next.
    public static let acknowledgements = 1_000
    /// Publish requests that wait at the server, at most.
    public static let publishRequests = 10
    /// Milliseconds until an item that was refused is asked for again.
    public static let itemRetryMilliseconds: Int64 = 60_000
    /// Characters of a server's text repeated in a message.
    public static let shownCharacters = 120
}

// What can be chosen when a store is opened.

/// Choices for opening a sample store.
public struct HistorianOptions: Sendable {
    /// Whether groups that have grown large in the head are sealed without being asked.
    public var sealsByItself: Bool
    /// Called at named places of the write path; throws there to play a fault in tests.
    var failpoint: @Sendable (Failpoint) throws -> Void

    /// Ordinary choices.
    public init(sealsByItself: Bool = true) {
        self.sealsByItself = sealsByItself
        failpoint = { _ in }
    }
}

/// Places around flushes where a test may play a fault.
enum Failpoint: Hashable, Sendable {
    /// Before the flush of appended samples.
    case commit
    /// After chunks were flushed to month files, before their head rows are deleted.
    case sealAfterChunks
    /// After signals were announced in the head, before chunks of bulk history are written.
    case historyBeforeChunks
    /// After chunks of bulk history were flushed.
    case historyAfterChunks
    /// After figures of a thinned signal were flushed, before its samples are removed.
    case thinAfterFigures
}

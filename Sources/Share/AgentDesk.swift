// The MTConnect agent of one world: wakes at the first request, rests when nobody asks.

public import Plant
import Synchronization
import Wire

/// What kind of error an answer is, for its HTTP status.
public enum AgentFault: Hashable, Sendable {
    /// The caller may not read.
    case unauthorized
    /// Address, device, asset or number are not there.
    case notThere
    /// The request cannot be understood.
    case badRequest
    /// More is asked for than can be given at once.
    case tooMany
    /// The request is understood, and not offered.
    case notOffered
    /// The agent failed.
    case ours

    init(_ code: MTConnectFaultCode) {
        switch code {
        case .unauthorized: self = .unauthorized
        case .assetNotFound, .invalidURI, .noDevice, .outOfRange: self = .notThere
        case .tooMany: self = .tooMany
        case .unsupported: self = .notOffered
        case .internalError: self = .ours
        case .invalidRequest, .invalidPath, .queryError, .other: self = .badRequest
        }
    }

    var code: MTConnectFaultCode {
        switch self {
        case .unauthorized: .unauthorized
        case .notThere: .invalidURI
        case .badRequest: .invalidRequest
        case .tooMany: .tooMany
        case .notOffered: .unsupported
        case .ours: .internalError
        }
    }
}

/// An answer of the agent.
public enum AgentAnswer: Sendable {
    /// One document, and whether it is an error.
    case document([UInt8], fault: AgentFault?)
    /// Documents that follow each other; ask ``AgentDesk/next(_:)`` for each.
    case flow(AgentFlow)
}

/// A stream of documents to one client.
public struct AgentFlow: Sendable {
    fileprivate var stream: MTConnectAgentStream
    fileprivate let instance: UInt64
    /// True when nothing follows.
    public fileprivate(set) var isFinished = false
}

/// What a stream does next.
public enum AgentStep: Sendable {
    /// Send this document.
    case send([UInt8])
    /// Look again after so long.
    case wait(Elapsed)
    /// Nothing follows.
    case end
}

/// The MTConnect agent of one world.
///
/// It keeps ``ShareLimits/agentObservations`` observations. While nobody asks it holds nothing and
/// costs nothing; each time it wakes it is a new instance with a new `instanceId`, so that a client
/// that was away begins anew instead of missing what happened in between.
public final class AgentDesk: Sendable {
    private struct State {
        var agent: MTConnectAgent?
        var model: AgentModel?
        var site: GivenSite?
        var asked = Elapsed.zero
        var lastInstance: UInt64 = 0
        var streams = 0
        var days: [Slug: CivilDate] = [:]
    }

    private let state = Mutex(State())
    private let wall: @Sendable () -> Timestamp
    private let now: @Sendable () -> Elapsed
    private let capacity: Int

    /// An agent that rests.
    ///
    /// `wall` is the time of its world, `now` a clock that never jumps; `capacity` is in
    /// observations.
    public init(
        wall: @escaping @Sendable () -> Timestamp, now: @escaping @Sendable () -> Elapsed,
        capacity: Int = ShareLimits.agentObservations
    ) {
        self.wall = wall
        self.now = now
        self.capacity = capacity
    }

    /// Whether it watches; false while it rests.
    public var isAwake: Bool { state.withLock { $0.agent != nil } }

    /// Open streams.
    public var streamCount: Int { state.withLock { $0.streams } }

    /// Lays the agent to rest when nobody has asked for ``ShareLimits/agentRest``; whether it
    /// watches after that.
    public func rest() -> Bool {
        let moment = now()
        return state.withLock { state in
            if state.streams == 0, moment - state.asked >= ShareLimits.agentRest {
                state.agent = nil
                state.model = nil
                state.site = nil
                state.days = [:]
            }
            return state.agent != nil
        }
    }

    /// Takes what the machines do; wakes it where it rests.
    ///
    /// Where the site has changed it begins anew, with a new instance.
    public func take(_ picture: GivenPicture, of site: GivenSite) {
        let time = wall()
        let moment = now()
        state.withLock { state in
            if state.agent == nil { state.asked = moment }
            if state.site != site || state.agent == nil {
                Self.begin(&state, site, time: time, capacity: capacity)
            }
            Self.add(picture, to: &state)
        }
    }

    private static func begin(
        _ state: inout State, _ site: GivenSite, time: Timestamp, capacity: Int
    ) {
        let model = AgentModel(site)
        // Milliseconds: two starts never share one.
        let instance = max(UInt64(max(0, time.millisecondsSince1970)), state.lastInstance + 1)
        do throws(FrameError) {
            state.agent = try MTConnectAgent(
                devices: model.devices, instanceID: instance, sender: "millwright",
                capacity: capacity, time: time.nanoseconds)
            state.model = model
            state.site = site
            state.lastInstance = instance
            state.days = [:]
        } catch {
            // Slugs are unique, so identifiers are: without an agent every request is answered
            // as a failure of the agent.
            state.agent = nil
        }
    }

    private static func add(_ picture: GivenPicture, to state: inout State) {
        guard let model = state.model, var agent = state.agent else { return }
        // Taken out of the state, so that adding does not copy the observations.
        state.agent = nil
        var reset: Set<Slug> = []
        for (machine, standing) in picture.standings {
            guard let day = standing.parts?.day else { continue }
            if let before = state.days[machine], before != day { reset.insert(machine) }
            state.days[machine] = day
        }
        for word in model.words(of: picture, reset: reset) {
            do throws(FrameError) {
                try agent.add(
                    word.value, to: word.dataItemID, at: word.time.nanoseconds,
                    resetTriggered: word.resetTriggered)
            } catch {
                continue  // Words and devices are of one model.
            }
        }
        state.agent = agent
    }

    /// The answer to a GET: path below the agent's address and query, as in "/sample?from=10".
    public func answer(_ target: String) -> AgentAnswer {
        let time = wall().nanoseconds
        let moment = now()
        return state.withLock { state in
            state.asked = moment
            do throws(MTConnectFault) {
                let request = try MTConnectAgentRequest.parse(target)
                guard let agent = state.agent else {
                    throw MTConnectFault(.internalError, "The agent is not ready. Ask again.")
                }
                switch try agent.answer(request, time: time) {
                case .document(let bytes): return .document(bytes, fault: nil)
                case .stream(let stream):
                    guard state.streams < ShareLimits.agentStreams else {
                        throw MTConnectFault(
                            .tooMany,
                            "There are \(ShareLimits.agentStreams) open streams. Close one.")
                    }
                    return .flow(AgentFlow(stream: stream, instance: agent.instanceID))
                }
            } catch {
                return .document(
                    Self.refusal(error, state.agent, time), fault: AgentFault(error.code))
            }
        }
    }

    private static func refusal(
        _ fault: MTConnectFault, _ agent: MTConnectAgent?, _ time: Int64
    ) -> [UInt8] {
        if let agent { return agent.faults([fault], time: time) }
        return AgentDocuments.refusal(fault, at: Timestamp(nanoseconds: time))
    }

    /// What a stream does next.
    public func next(_ flow: inout AgentFlow) -> AgentStep {
        guard !flow.isFinished else { return .end }
        let time = wall().nanoseconds
        let moment = now()
        return state.withLock { state in
            state.asked = moment
            guard let agent = state.agent, agent.instanceID == flow.instance else {
                // The agent has begun anew: the client comes back and sees the new instance.
                flow.isFinished = true
                return .end
            }
            if let bytes = flow.stream.document(
                from: agent, now: moment.nanoseconds, time: time)
            {
                flow.isFinished = flow.stream.isFinished
                return .send(bytes)
            }
            let due = flow.stream.deadline(agent) ?? moment.nanoseconds
            // The first look may find nothing: then it is due at once, and is looked at later.
            let wait = Elapsed(nanoseconds: max(due, moment.nanoseconds)) - moment
            return .wait(
                min(max(wait, ShareLimits.agentShortestLook), ShareLimits.agentLook))
        }
    }

    /// Tells that a stream begins; the agent watches as long as one is open.
    public func join() { state.withLock { $0.streams += 1 } }

    /// Tells that a stream has ended.
    public func leave() { state.withLock { $0.streams = max(0, $0.streams - 1) } }
}

/// Documents and parts of streams that need no agent.
public enum AgentDocuments {
    /// The document of an error where no agent watches.
    static func refusal(_ fault: MTConnectFault, at time: Timestamp) -> [UInt8] {
        let writer = MTConnectWriter()
        return writer.faults(
            MTConnectFaults(
                header: MTConnectHeader(
                    instanceID: 0, version: writer.schema, sender: "millwright",
                    creationTime: time.nanoseconds,
                    bufferSize: UInt64(ShareLimits.agentObservations)), faults: [fault]))
    }

    /// The document of an error, for whoever does not know the protocol itself.
    public static func refusal(
        _ fault: AgentFault, _ text: String, at time: Timestamp
    ) -> [UInt8] {
        refusal(MTConnectFault(fault.code, text), at: time)
    }

    /// The content type of a stream.
    public static func contentType(boundary: String) -> String {
        MTConnectAgentStream.contentType(boundary: boundary)
    }

    /// A document as a part of a stream.
    public static func part(_ document: [UInt8], boundary: String) -> [UInt8] {
        MTConnectAgentStream.frame(document, boundary: boundary)
    }

    /// The end of a stream.
    public static func end(boundary: String) -> [UInt8] {
        MTConnectAgentStream.end(boundary: boundary)
    }
}

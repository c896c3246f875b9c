// Endpoints, sessions and identities: what stands in the requests and answers about them.

/// One way of reaching a server.
///
/// Source: OPC 10000-4, EndpointDescription.
public struct OPCUAEndpoint: Hashable, Sendable {
    /// The address as the server knows it, often not the one from which it is reached.
    public var url: String
    /// The server's lasting name.
    public var applicationURI: String
    /// The server's name for people.
    public var applicationName: String
    /// The server's certificate, perhaps with those of its issuers behind.
    public var certificate: [UInt8]
    /// How messages are protected; nil for a number that the standard does not have.
    public var mode: OPCUASecurityMode?
    /// The address of the security policy; also of those that this client refuses.
    public var policyURI: String
    /// The kinds of identity that are taken.
    public var identities: [OPCUAIdentityPolicy]
    /// The address of the transport.
    public var transportURI: String
    /// The server's own opinion, higher for more secure.
    public var level: UInt8

    /// The policy, nil for those that this client does not speak.
    public var policy: OPCUASecurityPolicy? { OPCUASecurityPolicy(rawValue: policyURI) }

    /// The transport is the binary one on TCP.
    var isBinary: Bool {
        transportURI == "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"
    }
}

/// A kind of identity that an endpoint takes.
///
/// Source: OPC 10000-4, UserTokenPolicy.
public struct OPCUAIdentityPolicy: Hashable, Sendable {
    /// What an identity is made of.
    public enum Kind: Int32, Hashable, Sendable {
        /// Nobody in particular.
        case anonymous = 0
        /// A name and a password.
        case userName = 1
        /// A certificate of a person.
        case certificate = 2
        /// A token of another service.
        case issuedToken = 3
    }

    /// The server's name for this policy.
    public var id: String
    /// What the identity is made of; nil for a number that the standard does not have.
    public var kind: Kind?
    /// The policy that hides passwords; nil means that of the endpoint.
    public var policyURI: String?
}

/// What is asked of CreateSession.
///
/// Source: OPC 10000-4, service CreateSession.
public struct OPCUASessionRequest: Hashable, Sendable {
    /// This application's lasting name.
    public var applicationURI: String
    /// The product's lasting name.
    public var productURI: String
    /// This application's name for people.
    public var applicationName: String
    /// The address that was dialled.
    public var endpointURL: String
    /// A name for the session in the server's diagnostics.
    public var name: String
    /// 32 random bytes that the server signs; nil without security.
    public var nonce: [UInt8]?
    /// This application's certificate; nil without security.
    public var certificate: [UInt8]?
    /// How long the session lives without requests, milliseconds.
    public var timeoutMilliseconds: Double
    /// Bytes of the largest answer.
    public var maximumAnswerBytes: UInt32

    /// A request from its parts.
    public init(
        applicationURI: String, productURI: String, applicationName: String, endpointURL: String,
        name: String, nonce: [UInt8]?, certificate: [UInt8]?, timeoutMilliseconds: Double,
        maximumAnswerBytes: UInt32 = UInt32(OPCUALimits.messageBytes)
    ) {
        self.applicationURI = applicationURI
        self.productURI = productURI
        self.applicationName = applicationName
        self.endpointURL = endpointURL
        self.name = name
        self.nonce = nonce
        self.certificate = certificate
        self.timeoutMilliseconds = timeoutMilliseconds
        self.maximumAnswerBytes = maximumAnswerBytes
    }
}

/// What CreateSession gives.
public struct OPCUASessionResponse: Hashable, Sendable {
    /// The session's public name.
    public var id: OPCUANodeID
    /// The session's secret name.
    public var authentication: OPCUANodeID
    /// How long the session lives without requests, milliseconds.
    public var timeoutMilliseconds: Double
    /// What the client signs when it activates.
    public var nonce: [UInt8]?
    /// The server's certificate.
    public var certificate: [UInt8]?
    /// The endpoints, to compare with what GetEndpoints gave.
    public var endpoints: [OPCUAEndpoint]
    /// The server's proof of its key.
    public var signature: OPCUASignature
    /// Bytes of the largest request, 0 for any.
    public var maximumRequestBytes: UInt32
}

/// A signature with the name of its algorithm.
public struct OPCUASignature: Hashable, Sendable {
    /// The address of the algorithm.
    public var algorithm: String?
    /// The signature.
    public var bytes: [UInt8]?

    /// A signature from its parts; none by default.
    public init(algorithm: String? = nil, bytes: [UInt8]? = nil) {
        self.algorithm = algorithm
        self.bytes = bytes
    }
}

/// What is asked of ActivateSession.
///
/// Source: OPC 10000-4, service ActivateSession, UserIdentityToken.
public struct OPCUAActivation: Hashable, Sendable {
    /// Who uses the session.
    public enum Identity: Hashable, Sendable {
        /// Nobody in particular.
        case anonymous(policy: String)
        /// A person or program with a password, as it goes over the wire.
        case userName(policy: String, name: String, password: [UInt8], algorithm: String?)
    }

    /// The client's proof of its key.
    public var signature: OPCUASignature
    /// Languages that texts are wanted in, the best first.
    public var locales: [String]
    /// Who uses the session.
    public var identity: Identity

    /// An activation from its parts.
    public init(signature: OPCUASignature, locales: [String], identity: Identity) {
        self.signature = signature
        self.locales = locales
        self.identity = identity
    }
}

extension OPCUAWriter {
    mutating func session(_ session: OPCUASessionRequest) {
        string(session.applicationURI)
        string(session.productURI)
        localizedText(OPCUALocalizedText(session.applicationName))
        int32(1)  // A client.
        string(nil)
        string(nil)
        array([String]()) { $0.string($1) }
        string(nil)
        string(session.endpointURL)
        string(session.name)
        byteString(session.nonce)
        byteString(session.certificate)
        double(session.timeoutMilliseconds)
        uint32(session.maximumAnswerBytes)
    }

    mutating func activation(_ activation: OPCUAActivation) {
        string(activation.signature.algorithm)
        byteString(activation.signature.bytes)
        array([String]()) { $0.string($1) }
        array(activation.locales) { $0.string($1) }
        var content = OPCUAWriter()
        switch activation.identity {
        case .anonymous(let policy):
            content.string(policy)
            extensionObject(
                OPCUAExtensionObject(OPCUANodeID(standard: 321), .bytes(content.bytes)))
        case .userName(let policy, let name, let password, let algorithm):
            content.string(policy)
            content.string(name)
            content.byteString(password)
            content.string(algorithm)
            extensionObject(
                OPCUAExtensionObject(OPCUANodeID(standard: 324), .bytes(content.bytes)))
        }
        string(nil)
        byteString(nil)
    }
}

extension OPCUAReader {
    mutating func endpoints() throws(FrameError) -> [OPCUAEndpoint] {
        try array(of: 40) { (reader) throws(FrameError) in try reader.endpoint() }
    }

    private mutating func endpoint() throws(FrameError) -> OPCUAEndpoint {
        let url = try string() ?? ""
        let applicationURI = try string() ?? ""
        _ = try string()
        let name = try localizedText()
        _ = try int32()
        _ = try string()
        _ = try string()
        _ = try array(of: 4) { (reader) throws(FrameError) in try reader.string() }
        let certificate = try byteString(atMost: OPCUALimits.certificateBytes) ?? []
        let mode = OPCUASecurityMode(rawValue: try int32())
        let policyURI = try string() ?? ""
        let identities = try array(of: 20) { (reader) throws(FrameError) in
            let id = try reader.string() ?? ""
            let kind = OPCUAIdentityPolicy.Kind(rawValue: try reader.int32())
            _ = try reader.string()
            _ = try reader.string()
            let policyURI = try reader.string()
            return OPCUAIdentityPolicy(
                id: id, kind: kind, policyURI: policyURI == "" ? nil : policyURI)
        }
        let transportURI = try string() ?? ""
        return OPCUAEndpoint(
            url: url, applicationURI: applicationURI, applicationName: name.text ?? "",
            certificate: certificate, mode: mode, policyURI: policyURI, identities: identities,
            transportURI: transportURI, level: try byte())
    }

    mutating func session() throws(FrameError) -> OPCUASessionResponse {
        let id = try nodeID()
        let authentication = try nodeID()
        let timeout = try double()
        let nonce = try byteString(atMost: OPCUALimits.transportTextBytes)
        let certificate = try byteString(atMost: OPCUALimits.certificateBytes)
        let endpoints = try endpoints()
        _ = try array(of: 8) { (reader) throws(FrameError) in
            _ = try reader.byteString()
            _ = try reader.byteString()
        }
        let algorithm = try string()
        let signature = OPCUASignature(
            algorithm: algorithm, bytes: try byteString(atMost: OPCUALimits.transportTextBytes))
        return OPCUASessionResponse(
            id: id, authentication: authentication, timeoutMilliseconds: timeout, nonce: nonce,
            certificate: certificate, endpoints: endpoints, signature: signature,
            maximumRequestBytes: try uint32())
    }

    mutating func activation() throws(FrameError) -> [UInt8]? {
        let nonce = try byteString(atMost: OPCUALimits.transportTextBytes)
        _ = try array(of: 4) { (reader) throws(FrameError) in try reader.status() }
        try skipDiagnostics()
        return nonce
    }
}

// What is given to other systems, as pages and the MTConnect agent ask for it.

public import Loop
public import Share

/// What the running box gives to other systems.
public protocol GivingDoor: Sendable {
    /// Whether MTConnect clients may read without a token.
    var isMTConnectOpen: Bool { get }
    /// What is published, nil while nobody has said.
    func settings() async throws -> GivingSettings?
    /// Keeps what is published; throws ``GivingRefused``.
    func keep(_ settings: GivingSettings, actor: String) async throws
    /// Tries the broker of settings; throws ``GivingRefused``.
    func attempt(_ settings: GivingSettings) async throws
    /// How publishing stands, one for each form that is published.
    var standings: [GivingStanding] { get }
    /// Topics of the firm's own machines with their last content, some of each machine first.
    func examples(_ settings: GivingSettings) async throws -> [GivenTopic]
    /// The MTConnect agent of a world, awake; nil where there is no such world.
    func agent(of kind: WorldKind) async throws -> AgentDesk?
}

// "Try it": one connection to the broker, and what came of it in words.

public import Capture
import Plant
import Wire

/// Tries a broker.
public enum GivingTrial {
    /// Connects with the settings and signs off again; throws what stands in the way.
    ///
    /// Nothing is published: the trial has a name of its own at the broker and no will.
    public static func run(
        _ settings: GivingSettings, clock: CaptureClock, dialer: Dialer
    ) async throws(GivingRefused) {
        try settings.check()
        guard let endpoint = settings.endpoint else { return }
        do throws(ConnectorError) {
            try await connect(settings, endpoint, clock, dialer)
        } catch {
            throw refusal(error, settings, endpoint)
        }
    }

    private static func connect(
        _ settings: GivingSettings, _ endpoint: Endpoint, _ clock: CaptureClock, _ dialer: Dialer
    ) async throws(ConnectorError) {
        let session: MQTTSession
        do throws(FrameError) {
            session = try MQTTSession(
                MQTTSessionSettings(
                    clientID: "millwright-" + settings.site.text + "-trial", cleanStart: true,
                    sessionExpirySeconds: 0,
                    username: settings.user.isEmpty ? nil : settings.user,
                    password: settings.password.isEmpty ? nil : Array(settings.password.utf8)))
        } catch {
            throw .misconfigured(field: "user", reason: error.description)
        }
        let channel = try await dialer.connect(endpoint, ShareLimits.connectTime)
        var line = BrokerLine(channel, session, endpoint, clock)
        do throws(ConnectorError) {
            try await line.open()
            _ = try await line.tell([.disconnect(sendWill: false)])
        } catch {
            await channel.close()
            throw error
        }
        await channel.close()
    }

    private static func refusal(
        _ error: ConnectorError, _ settings: GivingSettings, _ endpoint: Endpoint
    ) -> GivingRefused {
        switch error {
        case .unreachable(_, let detail):
            return GivingRefused(
                "broker", "There is no way to \(endpoint): \(detail).",
                "Check the address, and that the broker's computer is on.")
        case .refused(_, let detail):
            return GivingRefused(
                "broker", "\(endpoint) says no: \(detail).",
                settings.isSecure
                    ? "Check the port, which with TLS is usually 8883, and the certificates."
                    : "Check the port, usually 1883, and that the broker runs.")
        case .timedOut:
            return GivingRefused(
                "broker", "\(endpoint) does not answer.",
                settings.isSecure
                    ? "Check the port: with TLS it is usually 8883. A firewall may stand between."
                    : "Check the port. A broker that wants TLS says nothing here: choose TLS.")
        case .rejected(_, let meaning):
            return GivingRefused(
                "user", "The broker does not let the box in: \(meaning).",
                "Check the user and the password.")
        case .closed:
            return GivingRefused(
                "broker", "\(endpoint) ended the connection without a word.",
                settings.isSecure
                    ? "Check the port, which with TLS is usually 8883."
                    : "It may want TLS, or a user and a password.")
        default:
            return GivingRefused(
                "broker", "\(endpoint): \(error.what).", error.remedy)
        }
    }
}

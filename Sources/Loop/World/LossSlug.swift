// Ids of losses that are no reason of the site: they begin with a hyphen, which no reason's does.

public import Plant
import Understand

/// Losses beside the site's own reasons, as addresses name them.
public enum LossSlug {
    /// Stops that nobody has explained.
    public static let unexplained: Slug = Slug("-unexplained")
    /// Stops under the short-stop limit.
    public static let shortStops: Slug = Slug("-short-stops")
    /// Faults without a reason.
    public static let fault: Slug = Slug("-fault")
    /// Setting up.
    public static let setup: Slug = Slug("-setup")

    /// The id of a line of a ranking.
    static func slug(of key: LossKey) -> Slug {
        switch key {
        case .reason(let slug): slug
        case .unexplained: unexplained
        case .shortStops: shortStops
        case .fault: fault
        case .setup: setup
        }
    }

    /// The line of a ranking with an id.
    static func key(of slug: Slug) -> LossKey {
        switch slug {
        case unexplained: .unexplained
        case shortStops: .shortStops
        case fault: .fault
        case setup: .setup
        default: .reason(slug)
        }
    }
}

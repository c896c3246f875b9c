// Faults of the two stores in words for people, wherever they surface.

import Historian
import Journal

/// Puts the stores' faults into words.
public enum StoreTrouble {
    /// Why and what to do, nil when the error is not one of the stores'.
    ///
    /// `isNewer` tells that the data was made by a newer program, which this one must not touch.
    public static func words(
        _ error: any Error
    ) -> (why: String, remedy: String, isNewer: Bool, isFull: Bool, isBusy: Bool)? {
        switch error {
        case let error as JournalError:
            var isNewer = false
            var isFull = false
            var isBusy = false
            switch error {
            case .newerVersion: isNewer = true
            case .diskFull: isFull = true
            case .busy: isBusy = true
            default: break
            }
            return (error.description + ".", error.remedy, isNewer, isFull, isBusy)
        case let error as StoreError:
            var isNewer = false
            var isFull = false
            var isBusy = false
            switch error {
            case .newerFormat: isNewer = true
            case .full: isFull = true
            case .busy: isBusy = true
            default: break
            }
            return (error.what + ".", error.remedy, isNewer, isFull, isBusy)
        default: return nil
        }
    }

    /// What happened when an id came twice with different content, nil for other errors.
    public static func conflict(_ error: any Error) -> String? {
        guard let error = error as? JournalError, case .conflict = error else { return nil }
        return error.description
    }
}

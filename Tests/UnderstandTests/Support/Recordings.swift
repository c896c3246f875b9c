// Recorded data of real machines, used where it lies.

import Foundation

/// A file or folder of the recordings: below `MILLWRIGHT_REFERENCE_DATA`, else beside the project.
func recording(_ name: String) -> URL {
    if let path = ProcessInfo.processInfo.environment["MILLWRIGHT_REFERENCE_DATA"] {
        return URL(filePath: path).appending(path: name)
    }
    var url = URL(filePath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<5 { url.deleteLastPathComponent() }
    return url.appending(path: "shared/data/" + name)
}

// Versions of libraries, for pages and checks above the stores.

import Historian

/// Versions of the libraries that matter for stored data.
public enum LibraryFacts {
    /// SQLite's version such as `3.40.1`.
    public static var sqlite: String { SQLiteFacts.version }
}

// The message files that the program carries with it.

/// The messages of this program.
public enum BoxMessages {
    /// The embedded files, English first.
    public static var files: [MessageFile] {
        [
            MessageFile(name: "en.txt", language: .english, bytes: PackageResources.en_txt),
            MessageFile(name: "pl.txt", language: .polish, bytes: PackageResources.pl_txt),
            MessageFile(name: "ro.txt", language: .romanian, bytes: PackageResources.ro_txt),
            MessageFile(name: "pa.txt", language: .punjabi, bytes: PackageResources.pa_txt),
        ]
    }

    /// The catalogue of all of them.
    ///
    /// Throws when a file is flawed, which the tests rule out for the files of a release.
    public static func catalog() throws(MessageFlaws) -> MessageCatalog {
        try MessageCatalog(files)
    }
}

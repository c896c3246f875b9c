// Which room may import which: the table of architecture.md as code.

/// What a room of `Sources` may import. Rooms that no longer exist may stay out of the table.
private let allowedImports: [String: Set<String>] = [
    "Plant": [],
    "Wire": [],
    "Historian": ["Plant", "CZstd", "GRDB", "GRDBSQLite", "Synchronization", "Glibc"],
    "Journal": ["Plant", "GRDB", "Crypto", "Synchronization", "Glibc"],
    "Capture": [
        "Plant", "Wire", "NIOCore", "NIOPosix", "Logging", "Synchronization", "Glibc",
    ],
    "Share": ["Plant", "Wire", "Capture", "Synchronization"],
    "Understand": ["Plant"],
    "Act": ["Plant", "Understand"],
    "Prove": ["Plant", "Understand"],
    "Guide": ["Plant", "Understand"],
    "Backup": ["CZstd", "Crypto", "Glibc"],
    "Sheets": ["Plant", "CZip", "Foundation", "FoundationXML"],
    "Imports": ["Plant", "Sheets"],
    "Messages": ["Synchronization"],
    "Accounts": ["Plant"],
    "Outbound": ["Plant", "CCurl", "Synchronization", "Glibc"],
    "Trust": ["Wire", "Crypto", "CryptoExtras", "X509", "SwiftASN1", "FoundationEssentials"],
    "Demonstrator": ["Plant", "Wire", "NIOCore", "NIOPosix", "Synchronization"],
    "Loop": [
        "Plant", "Wire", "Historian", "Journal", "Capture", "Understand", "Demonstrator", "Logging",
        "Share", "Backup", "Trust", "CKernel", "Crypto", "CryptoExtras", "TOMLKit", "NIOCore",
        "NIOPosix",
        "Synchronization", "Glibc",
    ],
    "Web": [
        "Plant", "Understand", "Share", "Guide", "Loop", "Messages", "Sheets", "Imports",
        "Accounts",
        "Hummingbird", "HummingbirdCore", "HTTPTypes", "Logging",
        "Mustache", "NIOCore", "NIOEmbedded", "NIOHTTP1", "NIOHTTPCompression", "NIOHTTPTypes",
        "ServiceLifecycle",
        "Synchronization", "Foundation", "FoundationEssentials", "CXlsxWriter",
        "CQrencode",
    ],
    "millwright": [
        "Plant", "Wire", "Historian", "Journal", "Capture", "Understand", "Share", "Loop", "Web",
        "Outbound", "Prove", "Profiles", "Demonstrator", "Logging", "ServiceLifecycle",
        "UnixSignals",
        "ArgumentParser",
        "AsyncHTTPClient", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOFoundationCompat",
        "Synchronization", "Glibc", "Foundation", "FoundationEssentials", "Hummingbird",
        "HummingbirdCore", "HummingbirdHTTP2", "NIOSSL",
    ],
]

private let rooms = Set(allowedImports.keys)

let importRules: [Rule] = [
    Rule(
        name: "imports", source: "architecture.md section 3",
        remedy: "Move the code to a room that may import this, or pass a value or closure in.",
        planted: [
            "Sources/Understand/Planted.swift": "// A planted violation.\nimport Historian\n"
        ],
        expected: "Sources/Understand/Planted.swift:2",
        innocent: [
            "Sources/Historian/Fine.swift":
                "// Fine.\npublic import Plant\nimport struct GRDB.Row\n"
        ],
        check: importsOutsideTheTable),
    Rule(
        name: "foundation", source: "style rule 44",
        remedy: "Below Web write it with the standard library; bytes are [UInt8], times Timestamp.",
        planted: ["Sources/Capture/Planted.swift": "// A planted violation.\nimport Foundation\n"],
        expected: "Sources/Capture/Planted.swift:2",
        innocent: ["Sources/Web/Fine.swift": "// Fine.\nimport Foundation\n"]
    ) { tree in
        var findings: [Finding] = []
        for file in tree.sources where file.room != "Web" && file.room != "millwright" {
            for (line, module) in imports(of: file) where module.hasPrefix("Foundation") {
                findings.append(file.finding(line, "imports \(module)"))
            }
        }
        return findings
    },
    Rule(
        name: "sql-rooms", source: "architecture.md section 4",
        remedy:
            "Only Historian and Journal know SQL: give them a function that says what you need.",
        planted: ["Sources/Loop/Planted.swift": "// A planted violation.\nimport GRDB\n"],
        expected: "Sources/Loop/Planted.swift:2",
        innocent: ["Sources/Journal/Fine.swift": "// Fine.\nimport GRDB\n"]
    ) { tree in
        var findings: [Finding] = []
        for file in tree.sources where file.room != "Historian" && file.room != "Journal" {
            for (line, module) in imports(of: file) where module == "GRDB" {
                findings.append(file.finding(line, "imports GRDB"))
            }
        }
        return findings
    },
    Rule(
        name: "declared-dependencies", source: "architecture.md section 3",
        remedy: "Take the dependency out of Package.swift, or change the table with a decision.",
        planted: [
            "Package.swift": """
            let package = Package(targets: [
                .target(name: "Plant", swiftSettings: hot),
                .target(name: "Wire", dependencies: ["Plant"], swiftSettings: hot),
            ])
            """
        ],
        expected: "Package.swift:3",
        innocent: [
            "Package.swift": """
            let package = Package(targets: [
                .target(name: "Capture", dependencies: ["Plant", "Wire", logging] + nio),
            ])
            """
        ],
        check: dependenciesOutsideTheTable),
]

@Sendable private func importsOutsideTheTable(_ tree: Tree) -> [Finding] {
    var findings: [Finding] = []
    for file in tree.sources {
        guard let room = file.room, room != "CZstd", room != "CKernel", room != "CZip",
            room != "CXlsxWriter"
        else {
            continue
        }
        guard let allowed = allowedImports[room] else {
            findings.append(file.finding(1, "the room \(room) is not in the table of imports"))
            continue
        }
        for (line, module) in imports(of: file) where !allowed.contains(module) {
            findings.append(file.finding(line, "\(room) imports \(module)"))
        }
    }
    return findings
}

/// Lines and modules of a file's imports.
private func imports(of file: SourceFile) -> [(Int, String)] {
    file.code.lines(with: "import ").compactMap { line in
        let words = line.text.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
            words[..<place].allSatisfy({
                $0.hasPrefix("@") || $0.hasSuffix("public") || $0 == "internal" || $0 == "private"
                    || $0 == "fileprivate"
            })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "let", "var"]
        let named = kinds.contains(words[place + 1]) ? place + 2 : place + 1
        guard named < words.count else { return nil }
        return (line.number, String(words[named].prefix { $0 != "." }))
    }
}

@Sendable private func dependenciesOutsideTheTable(_ tree: Tree) -> [Finding] {
    guard let package = tree.file("Package.swift") else { return [] }
    var findings: [Finding] = []
    var target: String?
    var isTest = false
    for (index, line) in package.lines.enumerated() {
        if line.contains(".target(") || line.contains(".executableTarget(") {
            (target, isTest) = (nil, false)
        }
        if line.contains(".testTarget(") || line.contains(".systemLibrary(") { isTest = true }
        if target == nil, let name = quoted(after: "name:", in: line) { target = name }
        guard !isTest, let room = target, let allowed = allowedImports[room] else { continue }
        let names = line.split(separator: "\"").map(String.init)
        for name in names where rooms.contains(name) && name != room && !allowed.contains(name) {
            findings.append(package.finding(index + 1, "\(room) depends on \(name)"))
        }
    }
    return findings
}

private func quoted(after label: String, in line: Substring) -> String? {
    guard let place = line.firstRange(of: label) else { return nil }
    let parts = line[place.upperBound...].split(separator: "\"", omittingEmptySubsequences: false)
    return parts.count > 1 ? String(parts[1]) : nil
}

// Reads message files into tables and collects everything that is wrong in them.

/// The check of one loading.
struct CatalogCheck {
    private var flaws: [MessageFlaw] = []

    /// The messages of one language; each is checked against the English one where there is one.
    mutating func read(
        _ files: [MessageFile], _ language: MessageLanguage,
        against english: [String: MessageCatalog.Entry]?
    ) -> [String: MessageCatalog.Entry] {
        var lines: [MessageLine] = []
        for file in files where file.language == language { lines += file.lines(&flaws) }
        var table: [String: MessageCatalog.Entry] = [:]
        table.reserveCapacity(lines.count)
        var places: [String: Int] = [:]
        places.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() {
            if let first = places[line.key] {
                flaws.append(
                    line.flaw(
                        "the key stands already in \(lines[first].file), line"
                            + " \(lines[first].number)", "Keep one of the two."))
                continue
            }
            places[line.key] = index
            guard places.count <= MessageLimits.messages else {
                flaws.append(
                    line.flaw(
                        "it is message \(MessageLimits.messages + 1) of its language;"
                            + " \(MessageLimits.messages) is the limit",
                        "Take out what is no longer used."))
                break
            }
            if let entry = entry(line, language, against: english) { table[line.key] = entry }
        }
        return table
    }

    private mutating func entry(
        _ line: MessageLine, _ language: MessageLanguage,
        against english: [String: MessageCatalog.Entry]?
    ) -> MessageCatalog.Entry? {
        do {
            let pattern = try PatternReader.read(line.source, language)
            if let english { compare(line, pattern, english[line.key]) }
            return MessageCatalog.Entry(source: line.source, pattern: pattern)
        } catch {
            flaws.append(line.flaw(error.says, error.remedy))
            return nil
        }
    }

    /// Compares a translation with its English message.
    private mutating func compare(
        _ line: MessageLine, _ pattern: MessagePattern, _ english: MessageCatalog.Entry?
    ) {
        guard let english else {
            flaws.append(
                line.flaw(
                    "English has no sound message of this key",
                    "Correct the key or the English message, or take this one out."))
            return
        }
        if pattern.parts.count == 1, case .literal = pattern.parts[0] { return }
        let known = english.pattern.slots
        for slot in pattern.slots.subtracting(known).sorted() {
            let list = known.sorted().map { "{\($0)}" }.joined(separator: ", ")
            flaws.append(
                line.flaw(
                    "the slot {\(slot)} is not in the English message",
                    known.isEmpty
                        ? "The English message has no slots: take it out."
                        : "Its slots are \(list)."))
        }
        let words = english.pattern.selections
        for (slot, chosen) in pattern.selections.sorted(by: { $0.key < $1.key }) {
            guard let offered = words[slot] else { continue }
            for word in chosen.subtracting(offered).sorted() {
                let list = offered.sorted().joined(separator: ", ")
                flaws.append(
                    line.flaw(
                        "{\(slot)} has a branch \(word) that the English message does not know",
                        "Its words are \(list)."))
            }
        }
    }

    /// Throws when anything was wrong.
    func finish(_ files: [MessageFile]) throws(MessageFlaws) {
        var flaws = flaws
        if !files.contains(where: { $0.language == .english }) {
            flaws.insert(
                MessageFlaw(
                    file: "en.txt", line: nil, key: nil, says: "there is no English file",
                    remedy: "Every message is said in English first: add the file."), at: 0)
        }
        for file in files where file.language == .pseudo {
            flaws.append(
                MessageFlaw(
                    file: file.name, line: nil, key: nil,
                    says: "the pseudo-language is made from English and has no file",
                    remedy: "Take the file out."))
        }
        guard !flaws.isEmpty else { return }
        let limit = MessageLimits.reportedFlaws
        throw MessageFlaws(
            flaws: Array(flaws.prefix(limit)), others: max(0, flaws.count - limit))
    }
}

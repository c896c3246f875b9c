// Where a waiting file stands: what is to be decided next, or what would be stored.

import Imports
import Loop
import Plant
import Sheets

/// The next step of a file.
enum ImportStep: Sendable {
    /// Which sheet of several.
    case sheet([SheetEntry])
    /// Questions about how the file is to be read.
    case reading([Question])
    /// Questions about what columns mean.
    case columns([ImportQuestion], RoleGuess)
    /// Questions about names in it; they may stay open, then their rows are refused.
    case names([ImportQuestion], RoleGuess)
}

/// Works out the next step of a file.
struct ImportSteps {
    let table: TableGuess?
    let guess: RoleGuess?
    let plan: ImportPlan?
    /// The next step, nil when everything is decided.
    let next: ImportStep?

    /// Throws ``RefusedSaying`` with what keeps the file from being read.
    init(_ file: WaitingFile, site: ImportSite, zone: ZoneRules) throws {
        var decisions = file.decisions
        let shown = file.book.sheets.enumerated().filter { !$0.element.isHidden }
        guard let number = file.sheet ?? (shown.count == 1 ? shown.first?.offset : nil) else {
            (table, guess, plan) = (nil, nil, nil)
            next = .sheet(file.book.sheets)
            return
        }
        do {
            let sheet = try file.book.sheet(number)
            var table = try sheet.guess(decisions)
            if let first = table.open.first {
                (self.table, guess, plan) = (table, nil, nil)
                next = .reading([first])
                return
            }
            var guess = RoleGuess(table, site: site)
            for (column, kind) in guess.wishes where decisions.kinds[column] == nil {
                decisions.kinds[column] = kind
            }
            if decisions != file.decisions {
                table = try sheet.guess(decisions)
                guess = RoleGuess(table, site: site)
                if let first = table.open.first {
                    (self.table, self.guess, plan) = (table, guess, nil)
                    next = .reading([first])
                    return
                }
            }
            let plan = file.plan ?? ImportPlan(guess, zone: zone)
            (self.table, self.guess, self.plan) = (table, guess, plan)
            let open = plan.open(table, guess: guess, site: site)
            if !open.isEmpty {
                next = .columns(open, guess)
                return
            }
            let survey = try ImportSurvey(table, plan: plan, site: site)
            let names = survey.open(plan, site: site)
            next = names.isEmpty ? nil : .names(names, guess)
        } catch let error as SheetError {
            throw ImportSteps.refusal(error.words)
        } catch let error as ImportError {
            throw ImportSteps.refusal(error.words)
        }
    }

    static func refusal(
        _ words: (says: String, why: String, remedy: String)
    ) -> RefusedSaying {
        RefusedSaying(
            field: "file", says: words.why.isEmpty ? words.says : words.says + " " + words.why,
            remedy: words.remedy)
    }

    /// What would be stored, against what is stored already.
    func outcome(
        _ file: WaitingFile, site: ImportSite, number: UInt32, now: Timestamp,
        existing: ImportExisting
    ) throws -> Imports.ImportOutcome? {
        guard let table, let guess, let plan else { return nil }
        do throws(ImportError) {
            let run = try ImportRun(
                table: table, guess: guess, plan: plan, site: site,
                stamp: ImportStamp(
                    number: number, fileHash: file.sha256, sheet: "", now: now,
                    actor: "import"))
            return try run.outcome(existing: { _ in existing })
        } catch {
            throw ImportSteps.refusal(error.words)
        }
    }
}

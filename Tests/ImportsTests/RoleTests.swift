// What columns say: headings in six languages, values without a heading, and what is asked.

import Plant
import Sheets
import Testing

@testable import Imports

@Suite struct RoleTests {
    @Test(
        "headings of stops in six languages",
        arguments: [
            ["Machine", "Start", "End", "Reason", "Comments"],
            ["Maschine", "Beginn", "Ende", "Stillstandsgrund", "Bemerkung"],
            ["Équipement", "Début", "Fin", "Cause d'arrêt", "Commentaire"],
            ["Maszyna", "Początek", "Koniec", "Przyczyna postoju", "Uwagi"],
            ["Utilaj", "Început", "Sfârșit", "Motivul opririi", "Observații"],
            ["Máquina", "Inicio", "Fin", "Causa de parada", "Observaciones"],
        ])
    func headings(names: [String]) throws {
        let bench = try Bench(
            names.joined(separator: ";")
                + "\nLathe 1;2026-11-13 10:00;2026-11-13 10:20;Tooling;x y\n")
        let wanted: [ColumnRole] = [.machine, .start, .end, .reason, .detail]
        #expect(names.map(bench.role) == wanted)
        #expect(bench.plan.kind == .stops)
        #expect(bench.guess.columns.allSatisfy { $0.confidence >= 0.5 && !$0.why.isEmpty })
    }

    @Test(
        "headings of parts in six languages",
        arguments: [
            ["Date", "Machine", "Good parts", "Scrap", "Job no"],
            ["Datum", "Anlage", "Gutteile", "Ausschuss", "Auftrag"],
            ["Jour", "Machine", "Bonnes pièces", "Rebuts", "Ordre de fabrication"],
            ["Dzień", "Maszyna", "Sztuki dobre", "Braki", "Zlecenie"],
            ["Ziua", "Mașină", "Piese bune", "Rebuturi", "Comandă"],
            ["Fecha", "Máquina", "Piezas buenas", "Rechazos", "Orden de trabajo"],
        ])
    func partsHeadings(names: [String]) throws {
        let bench = try Bench(names.joined(separator: ";") + "\n2026-11-13;Lathe 1;10;1;J-1\n")
        let wanted: [ColumnRole] = [.day, .machine, .good, .scrap, .job]
        #expect(names.map(bench.role) == wanted)
        #expect(bench.plan.kind == .production)
    }

    @Test("two columns that fit one role are a question, and neither is taken")
    func rivals() throws {
        var bench = try Bench(
            "Machine,Start,Downtime (min),Duration (min),Reason\n"
                + "Lathe 1,2026-11-13 10:00,20,25,Tooling\n")
        #expect(bench.role("Downtime (min)") == nil && bench.role("Duration (min)") == nil)
        let question = try #require(bench.guess.questions.first)
        #expect(question.id == .role(.minutes))
        #expect(
            question.text
                == "“Downtime (min)” and “Duration (min)” could all be how long it took. Which is it?"
        )
        #expect(question.choices.map(\.text)[1] == "“Duration (min)”, as in “25”")
        bench.plan.apply(question.choices[1].change)
        #expect(bench.open == [])
        #expect(try bench.drafts()[0] == "lathe-1 idle 11-13T10:00 11-13T10:25")
    }

    @Test("a role that a person gives twice is asked back, and not read before")
    func givenTwice() throws {
        var bench = try Bench(
            "Machine,Start,Minutes,Reason,Colour\nLathe 1,2026-11-13 10:00,5,Tooling,red\n")
        bench.plan.apply(.roles([4: .reason]))
        #expect(bench.open == ["“Reason” and “Colour” could all be the reason. Which is it?"])
        #expect(throws: ImportError.self) { try bench.outcome() }
        bench.plan.apply(
            bench.plan.open(bench.table, guess: bench.guess, site: bench.site)[0].choices[0].change)
        #expect(bench.open == [])
    }

    @Test("a column that nothing fits is asked with its examples, and can be left out")
    func unknownColumn() throws {
        var bench = try Bench(
            "Machine,Start,Minutes,Reason,Colour\nLathe 1,2026-11-13 10:00,5,Tooling,red\n")
        #expect(bench.open == ["What is “Colour”? It holds “red”."])
        #expect(throws: ImportError.self) { try bench.outcome() }
        let question = bench.guess.questions[0]
        #expect(question.choices.last?.text == "Nothing to bring in")
        #expect(question.choices.contains { $0.text == "A note" })
        bench.plan.apply(.roles([4: .ignore]))
        #expect(bench.open == [])
    }

    @Test("values tell machines and reasons where headings do not")
    func valuesTell() throws {
        let bench = try Bench(
            "Where,Start,Minutes,Text\nLathe 1,2026-11-13 10:00,5,Tooling\n"
                + "Lathe 2,2026-11-13 11:00,5,Breakdown\n")
        #expect(bench.role("Where") == .machine && bench.role("Text") == .reason)
        #expect(bench.guess.columns[0].why == "2 of its values are machines of this site.")
        #expect(bench.open == [])
    }

    @Test("numbers of a length of time without a unit are asked")
    func unit() throws {
        var bench = try Bench(
            "Machine,Start,Length,Reason\nLathe 1,2026-11-13 10:00,90,Tooling\n")
        let asked = bench.plan.open(bench.table, guess: bench.guess, site: bench.site)
        #expect(asked.map(\.text) == ["“90” in “Length”: minutes, hours or seconds?"])
        bench.plan.apply(asked[0].choices[2].change)
        #expect(try bench.drafts()[0] == "lathe-1 idle 11-13T10:00 11-13T10:01:30")
    }

    @Test("what a kind of table needs and no column gives is asked")
    func missing() throws {
        var bench = try Bench(
            "Start,Minutes,Reason\n2026-11-13 10:00,90,Tooling\n")
        let asked = bench.plan.open(bench.table, guess: bench.guess, site: bench.site)
        #expect(asked.map(\.id) == [.missing(.machine)])
        #expect(asked[0].choices.map(\.text).contains("Lathe 2 for all rows"))
        bench.plan.apply(.machine(Slug("lathe-2")))
        #expect(try bench.drafts()[0] == "lathe-2 idle 11-13T10:00 11-13T11:30")
    }

    @Test("a table of stops and parts at once is asked about")
    func twoKinds() throws {
        var bench = try Bench(
            "Machine,Start,End,Reason,Good,Scrap\n"
                + "Lathe 1,2026-11-13 10:00,2026-11-13 10:20,Tooling,5,0\n")
        #expect(bench.open == ["Is this a list of stops or a log of parts made?"])
        bench.plan.apply(.kind(.production))
        #expect(try bench.drafts() == ["lathe-1 parts 11-13T10:00 11-13T10:20 5/0/0"])
        bench.plan.apply(.kind(.stops))
        #expect(try bench.drafts().count == 2)
    }

    @Test("a column of states says what the machine did; unknown words are asked")
    func states() throws {
        var bench = try Bench(
            "Machine,Start,End,Status\nLathe 1,2026-11-13 06:00,2026-11-13 08:00,Running\n"
                + "Lathe 1,2026-11-13 08:00,2026-11-13 08:10,Störung\n"
                + "Lathe 1,2026-11-13 08:10,2026-11-13 08:40,Setting up\n"
                + "Lathe 1,2026-11-13 08:40,2026-11-13 09:00,Warm\n")
        #expect(bench.role("Status") == .state)
        let questions = try bench.nameQuestions()
        #expect(questions.map(\.text) == ["What did the machine do in “Warm”?"])
        #expect(
            try bench.refusals() == ["5 Status: Nobody has said what the machine did in “Warm”."])
        bench.plan.apply(.state("warm", .running))
        #expect(
            try bench.drafts() == [
                "lathe-1 running 11-13T06:00 11-13T08:00",
                "lathe-1 fault 11-13T08:00 11-13T08:10",
                "lathe-1 idle 11-13T08:10 11-13T08:40",
                "lathe-1 setup 11-13T08:10 11-13T08:40 -",
                "lathe-1 running 11-13T08:40 11-13T09:00",
            ])
    }

    @Test("short words of headings count alone only, and parts made are not a product")
    func shortWords() throws {
        let bench = try Bench(
            "Date,Machine,Number of parts,Scrap\n2026-11-13,Lathe 1,10,1\n2026-11-14,Lathe 1,9,1\n")
        #expect(bench.role("Number of parts") == .good)
        #expect(RoleWords.scores("OF")[.job] == 1 && RoleWords.scores("Out of date")[.job] == nil)
    }

    @Test("a machine whose name begins like a total is asked about where its row has a time")
    func totalName() throws {
        let bench = try Bench(
            "Machine,Start,Minutes,Reason\nSum press,2026-11-13 10:00,5,Tooling\nSum,,5,\n"
                + "Lathe 1,2026-11-13 11:00,5,Tooling\nLathe 1,2026-11-13 12:00,5,Tooling\n"
                + "Lathe 1,2026-11-13 13:00,5,Tooling\n")
        #expect(try bench.nameQuestions().map(\.id) == [.machine("sum press")])
        let counts = try bench.outcome().preview.counts
        #expect(counts.refused == 1 && counts.ignored == 1 && counts.new == 3)
    }

    @Test("every heading phrase has a plain form, and every role has its words and code")
    func tables() {
        #expect(RoleWords.phrases.allSatisfy { !$0.words.isEmpty })
        #expect(Set(ColumnRole.all.map(\.code)).count == ColumnRole.all.count)
        for role in ColumnRole.all { #expect(ColumnRole(code: role.code) == role) }
    }
}

// Lines, tariffs and carbon factors in the factory file: read, written back, applied once.

import Plant
import Testing

@testable import Loop

struct FactoryMoneyTests {
    private let text = """
        [site]
        name = "Our factory"

        [[machine]]
        name = "Saw"

        [[machine]]
        name = "Lathe 2"

        [tariff]
        source = "Contract of 1 May 2026"
        rate = "0.27"
        standing = "0.62"
        bands = [{ name = "night", days = ["Mon", "Sun"], from = 23:00:00, to = 07:00:00, rate = "0.168" }]

        [[carbon]]
        year = 2026
        kg = "0.131"
        source = "Government conversion factors 2026"

        [[line]]
        name = "Turning"
        machines = ["saw", "lathe-2"]
        bottleneck = "lathe-2"
        """

    @Test func `what is written is read, and written back the same`() throws {
        let read = try FactoryFile.read(file: "f.toml", text: text)
        #expect(read.tariff?.rate.text == "0.27")
        #expect(read.tariff?.bands.first?.days == [.monday, .sunday])
        #expect(read.tariff?.bands.first?.hours == ClockSpan(from: 23 * 3600, to: 7 * 3600))
        #expect(read.carbonFactors.map(\.millionths) == [131_000])
        #expect(read.lines.first?.machines.map(\.text) == ["saw", "lathe-2"])
        let again = try FactoryFile.read(file: "g.toml", text: FactoryFile.write(read))
        #expect(again == read)
        #expect(again.tariff == read.tariff && again.lines == read.lines)
        #expect(again.carbonFactors == read.carbonFactors)
    }

    @Test func `applied once it says nothing more, and prices hold from their time on`()
        async throws
    {
        let test = try TestWorld()
        let first = try await test.world.apply(
            factoryText: text, file: "f.toml", apply: true, actor: "Sam")
        #expect(first.contains { $0.contains("tariff by Contract") })
        #expect(test.world.factory.tariff(at: test.world.time)?.bands.count == 1)
        #expect(test.world.factory.lines[Slug("turning")]?.bottleneck == Slug("lathe-2"))
        #expect(test.world.factory.carbonFactor(year: 2026)?.millionths == 131_000)
        let second = try await test.world.apply(
            factoryText: text, file: "f.toml", apply: true, actor: "Sam")
        #expect(second.isEmpty)
        let exported = test.world.factoryText()
        #expect(exported.contains("[tariff]") && exported.contains("[[line]]"))
    }

    @Test(arguments: [
        ("rate = \"0.27\"", "rate = \"27p\"", "no amount"),
        ("kg = \"0.131\"", "kg = \"heavy\"", "no weight"),
        ("year = 2026", "year = 12", "no year"),
        ("source = \"Contract of 1 May 2026\"", "", "source"),
        ("[\"Mon\", \"Sun\"]", "[\"Someday\"]", "no day"),
        ("from = 23:00:00, ", "", "start and an end"),
        ("[\"saw\", \"lathe-2\"]", "[\"the saw\"]", "no id"),
    ])
    func `a flaw names its place`(old: String, new: String, says: String) throws {
        let broken = text.replacing(old, with: new)
        #expect(broken != text)
        do throws(FileFlaw) {
            _ = try FactoryFile.read(file: "f.toml", text: broken)
            Issue.record("it was read")
        } catch {
            #expect(error.says.contains(says) || error.remedy.contains(says), "\(error)")
            #expect(error.line > 0)
        }
    }

    @Test func `a line of machines that do not exist is refused`() async throws {
        let test = try TestWorld()
        await #expect(throws: RefusedEvent.self) {
            try await test.world.apply(
                factoryText: text.replacing(
                    "[\"saw\", \"lathe-2\"]", with: "[\"saw\", \"lathe-9\"]"),
                file: "f.toml", apply: true, actor: "Sam")
        }
    }
}

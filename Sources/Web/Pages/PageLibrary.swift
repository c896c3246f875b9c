// All page templates, parsed once at the start; a broken one ends the start with its name.

import Mustache

/// Parsed templates by name.
struct PageLibrary: Sendable {
    private let library: MustacheLibrary

    /// The embedded templates.
    init() throws {
        try self.init(sources: PageLibrary.embedded)
    }

    /// Templates from sources; each must parse and may only use parts that exist.
    init(sources: [String: String]) throws {
        var library = MustacheLibrary()
        for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
            do {
                try library.register(source, named: name)
            } catch {
                throw StartError.brokenTemplate(name: name, says: "\(error)")
            }
            for part in PageLibrary.parts(of: source) where sources[part] == nil {
                throw StartError.missingTemplate(name: part, usedIn: name)
            }
        }
        self.library = library
    }

    /// A page or a part of it.
    func render(_ model: some Sendable, template: String) throws -> String {
        guard let text = library.render(model, withTemplate: template) else {
            throw StartError.missingTemplate(name: template, usedIn: "a route")
        }
        return text
    }

    /// Names that a template includes or inherits from; names chosen at run time are left out.
    static func parts(of source: String) -> [String] {
        var names: [String] = []
        for mark in ["{{>", "{{<"] {
            var rest = source[...]
            while let place = rest.place(of: mark) {
                rest = rest[place.upperBound...]
                let name = rest.prefix { $0 != "}" }.filter { $0 != " " }
                if !name.hasPrefix("*") { names.append(String(name)) }
            }
        }
        return names
    }

    /// Templates as they were embedded at build time.
    static var embedded: [String: String] {
        let sources: [(String, [UInt8])] = [
            ("layout", PackageResources.layout_mustache),
            ("fragment", PackageResources.fragment_mustache),
            ("head", PackageResources.head_mustache),
            ("card", PackageResources.card_mustache),
            ("report", PackageResources.report_mustache),
            ("board", PackageResources.board_mustache),
            ("meeting", PackageResources.meeting_mustache),
            ("hardware", PackageResources.hardware_mustache),
            ("hardware_way", PackageResources.hardware_way_mustache),
            ("hardware_sheet", PackageResources.hardware_sheet_mustache),
            ("import", PackageResources.import_mustache),
            ("log_sheet", PackageResources.log_sheet_mustache),
            ("log_typed", PackageResources.log_typed_mustache),
            ("accounts", PackageResources.accounts_mustache),
            ("place", PackageResources.place_mustache),
            ("jobs", PackageResources.jobs_mustache),
            ("job", PackageResources.job_mustache),
            ("job_card", PackageResources.job_card_mustache),
            ("job_record", PackageResources.job_record_mustache),
            ("legend", PackageResources.legend_mustache),
            ("table_links", PackageResources.table_links_mustache),
            ("energy", PackageResources.energy_mustache),
            ("goodness", PackageResources.goodness_mustache),
            ("states", PackageResources.states_mustache),
            ("figures", PackageResources.figures_mustache),
            ("now", PackageResources.now_mustache),
            ("welcome", PackageResources.welcome_mustache),
            ("time", PackageResources.time_mustache),
            ("machines", PackageResources.machines_mustache),
            ("machine", PackageResources.machine_mustache),
            ("stop", PackageResources.stop_mustache),
            ("how", PackageResources.how_mustache),
            ("quality", PackageResources.quality_mustache),
            ("about", PackageResources.about_mustache),
            ("setup", PackageResources.setup_mustache),
            ("sign_in", PackageResources.sign_in_mustache),
            ("recovery", PackageResources.recovery_mustache),
            ("entrance", PackageResources.entrance_mustache),
            ("account", PackageResources.account_mustache),
            ("people", PackageResources.people_mustache),
            ("supervisor", PackageResources.supervisor_mustache),
            ("operator", PackageResources.operator_mustache),
            ("pair", PackageResources.pair_mustache),
            ("audit", PackageResources.audit_mustache),
            ("backup", PackageResources.backup_mustache),
            ("connect", PackageResources.connect_mustache),
            ("care", PackageResources.care_mustache),
            ("give", PackageResources.give_mustache),
            ("mail", PackageResources.mail_mustache),
            ("certificate", PackageResources.certificate_mustache),
            ("error", PackageResources.error_mustache),
            ("interface", PackageResources.interface_mustache),
        ]
        return Dictionary(
            uniqueKeysWithValues: sources.map { ($0.0, String(decoding: $0.1, as: UTF8.self)) })
    }
}

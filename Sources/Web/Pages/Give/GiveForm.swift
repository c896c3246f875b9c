// The form of what is published: read, with what is wrong in it said.

import Plant
import Share

/// Reads the form of `/give`.
enum GiveForm {
    /// The settings of a form; throws what a person has to change.
    ///
    /// A password that is not typed again is that of before, for the same broker and user alone.
    static func read(
        _ form: FormFields, before: GivingSettings, machines: [Slug]
    ) throws(GivingRefused) -> GivingSettings {
        var settings = GivingSettings()
        func text(_ name: String) -> String {
            var text = Substring(form[name] ?? "")
            while text.first == " " { text.removeFirst() }
            while text.last == " " { text.removeLast() }
            return String(text)
        }
        settings.isOn = form["on"] != nil
        settings.broker = text("broker")
        settings.isSecure = form["tls"] == "on"
        settings.certificates = text("certificates")
        settings.user = text("user")
        let typed = form["password"] ?? ""
        let isSame =
            settings.broker == before.broker && settings.user == before.user
            && settings.isSecure == before.isSecure
        settings.password =
            typed.isEmpty && isSame && !settings.user.isEmpty
            ? before.password : typed
        settings.hasTopics = form["topics"] != nil
        settings.hasSparkplug = form["sparkplug"] != nil
        settings.group = text("group")
        settings.primaryHost = text("primary_host")
        guard let site = Slug(text("site")) else {
            throw GivingRefused(
                "site", "The site's name in topics has other letters than a to z.",
                "Use a to z, digits and hyphens, 40 at most.")
        }
        settings.site = site
        let chosen = Set(form.all("machine").compactMap { Slug($0) })
        // All of them means those to come as well.
        settings.machines =
            machines.isEmpty || chosen.isSuperset(of: machines) ? nil : chosen
        if settings.isOn || !settings.broker.isEmpty || form["do"] == "test" {
            try settings.check()
        }
        return settings
    }
}

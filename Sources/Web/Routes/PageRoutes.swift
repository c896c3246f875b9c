// Pages that are read and the forms on them.

import Hummingbird

/// Routes of pages.
enum PageRoutes {
    /// Pages, forms, files.
    static let all: [Route] = [
        .page("/", run: WelcomePage.root),
        .page("/welcome", run: WelcomePage.answer),
        .page("/now", run: NowPage.answer),
        .page("/time", run: TimePage.answer),
        .page("/energy", run: EnergyPage.answer),
        .page("/machines", run: MachinesPage.answer),
        .page("/m/{machine}", run: MachinePage.answer),
        .page("/m/{machine}/stop", run: StopPage.answer),
        .form("/m/{machine}/stop", need: .permission(.enter), run: StopPage.say),
        .page("/m/{machine}/states", run: StatesPage.answer),
        .form(
            "/m/{machine}/states/correct", need: .permission(.supervise), run: StatesPage.correct),
        .form(
            "/m/{machine}/states/explain", need: .permission(.supervise), run: StatesPage.explain),
        .form(
            "/m/{machine}/states/take", need: .permission(.configure), run: StatesPage.take),
        .form("/m/{machine}/seen", need: .permission(.enter), run: StopPage.seen),
        .page("/how/{figure}", run: HowPage.answer),
        .page("/quality", run: GoodnessPage.answer),
        .form("/quality/new", need: .permission(.configure), run: GoodnessPage.make),
        .page("/quality/{signal}", run: QualityPage.answer),
        .form(
            "/quality/{signal}/measure", need: .permission(.enter), run: GoodnessPage.measure),
        .form("/quality/{signal}/keep", need: .permission(.configure), run: GoodnessPage.keep),
        .page("/r", run: ReportPage.latest),
        .page("/r/{week}", run: ReportPage.answer),
        .page("/b/{board}", run: BoardPage.answer),
        .page("/jobs", run: JobsPage.answer),
        .form("/jobs", need: .permission(.supervise), run: JobsPage.plan),
        .page("/j/{job}", run: JobPage.answer),
        .page("/j/{job}/card", run: JobPage.card),
        .page("/j/{job}/record", run: JobPage.record),
        .form("/j/{job}/start", need: .permission(.enter), run: JobPage.start),
        .form("/j/{job}/pause", need: .permission(.enter), run: JobPage.pause),
        .form("/j/{job}/finish", need: .permission(.enter), run: JobPage.finish),
        .form("/j/{job}/open", need: .permission(.supervise), run: JobPage.open),
        .form("/j/{job}/checks", need: .permission(.enter), run: JobPage.check),
        .form("/j/{job}/documents", need: .permission(.enter), run: JobPage.attach),
        .page("/j/{job}/documents/{hash}", run: JobPage.document),
        .page("/meeting", run: MeetingPage.answer),
        .page("/about", run: AboutPage.answer),
        .page("/audit", need: .permission(.audit), run: AuditPage.answer),
        .page("/api", run: InterfacePage.answer),
        .page("/errors/{kind}", need: .nothing, run: ErrorPage.type),
        .page("/assets/{name}", need: .nothing, run: AssetShelf.answer),
        .form("/theme", need: .nothing, run: ThemeSwitch.answer),
    ]
}

/// Routes of setup and signing in: open before anybody is known.
enum SetupRoutes {
    /// Pages and forms.
    static let all: [Route] = [
        .page("/setup", need: .nothing, run: SetupPages.setup),
        .form("/setup", need: .nothing, run: SetupPages.claim),
        .page("/sign-in", need: .nothing, run: SetupPages.signIn),
        .form("/sign-in", need: .nothing, run: SetupPages.open),
        .form("/sign-out", need: .nothing, run: SetupPages.close),
        .page("/certificate", need: .nothing, run: CertificatePage.answer),
        .page("/certificate/millwright.crt", need: .nothing, run: CertificatePage.file),
        .page("/join", need: .nothing, run: EntrancePages.join),
        .form("/join", need: .nothing, run: EntrancePages.joined),
        .page("/confirm", need: .permission(.look), run: EntrancePages.confirm),
        .form("/confirm", need: .permission(.look), run: EntrancePages.confirmed),
        .page("/pair", need: .nothing, run: PairPages.claim),
        .form("/pair", need: .nothing, run: PairPages.take),
        .page("/pair/wait", need: .nothing, run: PairPages.wait),
        .page("/account", need: .permission(.look), run: AccountPage.answer),
        .form("/account/pass-phrase", need: .permission(.look), run: AccountPage.changePassPhrase),
        .form("/account/second-factor", need: .permission(.look), run: AccountPage.takeFactor),
        .form("/account/no-second-factor", need: .permission(.look), run: AccountPage.endFactor),
        .form("/account/pin", need: .permission(.look), run: AccountPage.setPin),
        .page("/o/{machine}", run: OperatorPage.answer),
        .page("/supervisor", need: .permission(.look), run: SupervisorPage.answer),
        .form("/supervisor", need: .permission(.look), run: SupervisorPage.open),
        .form("/supervisor/leave", need: .permission(.look), run: SupervisorPage.leave),
        .form("/account/sessions", need: .permission(.look), run: AccountPage.endSessions),
        .page("/backup", need: .permission(.administer), run: BackupPage.answer),
        .form("/backup", need: .permission(.administer), run: BackupPage.make),
        .form("/backup/prove", need: .permission(.administer), run: BackupPage.prove),
        .form("/backup/key", need: .permission(.administer), run: BackupPage.key),
        .form("/backup/restore", need: .permission(.administer), run: BackupPage.restore),
        .page("/people", need: .permission(.administer), run: PeoplePage.answer),
        .form("/people", need: .permission(.administer), run: PeoplePage.add),
        .form("/people/{person}/code", need: .permission(.administer), run: PeoplePage.invite),
        .form("/people/{person}/role", need: .permission(.administer), run: PeoplePage.setRole),
        .form("/people/{person}/end", need: .permission(.administer), run: PeoplePage.end),
        .form("/people/{person}/forget", need: .permission(.administer), run: PeoplePage.forget),
        .form("/devices/cancel", need: .permission(.administer), run: PeoplePage.cancel),
        .form("/devices", need: .permission(.administer), run: PeoplePage.offer),
        .form("/devices/confirm", need: .permission(.administer), run: PeoplePage.confirm),
        .form("/devices/{device}/end", need: .permission(.administer), run: PeoplePage.endDevice),
        .form("/tokens", need: .permission(.administer), run: PeoplePage.makeToken),
        .form("/tokens/{token}/end", need: .permission(.administer), run: PeoplePage.endToken),
    ]
}

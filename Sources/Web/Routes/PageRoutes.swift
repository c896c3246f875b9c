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
            "/m/{machine}/states/correct", need: .permission(.enter), run: StatesPage.correct),
        .form(
            "/m/{machine}/states/explain", need: .permission(.enter), run: StatesPage.explain),
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
        .page("/about", run: AboutPage.answer),
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
    ]
}

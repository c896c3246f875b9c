// Words of headings in English, German, French, Polish, Romanian and Spanish, by role.

/// The headings that people give to columns.
enum RoleWords {
    /// A heading in its plain form, as words.
    struct Phrase: Sendable {
        let words: [String]
        let role: ColumnRole
    }

    /// All phrases.
    static let phrases: [Phrase] = table.flatMap { role, text in
        text.split(separator: "|").map { Phrase(words: PlainText.words(String($0)), role: role) }
    }

    private static let table: [(ColumnRole, String)] = [
        (
            .machine,
            "machine|m/c|equipment|asset|work centre|work center|workcentre|resource|line|press"
                + "|maschine|anlage|arbeitsplatz|équipement|poste de charge|ligne|maszyna"
                + "|stanowisko|urządzenie|linia|utilaj|mașină|echipament|linie|máquina|equipo|línea"
        ),
        (
            .start,
            "start|started|start time|begin|began|from|time from|stopped at|stop start|time stopped"
                + "|date|time|timestamp|date time|start date|beginn|von|startzeit|zeitpunkt|datum"
                + "|zeit|uhrzeit|début|heure de début|heure début|de|heure|date|początek"
                + "|rozpoczęcie|od|godzina rozpoczęcia|czas|început|ora început|de la|ora"
                + "|inicio|hora inicio|desde|hora"
        ),
        (
            .end,
            "end|ended|end time|finish|finished|to|until|restart|restarted|time to|running again"
                + "|stop end|end date|ende|bis|endzeit|fin|heure de fin|heure fin|à|koniec"
                + "|zakończenie|do|godzina zakończenia|sfârșit|ora sfârșit|până la|hora fin|hasta"
        ),
        (
            .day,
            "date|day|start date|production date|shift date|work date|tag|datum|startdatum"
                + "|produktionsdatum|jour|date de début|data|dzień|data rozpoczęcia|zi|ziua"
                + "|data început|fecha|día|fecha inicio"
        ),
        (
            .endDay,
            "end date|finish date|date to|enddatum|date de fin|data zakończenia|data sfârșit"
                + "|fecha fin"
        ),
        (.hour, "hour|time slot|slot|stunde|tranche horaire|tranche|godzina|interval|franja|tramo"),
        (.shift, "shift|schicht|équipe|poste|zmiana|schimb|tura|turno"),
        (
            .minutes,
            "minutes|duration|downtime|down time|lost|lost time|time lost|lost minutes"
                + "|minutes lost|stop time|length|elapsed|mins|hours|dauer|ausfallzeit|stillstand"
                + "|stillstandszeit|minuten|durée|temps d'arrêt|durée arrêt|czas trwania|czas postoju"
                + "|przestój|minuty|durată|timp pierdut|minute|duración|tiempo perdido|minutos"
                + "|tiempo de parada"
        ),
        (
            .state,
            "state|status|machine state|machine status|zustand|état|statut|stan|status maszyny|stare"
                + "|estado"
        ),
        (
            .reason,
            "reason|stop reason|downtime reason|reason code|cause|why|cause of stop|fault|problem"
                + "|category|loss|grund|stillstandsgrund|ursache|störung|raison|motif|cause d'arrêt"
                + "|powód|przyczyna|przyczyna postoju|motiv|cauză|motivul opririi|motivo|causa"
                + "|razón|causa de parada"
        ),
        (
            .detail,
            "note|notes|comment|comments|remark|remarks|detail|details|description|action|bemerkung"
                + "|kommentar|beschreibung|notiz|remarque|commentaire|description|uwagi|komentarz"
                + "|opis|observații|comentariu|descriere|observaciones|comentario|descripción|nota"
        ),
        (
            .good,
            "good|good parts|good qty|ok|ok parts|made|produced|output|actual|parts made|parts"
                + "|quantity|quantity made|qty|pieces|gut|gutteile|gutmenge|io|menge|stückzahl|stück"
                + "|ist|bonnes|bonnes pièces|pièces bonnes|quantité|quantité bonne|produit bon"
                + "|dobre|sztuki dobre|ilość|wyprodukowano|bune|piese bune|cantitate|realizat"
                + "|buenas|piezas buenas|cantidad|producido"
        ),
        (
            .scrap,
            "scrap|scrapped|reject|rejects|rejected|bad|bad parts|ng|nok|defects|waste|ausschuss"
                + "|nio|rebut|rebuts|mauvaises|braki|brak|odrzuty|złom|rebut|rebuturi|rechazo"
                + "|rechazos|chatarra|malas|merma"
        ),
        (
            .rework,
            "rework|reworked|repair qty|nacharbeit|retouche|retouches|poprawki|do poprawy"
                + "|remaniere|reprelucrare|retrabajo|reproceso"
        ),
        (
            .cause,
            "scrap cause|scrap reason|reject reason|defect|cause of scrap|defect type"
                + "|ausschussgrund|fehlerart|cause rebut|motif rebut|przyczyna braku|rodzaj braku"
                + "|cauză rebut|motiv rebut|causa rechazo|motivo rechazo"
        ),
        (
            .job,
            "job|job number|job no|order|order number|work order|works order|wo|batch|lot|auftrag"
                + "|auftragsnummer|fertigungsauftrag|charge|commande|ordre|ordre de fabrication|of"
                + "|numéro de commande|zlecenie|numer zlecenia|comandă|ordin de lucru|lucrare"
                + "|orden|pedido|orden de trabajo|lote"
        ),
        (
            .product,
            "product|part|part number|part no|item|article|material number|sku|drawing|produkt"
                + "|artikel|teil|teilenummer|artikelnummer|produit|pièce|référence|wyrób|detal"
                + "|numer części|produs|piesă|reper|producto|pieza|referencia|artículo"
        ),
        (
            .planned,
            "planned|plan|target|planned quantity|planned qty|order quantity|order qty|required"
                + "|quantity|qty|qty required|soll|sollmenge|auftragsmenge|menge|prévu"
                + "|quantité prévue|quantité|objectif|planowana ilość|plan sztuk|ilość|planificat"
                + "|cantitate planificată|cantitate|planificado|cantidad planificada|cantidad"
                + "|objetivo"
        ),
        (
            .ideal,
            "cycle time|ideal cycle|ideal cycle time|seconds per part|sec per part|standard time"
                + "|ideal seconds|taktzeit|zykluszeit|vorgabezeit|temps de cycle|czas cyklu"
                + "|timp de ciclu|timp ciclu|tiempo de ciclo"
        ),
        (
            .due,
            "due|due date|deadline|delivery|delivery date|required by|wanted|ship date"
                + "|liefertermin|fällig|termin|échéance|date de livraison|livraison"
                + "|termin dostawy|termin realizacji|termen|data livrării|termen de livrare"
                + "|fecha de entrega|entrega|vencimiento"
        ),
    ]

    /// Words that begin a row of totals.
    static let totals: Set<String> = [
        "total", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt", "razem", "suma", "lacznie",
        "ogolem", "totaux", "somme", "subtotal", "zwischensumme", "totalul", "totale",
    ]

    /// How well each role is named by a heading, 0 to 1; the best phrase of each role counts.
    static func scores(_ heading: String) -> [ColumnRole: Double] {
        let head = PlainText.words(heading)
        var scores: [ColumnRole: Double] = [:]
        guard !head.isEmpty else { return scores }
        for phrase in phrases where phrase.words.count <= head.count {
            guard contains(head, phrase.words) else { continue }
            // Short words such as "of" and "do" are a heading alone, or part of anything.
            let isShort = phrase.words.count == 1 && phrase.words[0].utf8.count <= 2
            if isShort, head.count > 1 { continue }
            let share = Double(phrase.words.count) / Double(head.count)
            let score = share == 1 ? 1 : 0.5 + 0.4 * share
            scores[phrase.role] = max(scores[phrase.role] ?? 0, score)
        }
        return scores
    }

    private static func contains(_ head: [String], _ words: [String]) -> Bool {
        guard !words.isEmpty else { return false }
        return (0...head.count - words.count).contains { place in
            head[place..<place + words.count].elementsEqual(words)
        }
    }
}

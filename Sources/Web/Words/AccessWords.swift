// Who came in and what was done to the box, as sentences.

import Plant

/// Sentences about acts that concern the safety of the box.
enum AccessWords {
    private static let acts: [String: String] = [
        "signed-in": "Signed in", "sign-in-refused": "Could not sign in",
        "signed-out": "Signed out", "proved": "Gave the pass phrase again",
        "setup": "Set the box up", "pass-phrase-changed": "Changed a pass phrase",
        "pass-phrase-chosen": "Chose a pass phrase", "join-refused": "Could not join",
        "pin-set": "Chose digits for tablets", "pin-ended": "Took the digits away",
        "pin-refused": "Wrong digits", "tablet-opened": "Opened a tablet",
        "name-removed": "Took a name out of the record, texts",
        "words-removed": "Old names and addresses were removed by policy, texts",
        "clock-set": "The clock was set; it had been off by",
        "clock-believed": "Said that the clock is right; it had been off by",
        "invited": "Invited a person", "second-factor-set": "Set up a second factor",
        "second-factor-ended": "Took a second factor away",
        "recovery-code-used": "Used a recovery code", "sessions-ended": "Ended sessions",
        "token-made": "Made a token", "token-ended": "Ended a token",
        "device-paired": "Paired a device", "device-ended": "Withdrew a device",
        "backup-made": "Made a backup", "backup-proved": "Proved a backup",
        "backup-proof-failed": "A backup could not be proved",
        "backup-failed": "A backup failed", "backup-key-shown": "Was shown the backup key",
        "giving-changed": "Changed what is given to other systems",
        "machines-silenced": "Stopped asking all machines",
        "machines-asked-again": "Let machines be asked again",
        "mail-changed": "Changed where e-mail goes",
        "scanned": "Searched the network",
        "restored": "Restored a backup",
        "audit-exported": "Took the audit record away", "certificate-made": "Made a certificate",
        "doctor-fixed": "Put something right",
    ]

    /// One act in plain words.
    static func sentence(_ note: AccessNote) -> String {
        let act = acts[note.act] ?? note.act
        let object = note.object.isEmpty ? "" : ": " + note.object
        let place = note.address.isEmpty ? "" : ", from " + note.address
        let outcome = note.outcome == "done" ? "" : " (\(note.outcome))"
        return act + object + place + outcome + "."
    }
}

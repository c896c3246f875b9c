// Calls that the rooms do not make: clocks, tasks, traps, locks, printing.

private let outside = ["Sources/millwright/", "Sources/Demonstrator/"]

/// Whether a `try?` drops its cause: not where an else says at once what to do instead.
@Sendable private func hidesCause(_ line: Substring) -> Bool {
    line.contains(/\btry\?/) && !line.contains(/\b(guard|if) .*try\?/)
}

let callRules: [Rule] = [
    bannedCode(
        "wall-clock", source: "style rule 21",
        needles: ["Date()", "Date.now", "clock_gettime", "gettimeofday"],
        says: "reads the wall clock", remedy: "Take the time from the injected clock.",
        planted: "let now = Date()",
        innocent: ["Sources/millwright/Fine.swift": "// Fine words.\nlet now = Date()\n"],
        except: outside
    ) { $0.contains(/\bDate\(\)|\bDate\.now\b|\bclock_gettime\b|\bgettimeofday\b/) },
    bannedCode(
        "elapsed-clock", source: "style rule 21",
        needles: [
            "Clock()", "Clock.now", "NIODeadline.now", "DispatchTime.now", ".now + ", ".now.adv",
        ],
        says: "reads a real clock",
        remedy: "Take the clock as a parameter: a closure or `any Clock`.",
        planted: "let start = ContinuousClock.now",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\nlet start = clock.now\nlet page = machine.now\n"
        ],
        except: outside
    ) {
        $0.contains(
            /\b(Continuous|Suspending|UTC)Clock\(\)|\b(Continuous|Suspending|UTC)Clock\.now\b|\bNIODeadline\.now\b|\bDispatchTime\.now\b|[(,:] ?\.now( \+ |\.adv)/
        )
    },
    bannedCode(
        "sleep", source: "style rule 21", needles: ["sleep"],
        says: "sleeps on a real clock",
        remedy: "Wait on the injected clock: a closure that sleeps.",
        planted: "try await Task.sleep(for: .seconds(1))",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\ntry await clock.sleep(for: a)\ntry await Task.sleep(for: a, clock: clock)\n"
        ],
        except: outside
    ) {
        $0.contains(/\b(Task|Thread)\.sleep\b|\b(usleep|nanosleep)\(|(^|[^.\w])sleep\(\d/)
            && !$0.contains("clock: ")
    },
    bannedCode(
        "loose-tasks", source: "style rule 15",
        needles: ["Task {", "Task(", "Task.detached", "Task.immediate"],
        says: "starts a task that nobody waits for",
        remedy: "Use withTaskGroup, async let or a Service.", planted: "Task { await work() }",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\nawait withDiscardingTaskGroup { await work($0) }\n"
        ],
        except: ["Sources/Web/"]
    ) { $0.contains(/\bTask\s*(\([^)]*\))?\s*\{|\bTask\.(detached|immediate)\b/) },
    bannedCode(
        "force-try", source: "style rule 35", needles: ["try!", "as!"],
        says: "traps when it goes wrong", remedy: "Throw, or return nothing and say why.",
        planted: "let x = try! read()"
    ) { $0.contains(/\b(try|as)!/) },
    bannedCode(
        "force-unwrap", source: "style rule 35", needles: ["!"],
        says: "traps on nil", remedy: "Use guard let, or make the nil impossible.",
        planted: "let x = table[key]!",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\nif a != b && !c { }\n#if !os(Linux)\nlet d = !(e)\n#endif\n"
        ]
    ) { $0.contains(/[\w)\]]!(?!=)/) && !$0.contains(/\b(try|as)!/) },
    Rule(
        name: "hidden-cause", source: "style rule 35",
        remedy:
            "Handle the error, or write a comment beside it that says why the cause is of no use.",
        planted: ["Sources/Loop/Planted.swift": "// A planted violation.\n\nlet x = try? read()\n"],
        expected: "Sources/Loop/Planted.swift:3",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\n\nlet x = try? read()  // unreadable means absent\n// Closing twice is fine.\ntry? close()\n"
                + "let y: LiveEntry? = nil\nguard let z = try? read() else { throw Flaw() }\n"
        ]
    ) { tree in
        tree.sources.flatMap { file in
            file.code.lines(with: "try?", where: hidesCause).compactMap { line in
                let text = file.lines[line.number - 1]
                let above = line.number > 1 ? trimmed(file.lines[line.number - 2]) : ""
                return text.contains("//") || above.hasPrefix("//")
                    ? nil : file.finding(line.number, "hides a cause: \(trimmed(text))")
            }
        }
    },
    bannedCode(
        "printing", source: "style rule 34", needles: ["print(", "debugPrint(", "dump("],
        says: "prints", remedy: "Return the text; only millwright prints, programs log.",
        planted: "print(value)",
        innocent: ["Sources/millwright/Fine.swift": "// Fine words here.\nprint(value)\n"],
        except: ["Sources/millwright/"]
    ) { $0.contains(/(^|[^.\w])(print|debugPrint|dump)\(/) && !$0.contains(/func (print|dump)\(/) },
    bannedCode(
        "locks", source: "style rule 13",
        needles: ["NSLock", "NSRecursiveLock", "pthread_mutex", "DispatchSemaphore", "NIOLock"],
        says: "an old lock", remedy: "Keep the state in a Mutex of a final class.",
        planted: "let lock = NSLock()"
    ) { _ in true },
    bannedCode(
        "traps", source: "style rule 30", needles: ["fatalError", "unimplemented"],
        says: "ends the program",
        remedy: "precondition for a programmer's error, throw for the rest.",
        planted: "fatalError()"
    ) { _ in true },
    bannedCode(
        "randomness", source: "style rule 29",
        needles: [
            ".random(in:", "Bool.random()", "SystemRandomNumberGenerator", ".shuffled()",
            ".randomElement()", "UUID()",
        ],
        says: "randomness of its own", remedy: "Take the generator as a parameter.",
        planted: "let x = Int.random(in: 0..<5)",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\nlet x = Int.random(in: 0..<5, using: &dice)\n"
        ],
        // Keys and codes must be unguessable: they come from the system.
        except: ["Sources/millwright/", "Sources/Web/", "Sources/Loop/Access/"]
    ) { !$0.contains("using:") },
    bannedCode(
        "writing-to-machines", source: "architecture.md section 4",
        needles: [".writeCoil", ".writeRegister", ".maskWriteRegister", ".readWriteRegisters"],
        says: "names a request that changes a machine",
        remedy:
            "A byte that changes a machine may leave through one room only, which is not built yet.",
        planted: "let request = ModbusRequest.writeRegister(address: 1, value: 2)",
        at: "Sources/Capture/Planted.swift",
        except: ["Sources/Wire/", "Sources/Demonstrator/"]
    ) { _ in true },
]

/// Lines of runs, and what they are made of.
extension JSONForm {
  static let error: JSONMembers = [
    "code": .word([
      "usage", "inventory", "refused", "locked", "unreachable", "hostKey", "authentication", "privilege",
      "remoteCommand",
      "unsupported", "timedOut", "cancelled", "download", "checksum", "cluster", "local", "internalError",
    ]),
    "message": .text,
    "subject": .object(["host?": .text, "step?": .text, "file?": .text, "line?": .integer, "column?": .integer]),
    "hint?": .text, "cause?": .text, "output": .list(.text), "command?": .text,
  ]

  private static let summary: JSONMembers = [
    "command": .text, "result": .word(["done", "failed", "refused", "partly"]), "changed": .integer,
    "hosts": .map(.object(["changed": .integer, "execs": .integer, "failures": .list(.text)])),
    "phases": .list(.object(["name": .text, "seconds": .number])), "seconds": .number, "actions": .list(.text),
  ]

  static let event = JSONForm(
    "event", "A line of a run: what happens, as it happens; the summary is the last. Errors are such lines, too.",
    by: [
      "up", "smoke", "host apply", "node add", "node remove", "node replace", "node drain", "node cordon",
      "node uncordon", "node locate", "readdress", "reset", "upgrade", "restore", "adopt", "shutdown", "certs renew",
      "certs rotate-ca", "certs rotate-encryption", "image load", "image remove", "lab down",
    ],
    body: .events([
      ("run-started", ["command": .text, "rack": .text, "hosts": .list(.text)]),
      ("planned", ["phases": .list(.text), "steps": .map(.integer)]),
      ("phase-started", ["phase": .text, "hosts": .list(.text)]),
      ("phase-ended", ["phase": .text, "seconds": .number, "succeeded": .boolean]),
      ("step-started", ["host": .text, "phase": .text, "step": .text]),
      ("step-progress", ["host": .text, "step": .text, "doneBytes": .integer, "totalBytes?": .integer]),
      (
        "step-ended",
        [
          "host": .text, "phase": .text, "step": .text,
          "outcome": .word(["changed", "unchanged", "failed", "skipped"]),
          "seconds": .number, "detail?": .text,
        ]
      ),
      (
        "condition",
        ["name": .text, "host?": .text, "state": .word(["waiting", "passed", "failed", "skipped"]), "detail": .text]
      ),
      ("note", ["level": .word(["debug", "info", "warning"]), "host?": .text, "text": .text]),
      ("failure", ["error": .object(error)]),
      ("summary", ["summary": .object(summary)]),
    ]))
}

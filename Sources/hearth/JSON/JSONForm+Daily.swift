/// What commands say of backups, access, and what runs on hosts.
extension JSONForm {
  static let daily = [
    backup, backups, backupCheck, pruned, recoveryCard, kubeconfig, exec, logLine, runtime, cpu, notifyTest, notice,
  ]

  static let backup = JSONForm(
    "backup", "A backup that was taken: a line among those of the run.", by: ["backup", "backup take"],
    ["file": .text, "bytes": .integer, "revision": .integer, "created": .time, "copy?": .text])

  static let backups = JSONForm(
    "backup-list", "The rack's backups on this machine, the newest first.", by: ["backup list"],
    ["folder": .text, "backups": .list(.object(backupFile))])

  static let backupCheck = JSONForm(
    "backup-verify", "A backup that was read to its end and is whole.", by: ["backup verify"],
    [
      "file": .text, "cluster": .text, "kubernetes": .text, "revision": .integer, "created": .time,
      "nodes": .list(.text),
    ])

  static let pruned = JSONForm(
    "backup-prune", "Backups that were deleted, or would be.", by: ["backup prune"],
    ["folder": .text, "isDryRun": .boolean, "deleted": .list(.object(backupFile))])

  static let recoveryCard = JSONForm(
    "recovery-card", "What opens backups and names the rack's certificate authority. A secret.",
    by: ["recovery-card"],
    [
      "cluster": .text, "controlPlane": .list(.object(["name": .text, "login": .text])), "fingerprint": .text,
      "passphrase": .text,
    ])

  static let kubeconfig = JSONForm(
    "kubeconfig",
    "Where the rack's kubeconfig is; with --print, or for --user without --to, the file itself, a secret.",
    by: ["kubeconfig"],
    [
      "context": .text, "file?": .text, "user?": .text, "group?": .word(["view", "edit", "admin"]),
      "validDays?": .integer, "kubeconfig?": .text,
    ])

  static let exec = JSONForm(
    "exec", "What a command printed on one host: a line among those of the run.", by: ["exec"],
    ["host": .text, "status": .integer, "output": .text])

  static let logLine = JSONForm(
    "log", "A line of a component's log.", by: ["logs"], ["host": .text, "time?": .time, "line": .text])

  static let runtime = JSONForm(
    "bench-runtime", "Containers and WebAssembly measured: a line among those of the run.", by: ["bench runtime"],
    [
      "results": .list(
        .object([
          "node": .text, "metrics": .map(.map(.object(["values": .list(.number)]))), "problems": .list(.text),
        ]))
    ])

  static let cpu = JSONForm(
    "bench-cpu", "How fast nodes are, by 7-zip's benchmark.", by: ["bench cpu"],
    ["hosts": .list(.object(["host": .text, "mips": .integer, "threads": .integer]))])

  static let notifyTest = JSONForm(
    "notify-test", "Which ways of telling people worked.", by: ["notify test"],
    [
      "ways": .list(
        .object([
          "host": .text, "way": .word(["ntfy", "webhook", "mail", "command"]), "state": .word(["passed", "failed"]),
          "detail?": .text,
        ]))
    ])

  static let notice = JSONForm(
    "notice", "What a webhook of `notify` is sent.", by: ["notify on a host"],
    ["cluster": .text, "host": .text, "new": .integer, "over": .integer, "text": .text])

  private static let backupFile: JSONMembers = [
    "file": .text, "bytes": .integer, "created": .time, "encrypted": .boolean,
  ]
}

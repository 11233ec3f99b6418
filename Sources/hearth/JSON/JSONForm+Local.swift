/// What commands say that ask no host of the rack.
extension JSONForm {
  static let local = [
    version, forms, inventory, config, logins, runs, run, artifacts, checksums, imagePack, image, imagePush, lab,
  ]

  static let version = JSONForm(
    "version", "This program, and what it can install.", by: ["version"],
    [
      "version": .text, "commit?": .text, "date?": .time, "build": .word(["release", "debug"]), "platform": .text,
      "kubernetes": .list(
        .object(["minor": .text, "source": .word(["upstream", "debian"]), "versions": .list(.text)])),
      "defaultKubernetes": .text, "wasmtime": .text,
    ])

  static let forms = JSONForm(
    "schema-list", "The forms that `hearth schema` knows.", by: ["schema"],
    ["forms": .list(.object(["name": .text, "id": .text, "about": .text, "commands": .list(.text)]))])

  static let inventory = JSONForm(
    "inventory", "An inventory without mistakes.", by: ["inventory validate"],
    [
      "file": .text, "cluster": .text, "kubernetes": .text, "nodes": .list(.text), "controlPlane": .list(.text),
      "remarks": .list(.text),
    ])

  static let config = JSONForm(
    "config", "The inventory with defaults filled in, and where each value comes from.", by: ["config view"],
    [
      "file": .text,
      "values": .list(.object(["path": .list(.text), "value?": .text, "source": .text])),
    ])

  static let logins = JSONForm(
    "logins", "How each host is logged in to.", by: ["inventory logins"],
    [
      "logins": .list(.object(["host": .text, "command": .text, "origin?": .text, "notes": .list(.text)]))
    ])

  static let runs = JSONForm(
    "runs", "What hearth did on a rack from this machine, the newest first.", by: ["runs"],
    ["runs": .list(.object(runMembers))])

  static let run = JSONForm(
    "run", "One run with its steps.", by: ["runs ID"],
    runMembers + [
      "steps": .list(
        .object([
          "host": .text, "phase": .text, "step": .text,
          "outcome?": .word(["changed", "unchanged", "failed", "skipped"]), "seconds?": .number, "detail?": .text,
        ]))
    ])

  static let artifacts = JSONForm(
    "artifacts", "What the rack installs, and what of it is on this machine.",
    by: ["artifacts list", "artifacts fetch", "artifacts verify"],
    [
      "artifacts": .list(
        .object([
          "name": .text, "version": .text, "architecture": .word(["amd64", "arm64"]), "source": .text, "member?": .text,
          "checksum?": .text, "bytes?": .integer, "file?": .text,
          "state": .word(["verified", "missing", "wrong", "unlocked"]),
        ]))
    ])

  static let checksums = JSONForm(
    "checksums", "Checksums that were written into a lock file.", by: ["artifacts lock"],
    [
      "file": .text,
      "checksums": .list(.object(["path": .text, "sha256": .text, "sources": .list(.text)])),
    ])

  static let imagePack = JSONForm(
    "image-pack", "An image that was made of a .wasm file.", by: ["image pack"],
    [
      "reference": .text, "archive": .text, "form": .word(["module", "component"]),
      "purpose": .word(["command", "service"]), "sha256": .text,
    ])

  static let image = JSONForm(
    "image", "Whether an image can run on the nodes.", by: ["image inspect"],
    [
      "reference?": .text,
      "variants": .list(
        .object([
          "os": .text, "architecture": .text, "bytes": .integer, "command": .list(.text), "program?": .text,
          "webAssembly?": .word(["module", "component"]), "problem?": .text, "isArtifact?": .boolean,
          "smallPages": .list(.text), "strangers": .list(.text),
        ])),
      "findings": .list(
        .object(["weight": .word(["failure", "warning", "note"]), "text": .text, "hint?": .text])),
    ])

  static let imagePush = JSONForm(
    "image-push", "What a push brought to a registry.", by: ["image push"],
    [
      "reference": .text, "digest": .text, "uploadedBlobs": .integer, "presentBlobs": .integer,
      "uploadedBytes": .integer,
    ])

  static let lab = JSONForm(
    "lab", "The hosts of a virtual rack.", by: ["lab status", "lab up"],
    [
      "name": .text,
      "hosts": .list(
        .object([
          "name": .text, "address": .text, "power": .word(["on", "off"]), "cable": .word(["in", "cut"]),
          "fingerprint": .text,
        ])),
    ])

  private static let runMembers: JSONMembers = [
    "id": .text, "command": .text, "started": .time, "ended?": .time,
    "result?": .word(["done", "failed", "refused", "partly"]), "changed": .integer,
  ]
}

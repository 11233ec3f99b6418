import Diagnostics
import Untrusted

/// The program that receives an upload on the host, and what its exit status means.
struct UploadProgram {
  var path: String
  var mode: UInt16
  var owner: String
  var sha256 = ""
  var isGzipped = false

  /// Not a template of its own because SSH is usable without the rest of hearth.
  var text: String {
    """
    path=\(path.shellQuoted) owner=\(owner.shellQuoted) mode=\(String(mode, radix: 8)) sha256=\(sha256.shellQuoted)
    temporary=$path.hearth-$$
    umask 077
    trap 'rm -f -- "$temporary"' EXIT
    trap 'exit \(Status.interrupted.rawValue)' HUP INT PIPE TERM
    \(isGzipped ? "gzip -dc" : "cat") >"$temporary" || exit \(Status.notWritten.rawValue)
    actual=$(sha256sum <"$temporary") || exit \(Status.notWritten.rawValue)
    actual=${actual%% *}
    if [ "$actual" != "$sha256" ]; then echo "$actual"; exit \(Status.wrongChecksum.rawValue); fi
    chown -- "$owner" "$temporary" && chmod -- "$mode" "$temporary" || exit \(Status.noOwner.rawValue)
    sync -- "$temporary" || exit \(Status.notWritten.rawValue)
    mv -fT -- "$temporary" "$path" || exit \(Status.notRenamed.rawValue)
    trap - EXIT
    sync -- "$(dirname -- "$path")"
    """
  }

  private enum Status: Int32 {
    case notWritten = 91
    case wrongChecksum, noOwner, notRenamed, interrupted
  }

  func failure(_ result: ExecResult, _ target: SSHTarget) -> HearthError {
    let complaint = result.errorText
    let place = "\(path) on \(target.address)"
    let subject = Subject(host: target.name, file: path)
    let output = complaint.lastLines(5)
    switch Status(rawValue: result.status) {
    case .wrongChecksum:
      return HearthError(
        .checksum, "\(place) arrived with the wrong checksum and was not put in place", subject: subject,
        hint: "Run the same command again; if it stays, the file on this machine is not what it should be",
        cause: "expected \(sha256), got \(result.outputText.lastLines(1).last ?? "nothing")", output: output
      )
    case .notWritten where complaint.contains("No space left"):
      return HearthError(
        .remoteCommand, "no space left on \(target.address) for \(path)", subject: subject,
        hint: "Make room on the host", output: output, command: target.command + " df -h"
      )
    case .notWritten where complaint.contains("Directory nonexistent") || complaint.contains("No such file"):
      return HearthError(
        .remoteCommand, "the folder of \(place) does not exist", subject: subject, hint: "Make the folder first",
        output: output
      )
    case .noOwner:
      return HearthError(
        .remoteCommand, "\(place) cannot be given to \(owner)", subject: subject,
        hint: "Check that user and group exist on the host", output: output
      )
    default:
      return HearthError(
        .remoteCommand, "\(place) could not be written (exit status \(result.status))", subject: subject,
        hint: "See what the host says below", output: output, command: target.command
      )
    }
  }
}

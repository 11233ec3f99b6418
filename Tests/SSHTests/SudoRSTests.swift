import Diagnostics
import Foundation
import Glibc
import SSH
import TestSupport
import Testing

/// Debian's real sudo-rs, of Debian 13 and of the release after it, each in the system that it belongs to.
@Suite(.enabled(if: RustSudoHost.missing == nil, "needs \(RustSudoHost.missing ?? "nothing")"), .serialized)
struct SudoRSTests {
  private let program = "id -u; cat"

  @Test(arguments: RustSudoHost.releases) func passwordGoesToItsPromptOnly(release: String) async throws {
    let host = try RustSudoHost(release), rig = try Rig(options: host.options)
    let root = try await rig.shell(host.user.name, .password(Secret(host.password)))
    let result = try await root.run(program, input: Array("x\ny".utf8), timeout: .seconds(60), onOutput: nil)
    #expect(result == ExecResult(status: 0, standardOutput: Array("0\nx\ny".utf8)))
    #expect(await root.execCount == 1)
    await root.close()
  }

  @Test(arguments: RustSudoHost.releases) func withoutAPasswordItRuns(release: String) async throws {
    let host = try RustSudoHost(release, rule: "NOPASSWD: "), rig = try Rig(options: host.options)
    for privilege in [Privilege.passwordless, .password(Secret("not asked for"))] {
      let root = try await rig.shell(host.user.name, privilege)
      #expect(try await root.run("id -u").outputText == "0\n")
      await root.close()
    }
  }

  @Test(arguments: RustSudoHost.releases) func wantedPasswordIsNamed(release: String) async throws {
    let host = try RustSudoHost(release), rig = try Rig(options: host.options)
    let root = try await rig.shell(host.user.name, .passwordless)
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    #expect(error?.code == .privilege)
    #expect(error?.message == "sudo wants the password of \(host.user.name)")
    #expect(error?.output.isEmpty == false)
    await root.close()
  }

  @Test(arguments: RustSudoHost.releases) func wrongPasswordIsNamed(release: String) async throws {
    let host = try RustSudoHost(release), rig = try Rig(options: host.options)
    let root = try await rig.shell(host.user.name, .password(Secret("wrong")))
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    #expect(error?.message == "sudo refused the password of \(host.user.name)")
    await root.close()
  }

  @Test(arguments: RustSudoHost.releases) func userOutsideSudoersIsNamed(release: String) async throws {
    let host = try RustSudoHost(release, rule: nil), rig = try Rig(options: host.options)
    let root = try await rig.shell(host.user.name, .passwordless)
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    #expect(error?.message == "\(host.user.name) may not use sudo")
    #expect(error?.output.contains { $0.contains("I'm afraid I can't do that") } == true)
    await root.close()
  }
}

/// A system of another Debian release, unpacked, in which sshd locks a user of this machine in.
final class RustSudoHost: Sendable {
  static let releases = ["trixie", "forky"]
  /// Every character that a keyboard has, blanks at both ends among them.
  let password = " " + String(decoding: Array<UInt8>(0x21...0x7E), as: UTF8.self) + " é€ "
  let user: UserAccount
  private let root: String

  private static var unpack: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../scripts/unpack-debian").path
  }
  private static func folder(_ release: String) -> String { "\(Folders().cache)/tools/sudo-rs-\(release)" }

  static var missing: String? {
    if let missing = Rig.missing(programs: ["sudo"]) { return missing }
    let isThere = releases.allSatisfy {
      FileManager.default.fileExists(atPath: "\(folder($0))/usr/lib/cargo/bin/sudo")
    }
    return isThere
      ? nil
      : "scripts/unpack-debian trixie ARCHITECTURE ~/.cache/hearth/tools/sudo-rs-trixie \(packages) (and the same for forky)"
  }

  private static let packages =
    "sudo-rs libpam0g libpam-modules libpam-modules-bin libc6 dash coreutils libcrypt1 libgcc-s1 libaudit1 libcap-ng0 "
    + "libselinux1 libpcre2-8-0 libacl1 libattr1 libgmp10 libssl3t64 zlib1g libzstd1 libcap2 libsystemd0"

  /// - Parameter rule: what stands before `ALL` in sudoers; nil for a user who may not use sudo.
  init(_ release: String, rule: String? = "") throws {
    user = try UserAccount(shell: "/bin/sh")
    // sshd wants a chain of folders that only root may write.
    root = "/run/hearth-sudo-\(UInt32.random(in: .min ... .max))"
    let sudoers = rule.map { "\(user.name) ALL=(ALL) \($0)ALL" } ?? ""
    let program = """
      set -e
      mkdir -p "$1"; cp -a "$2/usr" "$2/etc" "$1/"; cd "$1"
      for name in bin sbin lib lib64; do [ ! -e usr/$name ] || ln -sfn usr/$name $name; done
      mkdir -p dev proc run tmp root "home/$3" etc/pam.d; chmod 1777 tmp; chown root:root .; chmod 755 .
      mknod -m 666 dev/null c 1 3; mknod -m 666 dev/zero c 1 5; mknod -m 666 dev/urandom c 1 9; mknod -m 666 dev/tty c 5 0
      cp usr/lib/cargo/bin/sudo usr/bin/sudo; chown root:root usr/bin/sudo; chmod 4755 usr/bin/sudo
      [ -e usr/bin/sh ] || ln -s dash usr/bin/sh
      printf '%s:%s\\n' "$3" "$5" | chpasswd
      grep -E "^(root|$3):" /etc/passwd >etc/passwd; grep -E "^(root|shadow|$3):" /etc/group >etc/group
      grep -E "^(root|$3):" /etc/shadow >etc/shadow; chmod 640 etc/shadow
      for name in sudo sudo-i other; do
        printf 'auth required pam_unix.so\\naccount required pam_unix.so\\nsession required pam_permit.so\\n' >etc/pam.d/$name
      done
      printf 'root ALL=(ALL) ALL\\n%s\\n' "$4" >etc/sudoers; chmod 440 etc/sudoers
      printf 'passwd: files\\ngroup: files\\nshadow: files\\n' >etc/nsswitch.conf
      mount -t proc proc proc
      """
    try Command.run("sh", "-c", program, "sh", root, Self.folder(release), user.name, sudoers, password)
  }

  deinit {
    _ = try? Command.run("sh", "-c", "umount \"$1/proc\"; rm -rf --one-file-system \"$1\"", "sh", root)
  }

  /// Lines for sshd.
  var options: [String] { ["ChrootDirectory \(root)"] }
}

import Testing

@testable import SSH

/// The login as people can repeat it by hand: nothing in it is more than a word to the shell.
@Suite struct TargetTests {
  @Test(arguments: [
    ("pi", "10.0.0.1", "ssh pi@10.0.0.1"),
    ("pi", "$(reboot)", "ssh 'pi@$(reboot)'"),
    ("a;b", "10.0.0.1", "ssh 'a;b@10.0.0.1'"),
    ("it's", "h", #"ssh 'it'\''s@h'"#),
  ])
  func `User and address are one word`(user: String, address: String, command: String) {
    #expect(SSHTarget(name: "pi1", address: address, user: user).command == command)
  }

  @Test func `Jump hosts are words, too, also where one has a login of its own`() {
    var jump = SSHTarget(name: "gate", address: "$(reboot)", port: 2222, user: "admin")
    let target = SSHTarget(name: "pi1", address: "10.0.0.1", user: "pi", jumps: [jump])
    #expect(target.command == "ssh -J 'admin@$(reboot):2222' pi@10.0.0.1")

    jump.options = ["-i /keys/gate"]
    let own = SSHTarget(name: "pi1", address: "10.0.0.1", user: "pi", jumps: [jump])
    let inner = #"ssh -i /keys/gate -p 2222 -W %h:%p '\''admin@$(reboot)'\''"#
    #expect(own.command == "ssh -o 'ProxyCommand=\(inner)' pi@10.0.0.1")
  }
}

package import Diagnostics

/// Command lines for whoever has a terminal: the caller becomes the program.
extension VirtualRack {
  /// A login shell as root inside a host, or one command there.
  package func insideCommand(_ host: String, _ command: [String] = ["bash", "-l"]) throws(HearthError) -> [String] {
    try launcher.commandLine("exec", [host] + command)
  }

  /// OpenSSH to a host as user `pi`, with the lab's key and the host's key pinned.
  package func sshCommand(_ host: String, _ command: [String] = []) throws(HearthError) -> [String] {
    try launcher.commandLine("ssh", [host] + command)
  }

  /// A program of this machine inside the lab's network: kubectl, curl, a shell.
  package func enterCommand(_ command: [String]) throws(HearthError) -> [String] {
    try launcher.commandLine("enter", command)
  }
}

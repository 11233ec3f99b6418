import ArgumentParser

struct CompletionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completion",
    abstract: "Print what makes a shell complete hearth's commands, flags, hosts and versions.",
    discussion: """
      The package installs it for all three shells. Without the package:

        hearth completion bash > ~/.local/share/bash-completion/completions/hearth
        hearth completion zsh > "${fpath[1]}/_hearth"
        hearth completion fish > ~/.config/fish/completions/hearth.fish
      """.flowing
  )

  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  @Argument(help: "The shell.") var shell: Shell

  func run() {
    let known: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    Terminal.writeOutput(Hearth.completionScript(for: known) + "\n")
  }
}

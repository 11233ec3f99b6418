extension String {
  /// As one word of a POSIX shell program.
  var shellQuoted: String { "'" + replacing("'", with: "'\\''") + "'" }
}

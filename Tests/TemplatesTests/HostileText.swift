/// Texts that have been more than text somewhere.
enum HostileText {
  static let all: [String] = [
    "true", "no", "on", "null", "~", "123", "1e3", "1.5", "0x1f", "2026-11-30", "", " ", "- x", "a: b", "#x", "&a",
    "*a",
    "!x y", "%x", "@x", "`id`", "$(id)", "${HOME}", "';id;'", "\"; id; \"", "a'b", "a\"b", "a\\b", "\\", "'", "\"",
    "a b",
    "--help", "-rf", "a;b", "a|b", "a&b", "a>b", "{{name}}", "{{{name}}}", "{a: b}", "[a, b]", "a\nb", "a\r\nb", "a\tb",
    "x\u{85}!y kind: Secret", "x\u{2028}---\u{2028}y: z", "x\u{2029}y", "\u{FEFF}x", "\u{202E}abc", "a\u{301}'\u{301}",
    "\u{1B}[2J", "\u{7F}", "\u{1}", "é", "日本", "😀", "END_OF_FILE", "a\nEND_OF_FILE\nid", "\u{E000}0\u{E001}", "<b>&",
    String(repeating: "'", count: 50), "100000001234abcd\"\u{85}!x apiVersion: v1\u{85}---\u{85}x: \"y",
  ]
}

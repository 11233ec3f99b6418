import Diagnostics
import Foundation
import HTTP
import Untrusted

extension RegistryClient {
  /// What to tell people when the registry did not do what it was asked for.
  func refusal(_ url: String, _ response: HTTPResponse) -> HearthError {
    HearthError(
      .download, "\(HearthError.displayed(url)): the registry answered \(response.status)", hint: hint(response.status),
      cause: Self.words(response.body), command: "curl -v \(HearthError.displayed(url).shellQuoted)")
  }

  private func hint(_ status: Int) -> String {
    switch (status, access.actions) {
    case (401, "pull"), (403, "pull"): "The image is private or the name is wrong; hearth pulls what anybody may pull."
    case (401, _) where access.credential == nil:
      "Give a name and a password: `docker login \(reference.host)`, or --username NAME --password-stdin."
    case (401, _): "The name or the password is wrong, or the password has ended."
    case (403, _): "This account may not write to \(reference.repository); check the name of the image."
    case (404, "pull"): "Check the name and the digest of the image in the lock file."
    case (404, _): "Check the registry's address and the image's name; some registries want the repository made first."
    case (413, _): "A proxy before the registry refuses files of this size; raise its limit."
    case (429, _): "The registry limits requests from this address; wait, or put an archive of the image into a folder."
    case (300..<400, _): "The registry sends writers elsewhere; use the address that it names."
    default: "The registry is in trouble; run the command again later."
    }
  }

  /// `{"errors":[{"code":"DENIED","message":"…"}]}`
  private static func words(_ body: [UInt8]) -> String? {
    struct Answer: Decodable {
      struct Mistake: Decodable {
        var code: String
        var message: String?
      }
      var errors: [Mistake]
    }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)), !answer.errors.isEmpty else {
      return nil
    }
    return answer.errors.map { [$0.code, $0.message].compactMap { $0 }.joined(separator: ": ") }.joined(separator: "; ")
      .bounded(1000)
  }
}

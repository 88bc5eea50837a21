package io.mintmark.evidence.trust;

import io.mintmark.evidence.Evidence;
import io.mintmark.jose.Crypto;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.HexFormat;

/** SHA-256 of evidence as it was presented, by which the record knows it: lower-case hex. */
final class EvidenceHash {
  private EvidenceHash() {}

  static String of(Evidence evidence) {
    return switch (evidence) {
      case Evidence.JwtSvid(String token) -> of(token);
      case Evidence.PlatformToken(String token) -> of(token);
      case Evidence.X509Svid holder -> HexFormat.of().formatHex(leaf(holder));
      case Evidence.ClusterRequest request -> request.sha256();
      case Evidence.Bound(Evidence proof, Evidence.X509Svid holder) -> of(proof);
    };
  }

  static String of(String token) {
    return HexFormat.of().formatHex(Crypto.sha256(token.getBytes(StandardCharsets.UTF_8)));
  }

  /** The hash of the leaf's DER; of nothing where there is none. */
  static byte[] leaf(Evidence.X509Svid evidence) {
    try {
      return Crypto.sha256(
          evidence.chain().isEmpty() ? new byte[0] : evidence.chain().getFirst().getEncoded());
    } catch (CertificateEncodingException e) {
      return Crypto.sha256(new byte[0]);
    }
  }
}

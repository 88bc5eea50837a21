package io.mintmark.cli.bench.load;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** PKCS #10 requests in DER, each with a P-256 key of its own. */
public final class CertificateRequests {
  /** They take long to make, and nobody remembers one. */
  public static final int MOST = 10_000;

  private CertificateRequests() {}

  /** Without a name: the answer's is that of the proof beside it. */
  public static List<byte[]> unnamed(int count) throws IOException {
    List<byte[]> made = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      made.add(request(null));
    }
    return made;
  }

  /** Each asks for the SPIFFE ID of a workload of {@link Proofs}. */
  public static List<byte[]> named(String trustDomain, int count) throws IOException {
    List<byte[]> made = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      made.add(request("spiffe://" + trustDomain + Proofs.PATH + i % Proofs.WORKLOADS));
    }
    return made;
  }

  private static byte[] request(@Nullable String id) throws IOException {
    KeyPair keys = Crypto.generate(SignatureAlgorithm.ES256);
    PKCS10CertificationRequestBuilder builder =
        new JcaPKCS10CertificationRequestBuilder(new X500Principal(""), keys.getPublic());
    if (id != null) {
      GeneralName name = new GeneralName(GeneralName.uniformResourceIdentifier, id);
      builder.addAttribute(
          PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
          new Extensions(
              Extension.create(Extension.subjectAlternativeName, true, new GeneralNames(name))));
    }
    try {
      return builder
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException failed) {
      throw new IOException("no certificate request could be signed", failed);
    }
  }
}

package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.util.Base64;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/** Requests as an API server gives them. */
final class Objects {
  static final ObjectMapper JSON = new ObjectMapper();
  static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);

  private Objects() {}

  static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A PKCS #10 request with nothing in it but a key, as kubelets make them; base64 of DER. */
  static String csr() {
    try {
      return Base64.getEncoder()
          .encodeToString(
              new PKCS10CertificationRequestBuilder(
                      new X500Name("CN=system:admin"),
                      SubjectPublicKeyInfo.getInstance(KEY.getPublic().getEncoded()))
                  .build(new JcaContentSignerBuilder("SHA256withECDSA").build(KEY.getPrivate()))
                  .getEncoded());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static ObjectNode podCertificateRequest() {
    return json(
        """
        {"apiVersion":"certificates.k8s.io/v1beta1","kind":"PodCertificateRequest",
         "metadata":{"name":"r-1","namespace":"payments","uid":"u-1","resourceVersion":"7",
          "creationTimestamp":"2026-11-22T12:00:00Z"},
         "spec":{"signerName":"mintmark.io/x509-svid","podName":"orders-1","podUID":"p-1",
          "serviceAccountName":"orders","serviceAccountUID":"s-1","nodeName":"n-1","nodeUID":"n-2",
          "maxExpirationSeconds":86400,"stubPKCS10Request":"%s"}}
        """
            .formatted(csr()));
  }

  static ObjectNode signingRequest() {
    return json(
        """
        {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest",
         "metadata":{"name":"r-2","uid":"u-2","resourceVersion":"8",
          "creationTimestamp":"2026-11-22T12:00:00Z"},
         "spec":{"signerName":"mintmark.io/x509-svid","request":"%s","expirationSeconds":1200,
          "usages":["digital signature","client auth","server auth"],
          "username":"system:serviceaccount:payments:orders","uid":"s-1","extra":{
           "authentication.kubernetes.io/pod-name":["orders-1"],
           "authentication.kubernetes.io/pod-uid":["p-1"]}},
         "status":{"conditions":[{"type":"Approved","status":"True","reason":"x","message":"y"}]}}
        """
            .formatted(csr()));
  }

  /** Puts a value at a JSON pointer; {@code null} as text takes the field away. */
  static ObjectNode with(ObjectNode object, String pointer, String json) {
    int last = pointer.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) object.at(pointer.substring(0, last));
    String name = pointer.substring(last + 1).replace("~1", "/");
    try {
      if (json.equals("-")) {
        parent.remove(name);
      } else {
        parent.set(name, JSON.readTree(json));
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
    return object;
  }
}

package io.mintmark.workload;

import java.util.Optional;

/** The kinds of proof, by the words that policy, wire and ledger use. */
public enum EvidenceKind {
  JWT_SVID("jwt-svid"),
  X509_SVID("x509-svid"),
  WIT("wit"),
  KUBERNETES("kubernetes"),
  GITHUB("github"),
  GITLAB("gitlab"),
  OIDC("oidc"),
  AWS_INSTANCE("aws-instance"),
  AWS_CALLER("aws-caller"),
  AWS_WEB_IDENTITY("aws-web-identity"),
  GCP("gcp"),
  AZURE_INSTANCE("azure-instance"),
  AZURE_IDENTITY("azure-identity"),
  TPM("tpm"),
  NITRO("nitro"),
  SEV_SNP("sev-snp"),
  TDX("tdx"),
  CONFIDENTIAL_SPACE("confidential-space"),
  MAA("maa"),
  EAT("eat"),
  POD_CERTIFICATE("pod-certificate"),
  KUBERNETES_CSR("kubernetes-csr");

  private final String word;

  EvidenceKind(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  public static Optional<EvidenceKind> ofWord(String word) {
    for (EvidenceKind kind : values()) {
      if (kind.word.equals(word)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return word;
  }
}

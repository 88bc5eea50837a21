package io.mintmark.workload;

/** The kinds of credential that the broker strikes, by the words that metrics and ledger use. */
public enum CredentialKind {
  ACCESS_TOKEN("access-token"),
  JWT_SVID("jwt-svid"),
  X509_SVID("x509-svid");

  private final String word;

  CredentialKind(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  @Override
  public String toString() {
    return word;
  }
}

package io.mintmark.workload;

/** Why a request got no credential: stable words that callers, ledger and metrics share. */
public enum Reason {
  REQUEST_MALFORMED("request-malformed"),
  REQUEST_TOO_LARGE("request-too-large"),
  EVIDENCE_KIND_NOT_ACCEPTED("evidence-kind-not-accepted"),
  EVIDENCE_MALFORMED("evidence-malformed"),
  EVIDENCE_ALGORITHM("evidence-algorithm"),
  EVIDENCE_TYPE("evidence-type"),
  EVIDENCE_KEY_UNKNOWN("evidence-key-unknown"),
  EVIDENCE_SIGNATURE("evidence-signature"),
  EVIDENCE_EXPIRED("evidence-expired"),
  EVIDENCE_NOT_YET_VALID("evidence-not-yet-valid"),
  EVIDENCE_AUDIENCE("evidence-audience"),
  EVIDENCE_REPLAYED("evidence-replayed"),
  EVIDENCE_REVOKED("evidence-revoked"),
  EVIDENCE_CERTIFICATE("evidence-certificate"),
  ISSUER_NOT_TRUSTED("issuer-not-trusted"),
  TRUST_DOMAIN_NOT_TRUSTED("trust-domain-not-trusted"),
  IDENTITY_MALFORMED("identity-malformed"),
  IDENTITY_MISMATCH("identity-mismatch"),
  PIN_NOT_MET("pin-not-met"),
  RESOURCE_UNKNOWN("resource-unknown"),
  SCOPE_NOT_GRANTED("scope-not-granted"),
  NO_GRANT("no-grant"),
  GUARDRAIL("guardrail"),
  CONDITION_FALSE("condition-false"),
  CONDITION_ERROR("condition-error"),
  BINDING_REQUIRED("binding-required"),
  CSR_MALFORMED("csr-malformed"),
  CSR_KEY("csr-key"),
  OVERLOADED("overloaded"),
  RATE_LIMITED("rate-limited"),
  LEDGER_UNAVAILABLE("ledger-unavailable"),
  KEYS_UNAVAILABLE("keys-unavailable"),
  DEPENDENCY_UNAVAILABLE("dependency-unavailable");

  private final String word;

  Reason(String word) {
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

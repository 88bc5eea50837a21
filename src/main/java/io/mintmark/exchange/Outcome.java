package io.mintmark.exchange;

import io.mintmark.credential.Credential;
import io.mintmark.workload.Reason;

/** How an exchange ended, its record durable. */
public sealed interface Outcome {
  String decisionId();

  /** A credential was struck. */
  record Minted(String decisionId, Credential credential) implements Outcome {}

  /** The proof held and policy said no. */
  record Denied(String decisionId, Reason reason) implements Outcome {}

  /** The proof did not hold, or nothing could be struck or recorded. */
  record Refused(String decisionId, Reason reason) implements Outcome {}
}

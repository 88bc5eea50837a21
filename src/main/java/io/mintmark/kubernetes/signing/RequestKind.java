package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mintmark.credential.Credential;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One of the API's kinds of requests for certificates; objects are the API's own JSON. */
interface RequestKind {
  EvidenceKind kind();

  ResourceDefinitionContext resource();

  /** Whether the request is for us and waits for its signer. */
  boolean isOpen(ObjectNode request);

  Request read(ObjectNode request, Instant now);

  /** Why this certificate is none that the API takes for this request; null where it is. */
  @Nullable Objection objection(ObjectNode request, Credential.X509Svid svid);

  /**
   * What is wrong with a certificate.
   *
   * @param passesAfter how long it takes until another may do; null where none will
   */
  record Objection(String sentence, @Nullable Duration passesAfter) {}

  /** The status of the request once it is served. */
  ObjectNode issued(ObjectNode request, Credential.X509Svid svid, Instant now);

  /** The status of the request once it is refused for good. */
  ObjectNode refused(ObjectNode request, Reason reason, String message, Instant now);
}

package io.mintmark.api.grpc;

import io.mintmark.api.Admission;
import io.mintmark.api.Caller;
import io.mintmark.api.Refusal;
import io.mintmark.exchange.Recognizer;
import io.mintmark.exchange.Recognizer.Recognition;
import io.mintmark.wire.v1.Evidence;
import java.util.concurrent.CompletionStage;

/** Checks the proof of those who would see the bundles of others, let in as for a credential. */
public final class BundleDoor {
  private final Admission admission;
  private final Recognizer recognizer;

  public BundleDoor(Admission admission, Recognizer recognizer) {
    this.admission = admission;
    this.recognizer = recognizer;
  }

  CompletionStage<Recognition> recognise(Caller caller, Evidence evidence) throws Refusal {
    Admission.Pass pass = admission.enter(caller.source());
    try {
      WireRequest.Proof proof = WireRequest.proof(evidence, caller);
      return recognizer
          .recognise(proof.evidence(), proof.expected(), caller.source(), caller.traceparent())
          .whenComplete(
              (recognition, failure) -> {
                pass.close();
                if (recognition instanceof Recognition.Unknown(var outcome)) {
                  pass.charge(outcome);
                }
              });
    } catch (Refusal | RuntimeException | Error refused) {
      pass.close();
      throw refused;
    }
  }
}

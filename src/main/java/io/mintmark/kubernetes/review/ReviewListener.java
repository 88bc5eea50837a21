package io.mintmark.kubernetes.review;

/** Hears how API servers answer, for metrics; must not wait. */
public interface ReviewListener {
  ReviewListener NONE =
      new ReviewListener() {
        @Override
        public void reviewed(String issuer, Outcome outcome, long nanos) {}

        @Override
        public void remembered(String issuer) {}
      };

  /** How a question ended. */
  enum Outcome {
    CONFIRMED,
    REJECTED,
    /** Its account had its share: the API server was not asked. */
    CROWDED,
    UNAVAILABLE
  }

  /**
   * A question ended that no known answer served.
   *
   * @param issuer the issuer's URL, as the document has it
   */
  void reviewed(String issuer, Outcome outcome, long nanos);

  /** A known answer served again. */
  void remembered(String issuer);
}

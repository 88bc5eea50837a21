package io.mintmark.house.bad.evidence.aws;

import io.mintmark.house.bad.evidence.tpm.Quote;

/** One platform that leans on another. */
public final class Reader {
  Quote quote = new Quote();
}

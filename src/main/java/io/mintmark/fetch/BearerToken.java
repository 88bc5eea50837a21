package io.mintmark.fetch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Reads the token that a fetch carries; read each time, since platforms rotate such files. */
final class BearerToken {
  private static final int MAX_BYTES = 16 * 1024;

  /** {@code b64token} of RFC 6750 section 2.1. */
  private static final Pattern B64TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private BearerToken() {}

  static String header(LocalFile file) throws FetchRefused {
    String token;
    try {
      token = new String(file.read(MAX_BYTES), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new FetchRefused(
          FetchFailure.LOCAL_FILE, "token file \"" + file + "\" " + e.getMessage());
    }
    if (!B64TOKEN.matcher(token).matches()) {
      throw new FetchRefused(
          FetchFailure.LOCAL_FILE, "token file \"" + file + "\" holds no bearer token");
    }
    return "Bearer " + token;
  }
}

package io.mintmark.api.oauth;

import io.mintmark.api.http.Call;
import io.mintmark.api.http.Endpoint;
import io.mintmark.api.http.HttpAnswer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that everybody may read and keep for a while, with its entity tag. */
final class Page implements Endpoint {
  private final String type;
  private final Duration age;
  private final Supplier<byte[]> source;
  private volatile @Nullable Kept kept;

  /** Both answers for what was published last: it is asked for often and seldom changes. */
  private record Kept(String tag, HttpAnswer whole, HttpAnswer unchanged) {}

  Page(String type, Duration age, Supplier<byte[]> source) {
    this.type = type;
    this.age = age;
    this.source = source;
  }

  @Override
  public CompletionStage<HttpAnswer> answer(Call call) {
    Kept now = now();
    boolean known =
        call.headers("If-None-Match").stream()
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .anyMatch(value -> value.strip().equals(now.tag()) || value.strip().equals("*"));
    return CompletableFuture.completedFuture(known ? now.unchanged() : now.whole());
  }

  private Kept now() {
    byte[] body = source.get();
    Kept last = kept;
    if (last == null || !Arrays.equals(last.whole().body(), body)) {
      String tag = tag(body);
      Map<String, String> headers =
          Map.of(
              "Content-Type", type,
              "Cache-Control", "public, max-age=" + Math.max(1, age.toSeconds()),
              "ETag", tag);
      last =
          new Kept(
              tag, new HttpAnswer(200, headers, body), new HttpAnswer(304, headers, new byte[0]));
      kept = last;
    }
    return last;
  }

  private static String tag(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}

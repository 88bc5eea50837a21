package io.mintmark.api.http;

import java.util.concurrent.CompletionStage;

/**
 * Answers calls. Runs on the event loop, so it never waits; a stage that fails is a bug and becomes
 * a 500 without a word about it.
 */
public interface Endpoint {
  CompletionStage<HttpAnswer> answer(Call call);
}

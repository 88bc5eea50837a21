package io.mintmark.exchange;

import io.mintmark.evidence.Attestor;
import io.mintmark.policy.Policy;

/** Trust and policy of one moment, compiled together and swapped together. */
public record World(Attestor attestor, Policy policy) {}

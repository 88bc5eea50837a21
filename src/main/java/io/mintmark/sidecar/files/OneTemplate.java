package io.mintmark.sidecar.files;

import io.pebbletemplates.pebble.error.LoaderException;
import io.pebbletemplates.pebble.loader.Loader;
import java.io.Reader;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;

/** Loads one text and nothing else, whatever a template asks for. */
final class OneTemplate implements Loader<String> {
  static final String NAME = "template";

  private final String source;

  OneTemplate(String source) {
    this.source = source;
  }

  @Override
  public Reader getReader(String name) {
    if (!name.equals(NAME)) {
      throw new LoaderException(null, "there is no other template");
    }
    return new StringReader(source);
  }

  @Override
  public void setCharset(String charset) {}

  @Override
  public void setPrefix(String prefix) {}

  @Override
  public void setSuffix(String suffix) {}

  @Override
  public @Nullable String resolveRelativePath(String relative, String anchor) {
    return null;
  }

  @Override
  public String createCacheKey(String name) {
    return name;
  }

  @Override
  public boolean resourceExists(String name) {
    return name.equals(NAME);
  }
}

package belay.index.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;

/** A cursor as a stream's source. */
final class CursorSpliterator extends AbstractSpliterator<Entry> {

  private final Cursor cursor;

  CursorSpliterator(Cursor cursor) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT);
    this.cursor = cursor;
  }

  @Override
  public boolean tryAdvance(Consumer<? super Entry> action) {
    try {
      Entry entry = cursor.next();
      if (entry == null) {
        return false;
      }
      action.accept(entry);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

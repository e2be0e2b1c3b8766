package belay.index.history;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.index.TermsEnum.SeekStatus;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.BytesRefBuilder;
import org.apache.lucene.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * Finds the terms of a dictionary that are a few edits from a name (insertion, deletion,
 * substitution, transposition of neighbours), as a Levenshtein automaton would, but without making
 * one: for two edits and the length of a path, making it takes milliseconds, walking a fraction of
 * one. The sorted terms are walked with the rows of the edit matrix kept for the beginning that
 * each shares with the one before, and as soon as no continuation can come near, all terms with
 * that beginning are jumped over.
 */
final class NearTerms {

  /** A term within reach. */
  record Found(String name, PostingsEnum postings) {}

  /** So many terms looked at are enough; after that only terms at one edit are looked for. */
  private static final int PATIENCE = 1_500;

  private final BytesRef prefix;
  private final BytesRef name;
  private final int edits;

  /** The matrix: {@code rows[i][j]} is the distance of i bytes of the term to j of the name. */
  private int[][] rows = new int[64][];

  private int[] least = new int[64];

  /**
   * @param prefix what all terms must begin with, followed by the name
   * @param name what the rest must be near to; edits are counted in its bytes
   */
  NearTerms(BytesRef prefix, BytesRef name, int edits) {
    this.prefix = prefix;
    this.name = name;
    this.edits = edits;
    rows[0] = new int[name.length + 1];
    for (int j = 0; j <= name.length; j++) {
      rows[0][j] = j;
    }
  }

  List<Found> in(TermsEnum terms) throws IOException {
    for (int reach = edits; reach > 1; reach--) {
      List<Found> found = walk(terms, reach);
      if (found != null) {
        return found;
      }
    }
    List<Found> found = walk(terms, Math.min(edits, 1));
    return found == null ? List.of() : found;
  }

  /** The terms within reach, or null if there are too many to look at. */
  private @Nullable List<Found> walk(TermsEnum terms, int reach) throws IOException {
    List<Found> found = new ArrayList<>();
    var last = new BytesRefBuilder();
    last.copyBytes(prefix);
    int known = 0;
    BytesRef term = terms.seekCeil(prefix) == SeekStatus.END ? null : terms.term();
    for (int seen = 0; term != null && StringHelper.startsWith(term, prefix); seen++) {
      if (seen > PATIENCE && reach > 1) {
        return null;
      }
      int shared = StringHelper.bytesDifference(last.get(), term);
      known = Math.min(known, Math.max(0, (shared < 0 ? last.length() : shared) - prefix.length));
      int length = term.length - prefix.length;
      boolean hopeless = false;
      while (known < length && !hopeless) {
        known++;
        fill(known, term);
        // A transposition takes its value from two rows above.
        hopeless = least[known] > reach && least[known - 1] >= reach;
      }
      last.copyBytes(term);
      if (hopeless) {
        term = behind(terms, last, prefix.length + known);
        continue;
      }
      if (rows[length][name.length] <= reach) {
        String near = new BytesRef(term.bytes, term.offset + prefix.length, length).utf8ToString();
        found.add(new Found(near, terms.postings(null, PostingsEnum.NONE)));
      }
      term = terms.next();
    }
    return found;
  }

  /** The first term behind all that share this one's first bytes. */
  private static @Nullable BytesRef behind(TermsEnum terms, BytesRefBuilder term, int length)
      throws IOException {
    BytesRef next = new BytesRef(Arrays.copyOf(term.bytes(), length));
    // UTF-8 has no byte 0xff, so this does not overflow.
    next.bytes[length - 1]++;
    return terms.seekCeil(next) == SeekStatus.END ? null : terms.term();
  }

  private void fill(int i, BytesRef term) {
    if (i >= rows.length) {
      rows = Arrays.copyOf(rows, rows.length * 2);
      least = Arrays.copyOf(least, rows.length);
    }
    if (rows[i] == null) {
      rows[i] = new int[name.length + 1];
    }
    int[] row = rows[i];
    int[] above = rows[i - 1];
    int at = term.offset + prefix.length + i - 1;
    byte b = term.bytes[at];
    row[0] = i;
    int smallest = i;
    for (int j = 1; j <= name.length; j++) {
      byte c = name.bytes[name.offset + j - 1];
      int value = Math.min(above[j - 1] + (b == c ? 0 : 1), 1 + Math.min(above[j], row[j - 1]));
      if (i > 1 && j > 1 && b == name.bytes[name.offset + j - 2] && c == term.bytes[at - 1]) {
        value = Math.min(value, rows[i - 2][j - 2] + 1);
      }
      row[j] = value;
      smallest = Math.min(smallest, value);
    }
    least[i] = smallest;
  }
}

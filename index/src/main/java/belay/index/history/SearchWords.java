package belay.index.history;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * The terms a command can be found by, and the query for what a person types. A word of a command
 * is found whole, by each component of a path, option or address, and by each part of a name:
 * {@code of=/srv/xen/web2.img} by {@code of}, {@code srv}, {@code xen}, {@code web2.img}, {@code
 * web2} and {@code img} too. Quotes and case make no difference.
 */
final class SearchWords {

  static final String FIELD = "text";

  /** The short beginnings of all terms: too many terms have them to look each up. */
  static final String BEGINNINGS = "start";

  private static final int LONGEST_BEGINNING = 3;

  private static final int LONGEST_TERM = 200;
  private static final int MOST_CHARS = 1 << 16;
  private static final String BETWEEN_WORDS = " \t\n\r⏎'\"`;|&()<>\\";
  private static final String BETWEEN_COMPONENTS = "/=:,@$*?{}[]!^%#";
  private static final String BETWEEN_PARTS = ".-_+~";

  private SearchWords() {}

  /** All terms of a command. */
  static Set<String> of(String printable) {
    Set<String> terms = new LinkedHashSet<>();
    String text =
        printable.substring(0, Math.min(printable.length(), MOST_CHARS)).toLowerCase(Locale.ROOT);
    for (String word : split(text, BETWEEN_WORDS)) {
      add(terms, word);
      for (String component : split(word, BETWEEN_COMPONENTS)) {
        add(terms, component);
        for (String part : split(component, BETWEEN_PARTS)) {
          add(terms, part);
        }
      }
    }
    return terms;
  }

  static Set<String> beginnings(Set<String> terms) {
    Set<String> beginnings = new LinkedHashSet<>();
    for (String term : terms) {
      for (int length = 1; length <= Math.min(LONGEST_BEGINNING, term.length()); length++) {
        beginnings.add(term.substring(0, length));
      }
    }
    return beginnings;
  }

  private static void add(Set<String> terms, String term) {
    terms.add(term.length() > LONGEST_TERM ? term.substring(0, LONGEST_TERM) : term);
  }

  /** All words, in any order; the last may be the beginning of one. */
  static Query query(String words) {
    List<String> wanted = split(words.toLowerCase(Locale.ROOT), BETWEEN_WORDS);
    if (wanted.isEmpty()) {
      return MatchAllDocsQuery.INSTANCE;
    }
    var query = new BooleanQuery.Builder();
    for (int i = 0; i < wanted.size(); i++) {
      query.add(query(wanted.get(i), i == wanted.size() - 1), Occur.FILTER);
    }
    return query.build();
  }

  private static Query query(String word, boolean mayGoOn) {
    List<String> components = split(word, BETWEEN_COMPONENTS);
    Query whole = term(word, mayGoOn);
    if (components.isEmpty() || components.equals(List.of(word))) {
      return whole;
    }
    var all = new BooleanQuery.Builder();
    boolean ended = BETWEEN_COMPONENTS.indexOf(word.charAt(word.length() - 1)) >= 0;
    for (int i = 0; i < components.size(); i++) {
      all.add(
          term(components.get(i), mayGoOn && !ended && i == components.size() - 1), Occur.FILTER);
    }
    return new BooleanQuery.Builder()
        .add(whole, Occur.SHOULD)
        .add(all.build(), Occur.SHOULD)
        .build();
  }

  private static Query term(String text, boolean mayGoOn) {
    String cut = text.length() > LONGEST_TERM ? text.substring(0, LONGEST_TERM) : text;
    Term term = new Term(FIELD, cut);
    if (!mayGoOn) {
      return new TermQuery(term);
    }
    return cut.length() <= LONGEST_BEGINNING
        ? new TermQuery(new Term(BEGINNINGS, cut))
        : new PrefixQuery(term);
  }

  private static List<String> split(String text, String separators) {
    List<String> pieces = new ArrayList<>();
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean between = i == text.length() || separators.indexOf(text.charAt(i)) >= 0;
      if (between && from >= 0) {
        pieces.add(text.substring(from, i));
        from = -1;
      } else if (!between && from < 0) {
        from = i;
      }
    }
    return pieces;
  }
}

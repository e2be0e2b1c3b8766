package belay.rules.effect;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether statements of SQL lose data: they drop or truncate something, or delete or update all
 * rows of a table. Comments and quoted texts say nothing (ISO/IEC 9075-2; the MySQL and PostgreSQL
 * manuals, Lexical Structure).
 */
final class Sql {

  private static final Pattern LOSS =
      Pattern.compile(
          "drop (?:table|database|schema|view|materialized|index|role|user|owned|sequence|tablespace"
              + "|keyspace|type|function|procedure|trigger|partition|stream|warehouse|stage|dictionary"
              + "|cluster|node|publication|subscription|server|extension|foreign|domain|event|all).*|truncate"
              + " [a-z\"`\\[?].*|alter (?:table|keyspace|database).* (?:drop|truncate|delete)"
              + " .*|create or replace table.*|(?:purge|reset)"
              + " (?:binary|master|slave|replica).*|(?:detach|optimize) (?:table|database).*"
              + " (?:permanently|deduplicate).*|shutdown.*");

  private static final Pattern WRITES_ROWS = Pattern.compile("(?:with .* )?(?:delete|update) .*");

  private static final Pattern LIMITED = Pattern.compile(".* where (.*)");

  /** {@code where true} limits nothing. */
  private static final Pattern ALWAYS =
      Pattern.compile(".* where (?:1|true|1 ?= ?1|\\? ?= ?\\?) ?");

  private Sql() {}

  /** Whether one of the statements loses data for certain. */
  static boolean loses(String text) {
    return statements(text).stream().anyMatch(Sql::isLoss);
  }

  private static boolean isLoss(String statement) {
    if (LOSS.matches(statement)) {
      return true;
    }
    boolean all = !LIMITED.matches(statement) || ALWAYS.matches(statement);
    boolean rows =
        statement.contains("delete from ") || statement.matches("(?s)(?:.* )?update .* set .*");
    return WRITES_ROWS.matches(statement) && rows && all;
  }

  /** In lower case, with single blanks, {@code ?} for quoted text and without comments. */
  private static List<String> statements(String text) {
    List<String> out = new ArrayList<>();
    StringBuilder plain = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\'') {
        i = end(text, i + 1, "'");
        plain.append('?');
      } else if (text.startsWith("--", i) || (c == '#' && startsLine(text, i))) {
        i = end(text, i, "\n");
        plain.append(' ');
      } else if (text.startsWith("/*", i) && !text.startsWith("/*!", i)) {
        i = end(text, i + 2, "*/");
        plain.append(' ');
      } else if (c == ';' || text.startsWith("\\g", i)) {
        out.add(normal(plain));
        plain.setLength(0);
        i++;
      } else {
        plain.append(Character.isWhitespace(c) ? ' ' : c);
        i++;
      }
    }
    out.add(normal(plain));
    return out;
  }

  private static boolean startsLine(String text, int at) {
    return at == 0 || text.charAt(at - 1) == '\n';
  }

  private static int end(String text, int from, String closing) {
    int at = text.indexOf(closing, from);
    return at < 0 ? text.length() : at + closing.length();
  }

  private static String normal(StringBuilder plain) {
    String text = plain.toString().toLowerCase(Locale.ROOT).replaceAll(" +", " ").strip();
    // MySQL runs what stands in `/*! … */`; psql and others take a command of their own before it.
    return text.replaceFirst("^(?:/\\*!\\d* ?|begin |explain analyze )", "");
  }
}

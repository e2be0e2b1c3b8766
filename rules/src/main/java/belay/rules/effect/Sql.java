package belay.rules.effect;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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

  /** What is lost, the gravest first. */
  private static final List<String> GRAVEST =
      List.of(
          "database",
          "keyspace",
          "warehouse",
          "schema",
          "tablespace",
          "log",
          "table",
          "rows",
          "column",
          "role",
          "server");

  private static final Pattern DROPPED =
      Pattern.compile("(?:drop|detach|optimize|create or replace) (\\w+).*");

  /** Whether one of the statements loses data for certain. */
  static boolean loses(String text) {
    return statements(text).stream().anyMatch(Sql::isLoss);
  }

  /**
   * What the gravest of the statements that lose data takes away: {@code database}, {@code table},
   * {@code rows}, {@code column}, {@code role}, …; empty where none does.
   */
  static Optional<String> lost(String text) {
    return statements(text).stream()
        .filter(Sql::isLoss)
        .map(Sql::lostBy)
        .min(Comparator.comparingInt(Sql::rank));
  }

  private static int rank(String what) {
    int at = GRAVEST.indexOf(what);
    return at < 0 ? GRAVEST.size() : at;
  }

  private static String lostBy(String statement) {
    if (statement.startsWith("alter ")) {
      return statement.contains(" drop partition") || statement.contains(" truncate ")
          ? "rows"
          : statement.contains(" delete ") ? "rows" : "column";
    }
    if (statement.startsWith("purge ") || statement.startsWith("reset ")) {
      return "log";
    }
    if (statement.startsWith("shutdown")) {
      return "server";
    }
    Matcher dropped = DROPPED.matcher(statement);
    if (!dropped.matches()) {
      return "rows";
    }
    return switch (dropped.group(1)) {
      case "user" -> "role";
      case "all", "owned" -> "schema";
      case String what -> what;
    };
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

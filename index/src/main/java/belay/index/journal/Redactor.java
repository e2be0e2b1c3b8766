package belay.index.journal;

import belay.index.journal.RoughWords.Range;
import belay.index.journal.RoughWords.Word;
import belay.rules.syntax.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of a line, so that what is kept stays searchable: by their place (values of
 * variables and options named after secrets, passwords of mysql, curl and sshpass, URL user
 * information, credentials in headers) and by shapes that nothing else has. A word that is nothing
 * but an expansion holds no secret and stays; so do names of files.
 */
public final class Redactor {

  /** Stands where a secret stood. */
  public static final String MARK = "‹redacted›";

  /** Inside quotes inside quotes; nobody writes more by hand. */
  private static final int DEPTH = 4;

  private static final String SECRET =
      "(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|mysql_pwd)";

  private static final Pattern NAME = Pattern.compile("(?i)" + SECRET);

  /** Longer words are neither variables nor options; a bound keeps long lines cheap. */
  private static final int LONGEST_NAME = 64;

  private static final Pattern OPTION =
      Pattern.compile("(?i)--?(?:[a-z0-9]+[-_])*(?:pass|" + SECRET + ")(?:[-_][a-z0-9-]+)?");

  /** Names that say where a secret is, how long or of what kind, not what it is. */
  private static final Pattern ABOUT =
      Pattern.compile(
          "(?i).*[_-](?:file|path|dir|stdin|env|type|ttl|length|policy|prompt|name|expiry)"
              + "|.*(?:tokeniz|secretary|passwordless).*|.*tokens");

  private static final Pattern EXPANSION =
      Pattern.compile(
          "\"?(?:\\$[A-Za-z_][A-Za-z0-9_]*|\\$[0-9@*#?$!-]|\\$\\{[^{}]*}|\\$\\([^()]*\\)|`[^`]*`)\"?");

  private static final Pattern HEADER =
      Pattern.compile(
          "(?i)(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token|private-token"
              + "|x-vault-token)[ \\t]*:[ \\t]*");

  private static final Pattern SCHEME = Pattern.compile("(?i)bearer|basic|token|digest|apikey");

  private static final Pattern USER_INFORMATION =
      Pattern.compile("://[^/\\s:@'\"]*:([^/\\s@'\"]+)@");

  /**
   * Shapes that a vendor gives to secrets alone. One that stands in a path, or has an extension, is
   * the name of a file.
   */
  private static final Pattern SHAPE =
      Pattern.compile(
          "(?<![A-Za-z0-9_]|[^/]/|^/)(?:"
              + "(?:AKIA|ASIA)[0-9A-Z]{16}"
              + "|gh[opusr]_[A-Za-z0-9]{30,255}"
              + "|github_pat_[A-Za-z0-9_]{22,255}"
              + "|glpat-[A-Za-z0-9_-]{20,255}"
              + "|xox[abeoprs]-[A-Za-z0-9-]{10,255}"
              + "|[sr]k_live_[A-Za-z0-9]{16,255}"
              + "|eyJ[A-Za-z0-9_-]{8,4096}\\.[A-Za-z0-9_-]{8,8192}\\.[A-Za-z0-9_-]{0,1024}"
              + ")(?![A-Za-z0-9_/]|\\.[A-Za-z0-9])");

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----");

  private static final Set<String> MYSQL =
      Set.of(
          "mysql",
          "mysqldump",
          "mysqladmin",
          "mysqlimport",
          "mysqlcheck",
          "mysqlshow",
          "mycli",
          "mariadb",
          "mariadb-dump",
          "mariadb-admin",
          "mariadb-import",
          "mariadb-check",
          "mariadb-show");

  /** Programs whose password option asks for it when nothing is glued to it. */
  private static final Pattern ASKS =
      Pattern.compile("mysql.*|mariadb.*|psql|pg_[a-z]+|createdb|dropdb|createuser|dropuser");

  /** Programs that run the one named behind them. */
  private static final Set<String> RUNNERS =
      Set.of(
          "sudo",
          "doas",
          "env",
          "nice",
          "nohup",
          "timeout",
          "time",
          "watch",
          "xargs",
          "exec",
          "command",
          "docker",
          "podman",
          "kubectl",
          "ssh",
          "su",
          "setsid",
          "stdbuf",
          "ionice",
          "flock",
          "chroot",
          "nsenter",
          "lxc",
          "lxc-attach",
          "machinectl",
          "systemd-run",
          "parallel");

  private final String text;
  private final List<Range> secrets = new ArrayList<>();

  private Redactor(String text) {
    this.text = text;
  }

  /**
   * The line with every secret that is known as one replaced by {@link #MARK}.
   *
   * @param line as {@link Text} decodes it, and so is the answer
   */
  public static String redact(String line) {
    if (line.length() < 4) {
      return line;
    }
    byte[] bytes = Text.encode(line);
    // One char for each byte: all we look for is ASCII, and offsets are those of the bytes.
    var redactor = new Redactor(new String(bytes, StandardCharsets.ISO_8859_1));
    redactor.byShape();
    redactor.byPlace(0, redactor.text.length(), 0);
    return redactor.secrets.isEmpty() ? line : Text.decode(redactor.applied());
  }

  private void byShape() {
    if (text.contains("://")) {
      Matcher matcher = USER_INFORMATION.matcher(text);
      while (matcher.find()) {
        secret(matcher.start(1), matcher.end(1));
      }
    }
    Matcher shape = SHAPE.matcher(text);
    while (shape.find()) {
      secret(shape.start(), shape.end());
    }
    if (text.contains("PRIVATE KEY-----")) {
      privateKeys();
    }
  }

  private void privateKeys() {
    Matcher begin = PRIVATE_KEY.matcher(text);
    for (int at = 0; begin.find(at); ) {
      int end = text.indexOf("-----END", begin.end());
      int rest = end < 0 ? -1 : text.indexOf("-----", end + 8);
      at = rest < 0 ? text.length() : rest + 5;
      secret(begin.start(), at);
    }
  }

  private void byPlace(int from, int to, int depth) {
    for (List<Word> command : RoughWords.commands(text, from, to)) {
      for (int i = 0; i < command.size(); i++) {
        Word word = command.get(i);
        named(word);
        header(command, i);
        for (Range inside : word.quoted()) {
          headers(inside);
          if (depth < DEPTH && mayHold(inside)) {
            byPlace(inside.from(), inside.to(), depth + 1);
          }
        }
      }
      options(command);
    }
  }

  private boolean mayHold(Range inside) {
    for (int i = inside.from(); i < inside.to(); i++) {
      char c = text.charAt(i);
      if (c == '=' || c == ' ' || c == '\n' || c == '\t') {
        return true;
      }
    }
    return false;
  }

  /** {@code NAME=}, {@code NAME+=} or {@code NAME[…]=}, also glued behind an option or a URL. */
  private void named(Word word) {
    int from = word.from();
    for (Range inside : word.quoted()) {
      named(word, from, inside.from());
      from = inside.to();
    }
    named(word, from, word.to());
  }

  private void named(Word word, int from, int to) {
    for (int at = from; at < to; at++) {
      if (text.charAt(at) != '='
          || (at + 1 < word.to() && "=~".indexOf(text.charAt(at + 1)) >= 0)) {
        continue;
      }
      String name = nameBefore(from, at);
      if (!NAME.matcher(name).find() || ABOUT.matcher(name).matches()) {
        continue;
      }
      int end = at + 1;
      boolean query = text.substring(word.from(), at).indexOf('?') >= 0;
      while (end < word.to() && !(query && text.charAt(end) == '&')) {
        end++;
      }
      secret(at + 1, end);
      at = end;
    }
  }

  private String nameBefore(int from, int equals) {
    int end = equals;
    if (end > from && text.charAt(end - 1) == '+') {
      end--;
    }
    if (end > from && text.charAt(end - 1) == ']') {
      int bracket = text.lastIndexOf('[', end);
      end = bracket > from && end - bracket < LONGEST_NAME ? bracket : end;
    }
    int start = end;
    while (start > from && end - start < LONGEST_NAME && isNameChar(text.charAt(start - 1))) {
      start--;
    }
    return text.substring(start, end);
  }

  private static boolean isNameChar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  /** A header that stands unquoted: the rest of its word, or a scheme and the word behind it. */
  private void header(List<Word> command, int at) {
    Word word = command.get(at);
    Matcher matcher = HEADER.matcher(text).region(word.from(), word.to());
    if (!matcher.find() || word.isQuoted(matcher.start())) {
      return;
    }
    if (matcher.end() < word.to()) {
      secret(matcher.end(), word.to());
    } else if (at + 2 < command.size() && SCHEME.matcher(command.get(at + 1).raw(text)).matches()) {
      secret(command.get(at + 1).from(), command.get(at + 2).to());
    }
  }

  /** Headers inside quotes: each reaches to the end of its line. */
  private void headers(Range inside) {
    Matcher matcher = HEADER.matcher(text).region(inside.from(), inside.to());
    while (matcher.find()) {
      int end = text.indexOf('\n', matcher.end());
      secret(matcher.end(), end >= 0 && end < inside.to() ? end : inside.to());
    }
  }

  private void options(List<Word> command) {
    String program = program(command);
    boolean asks = ASKS.matcher(program).matches();
    for (int i = 1; i < command.size(); i++) {
      Word word = command.get(i);
      String raw = word.raw(text);
      if (!raw.startsWith("-")) {
        continue;
      }
      boolean more = i + 1 < command.size();
      if (MYSQL.contains(program) && raw.startsWith("-p") && raw.length() > 2) {
        secret(word.from() + 2, word.to());
      } else if (isPasswordLetter(program, command) && raw.startsWith("-p")) {
        if (raw.length() > 2) {
          secret(word.from() + 2, word.to());
        } else if (more) {
          secret(command.get(i + 1));
        }
      } else if (takesCredentials(program, raw) && more) {
        credentials(command.get(i + 1).from(), command.get(i + 1).to());
      } else if (program.equals("curl") && raw.length() > 2 && raw.startsWith("-u")) {
        credentials(word.from() + 2, word.to());
      } else if (raw.startsWith("--user=") || raw.startsWith("--proxy-user=")) {
        credentials(word.from() + raw.indexOf('=') + 1, word.to());
      } else if (raw.startsWith("-passin") || raw.startsWith("-passout")) {
        if (more && command.get(i + 1).raw(text).startsWith("pass:")) {
          secret(command.get(i + 1).from() + 5, command.get(i + 1).to());
        }
      } else if (!asks
          && more
          && raw.length() <= LONGEST_NAME
          && OPTION.matcher(raw).matches()
          && !ABOUT.matcher(raw).matches()
          && !isOption(command.get(i + 1))) {
        secret(command.get(i + 1));
      }
    }
  }

  private static boolean takesCredentials(String program, String option) {
    return switch (program) {
      case "curl" ->
          option.equals("-u")
              || option.equals("-U")
              || option.equals("--user")
              || option.equals("--proxy-user");
      case "http", "https", "xh" -> option.equals("-a") || option.equals("--auth");
      default -> false;
    };
  }

  private boolean isPasswordLetter(String program, List<Word> command) {
    return program.equals("sshpass")
        || ((program.equals("docker") || program.equals("podman"))
            && command.stream().anyMatch(word -> word.raw(text).equals("login")));
  }

  private boolean isOption(Word word) {
    String raw = word.raw(text);
    return raw.startsWith("-") || raw.startsWith("id=") || raw.startsWith("type=");
  }

  /** The program a command runs, behind assignments, runners and their options. */
  private String program(List<Word> command) {
    String program = "";
    boolean behindRunner = false;
    for (Word word : command) {
      String raw = word.raw(text);
      if (raw.contains("=") && program.isEmpty()) {
        continue;
      }
      String name = raw.substring(raw.lastIndexOf('/') + 1);
      if (program.isEmpty() || (behindRunner && isKnown(name))) {
        program = name;
        behindRunner = RUNNERS.contains(name);
      }
      if (!behindRunner) {
        break;
      }
    }
    return program;
  }

  private static boolean isKnown(String name) {
    return MYSQL.contains(name)
        || RUNNERS.contains(name)
        || name.equals("curl")
        || name.equals("sshpass")
        || ASKS.matcher(name).matches();
  }

  /** {@code user:password}: what is behind the colon. */
  private void credentials(int from, int to) {
    int colon = text.indexOf(':', from);
    if (colon >= 0 && colon + 1 < to) {
      int end = to;
      char last = text.charAt(to - 1);
      if ((last == '"' || last == '\'') && text.charAt(from) == last) {
        end--;
      }
      secret(colon + 1, end);
    }
  }

  private void secret(Word word) {
    secret(word.from(), word.to());
  }

  private void secret(int from, int to) {
    if (from < to && !EXPANSION.matcher(text).region(from, to).matches()) {
      secrets.add(new Range(from, to));
    }
  }

  private byte[] applied() {
    secrets.sort(Comparator.comparingInt(Range::from));
    String mark = new String(MARK.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    var out = new StringBuilder(text.length());
    int done = 0;
    int end = -1;
    for (Range secret : secrets) {
      if (secret.from() >= end) {
        out.append(text, done, secret.from()).append(mark);
      }
      end = Math.max(end, secret.to());
      done = end;
    }
    return out.append(text, done, text.length()).toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}

package belay.index.journal;

import belay.index.journal.PasswordOptions.Form;
import belay.index.journal.RoughWords.Range;
import belay.index.journal.RoughWords.Word;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Secrets that are known by where they stand in a command: values of variables, options, keys and
 * headers named after secrets, operands and standard input of programs that take a password there.
 */
final class SecretPlaces {

  /** Inside quotes inside quotes; nobody writes more by hand. */
  private static final int DEPTH = 4;

  private static final String SECRET =
      "(?:password|passwd|passphrase|secret|token|(?:api|access|auth|account|encryption|signing"
          + "|license|webhook|master|shared)[_-]?key|private[_-]?key(?!s?[_-]path)|credentials?"
          + "|mysql_pwd|sshpass|(?:store|key|user|db|root|admin|proxy|cert)pass(?![a-z]))";

  private static final Pattern NAME =
      Pattern.compile(
          "(?i)"
              + SECRET
              + "|(?:^|[_-])(?:pass|pw|psk|_auth|cookie)$|[a-z0-9][_-]pwd$|^p(?:ass)?wd$(?<!^PWD)");

  /** Longer words are neither variables nor options; a bound keeps long lines cheap. */
  private static final int LONGEST_NAME = 64;

  private static final Pattern OPTION =
      Pattern.compile(
          "(?i)--?(?:[a-z0-9]+[-_.])*(?:pass|" + SECRET + "|connection-string)(?:[-_][a-z0-9-]+)?");

  /** Names that say where a secret is, how long or of what kind, not what it is. */
  private static final Pattern ABOUT =
      Pattern.compile(
          "(?i).*[_.-](?:file|files|path|dir|stdin|env|type|ttl|length|policy|prompt|name|names"
              + "|expiry|expires|url|uri|arn|endpoint|host|port|count|limit|size|version|enabled"
              + "|required|lifetime|algorithm|format|field|issuer|audience|command|cmd|program"
              + "|helper|store|fd|age|days|rotation|provider|hint|manager|class|budget|from)"
              + "|.*(?:tokeniz|secretary|passwordless|no-password|no-pass|ask-pass|askpass).*"
              + "|.*(?:tokens|secrets|passwords)|--?(?:credential|secret)s?");

  private static final Pattern EXPANSION =
      Pattern.compile(
          "\"?(?:\\$[A-Za-z_][A-Za-z0-9_]*|\\$[0-9@*#?$!-]|\\$\\{[^{}]*}|\\$\\([^()]*\\)|`[^`]*`)\"?");

  /** Values that hide nothing: switches, and where else the secret is. */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "(?i)['\"]?(?:true|false|yes|no|on|off|none|null|nil|always|never|auto|ask|prompt|-|--|@?-"
              + "|@[./~A-Za-z].*|(?:file|env|fd|fileb|stdin|prompt|pass-store|cmd):.*"
              + "|(?:~|\\.\\.?|/(?:run|etc|home|root|var|tmp|srv|opt|usr|mnt|dev|proc))/[A-Za-z0-9._/-]*"
              + ")?['\"]?");

  private static final Pattern HEADER =
      Pattern.compile(
          "(?i)(?:(?:proxy-)?authorization|(?:set-)?cookie|(?:x-)?api-?key|x-auth-(?:token|key)"
              + "|(?:private|job|deploy)-token|x-(?:vault|consul|nomad|gitlab|figma|csrf|redmine-api)"
              + "-(?:token|key)|x-goog-api-key|x-amz-security-token|x-shopify-access-token"
              + "|ocp-apim-subscription-key|dd-(?:api|application)-key|cf-access-client-secret|x-(?:access|session|subscription|webhook)-(?:token|key|secret))["
              + " \\t]*:[ \\t]*");

  private static final Pattern SCHEME = Pattern.compile("(?i)bearer|basic|token|digest|apikey");

  /** A member of JSON, its quotes perhaps behind backslashes. */
  private static final Pattern MEMBER =
      Pattern.compile(
          "(?i)\\\\?\"[a-z0-9_.-]{0,40}(?:"
              + SECRET
              + "|_pwd|_pass|\"pwd|\"pass)[a-z0-9_.-]{0,20}\\\\?\"\\s{0,9}:\\s{0,9}\\\\?\"([^\"\\\\]{1,4096})");

  /** A key of YAML or of a settings file, on a line of its own. */
  private static final Pattern ENTRY =
      Pattern.compile(
          "(?im)^[ \\t]{0,80}(?:- )?[\"']?([a-z0-9_.-]{0,40}"
              + SECRET
              + "[a-z0-9_.-]{0,20})[\"']?:[ \\t]+(\\S.*)$");

  /** PostgreSQL CREATE ROLE, MySQL CREATE USER and ALTER USER, Oracle and MariaDB GRANT. */
  private static final Pattern SQL =
      Pattern.compile(
          "(?i)\\b(?:identified\\s{1,9}(?:with\\s{1,9}\\S{1,60}\\s{1,9})?(?:by|as)|password)"
              + "(?:\\s{1,9}|\\s{0,9}[=(]\\s{0,9})\\\\?'([^'\\\\]{1,4096})");

  /** Programs whose password option asks for it when nothing is glued to it. */
  private static final Pattern ASKS =
      Pattern.compile("mysql.*|mariadb.*|psql|pg_[a-z]+|createdb|dropdb|createuser|dropuser");

  /** Programs that log in to a registry with {@code -p}. */
  private static final Set<String> REGISTRIES =
      Set.of("docker", "podman", "nerdctl", "buildah", "skopeo", "helm", "oras", "crane");

  private final String text;
  private final List<Range> secrets;

  SecretPlaces(String text, List<Range> secrets) {
    this.text = text;
    this.secrets = secrets;
  }

  void find() {
    // What no pattern can be without is looked for first: most lines have nothing of it.
    if (text.indexOf('"') >= 0 && text.indexOf(':') >= 0) {
      all(MEMBER);
    }
    if (text.indexOf('\'') >= 0) {
      all(SQL);
    }
    commands(0, text.length(), 0);
  }

  private void all(Pattern pattern) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      secret(matcher.start(1), matcher.end(1));
    }
  }

  private void commands(int from, int to, int depth) {
    for (ShellWords.Simple simple : ShellWords.commands(text, from, to)) {
      List<Word> command = simple.words();
      for (int i = 0; i < command.size(); i++) {
        Word word = command.get(i);
        named(word);
        header(command, i);
        for (Range inside : word.quoted()) {
          inner(inside, depth);
        }
      }
      for (Range document : simple.documents()) {
        inner(document, depth);
        entries(document);
      }
      int program = program(command);
      if (program >= 0) {
        options(command, program);
        operands(command, program);
        fed(simple, program);
      }
    }
  }

  private void inner(Range inside, int depth) {
    headers(inside);
    if (depth < DEPTH && mayHold(inside)) {
      commands(inside.from(), inside.to(), depth + 1);
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

  private void entries(Range document) {
    Matcher matcher = ENTRY.matcher(text).region(document.from(), document.to());
    while (matcher.find()) {
      if (!ABOUT.matcher(matcher.group(1)).matches()) {
        value(matcher.start(2), matcher.end(2));
      }
    }
  }

  /** {@code NAME=}, {@code NAME+=} or {@code NAME[…]=}, also glued behind an option or a URL. */
  private void named(Word word) {
    boolean query = text.indexOf('?', word.from(), word.to()) >= 0;
    int from = word.from();
    for (Range inside : word.quoted()) {
      named(word, from, inside.from(), query);
      from = inside.to();
    }
    named(word, from, word.to(), query);
  }

  private void named(Word word, int from, int to, boolean query) {
    for (int at = from; at < to; at++) {
      if (text.charAt(at) != '='
          || (at + 1 < word.to() && "=~".indexOf(text.charAt(at + 1)) >= 0)) {
        continue;
      }
      String name = nameBefore(from, at);
      if (!isSecret(name)) {
        continue;
      }
      int end = at + 1;
      while (end < word.to() && !(query && text.charAt(end) == '&')) {
        end++;
      }
      value(at + 1, end);
      at = end;
    }
  }

  private static boolean isSecret(String name) {
    return !name.isEmpty()
        && NAME.matcher(name).find()
        && !name.equals("PWD")
        && !name.equals("OLDPWD")
        && !ABOUT.matcher(name).matches();
  }

  private String nameBefore(int from, int equals) {
    int end = equals;
    if (end > from && text.charAt(end - 1) == '+') {
      end--;
    }
    if (end > from && text.charAt(end - 1) == ']') {
      int low = Math.max(from, end - LONGEST_NAME);
      int bracket = end;
      while (bracket > low && text.charAt(bracket) != '[') {
        bracket--;
      }
      end = text.charAt(bracket) == '[' ? bracket : end;
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
    if (text.indexOf(':', word.from(), word.to()) < 0) {
      return;
    }
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
    if (inside.from() >= inside.to() || text.indexOf(':', inside.from(), inside.to()) < 0) {
      return;
    }
    Matcher matcher = HEADER.matcher(text).region(inside.from(), inside.to());
    while (matcher.find()) {
      int end = text.indexOf('\n', matcher.end());
      secret(matcher.end(), end >= 0 && end < inside.to() ? end : inside.to());
    }
  }

  private void options(List<Word> command, int at) {
    String program = name(command.get(at));
    Map<String, Form> forms = PasswordOptions.of(program);
    boolean asks = ASKS.matcher(program).matches();
    boolean login = REGISTRIES.contains(program) && has(command, at, "login");
    boolean literal =
        (program.equals("kubectl") || program.equals("oc")) && has(command, at, "secret");
    for (int i = at + 1; i < command.size(); i++) {
      Word word = command.get(i);
      // Longer ones are no options, and a bound keeps long lines cheap.
      String raw = word.to() - word.from() > 1 << 13 ? "" : word.raw(text);
      Word next = i + 1 < command.size() ? command.get(i + 1) : null;
      String option = raw.contains("=") ? raw.substring(0, raw.indexOf('=')) : raw;
      Form form = forms.get(option);
      int value = word.from() + option.length() + 1;
      if (form != null && raw.startsWith("--") && raw.length() > option.length()) {
        held(form, value, word.to());
      } else if (form != null && next != null && raw.equals(option) && form != Form.GLUED) {
        held(form, next.from(), next.to());
      } else if (login && raw.startsWith("-p")) {
        held(
            Form.VALUE,
            raw.length() > 2 ? word.from() + 2 : next == null ? 0 : next.from(),
            raw.length() > 2 ? word.to() : next == null ? 0 : next.to());
      } else if (isGlued(forms, raw)) {
        glued(forms, word, raw);
      } else if (raw.startsWith("--user=") || raw.startsWith("--proxy-user=")) {
        behind(":", word.from() + raw.indexOf('=') + 1, word.to());
      } else if (literal && option.equals("--from-literal")) {
        if (raw.length() > option.length()) {
          behind("=", value, word.to());
        } else if (next != null) {
          behind("=", next.from(), next.to());
        }
      } else if (program.equals("openssl")) {
        openssl(command, at, option, next);
      } else if (next != null
          && !asks
          && raw.length() <= LONGEST_NAME
          && raw.startsWith("-")
          && OPTION.matcher(raw).matches()
          && !ABOUT.matcher(raw).matches()
          && !(program.equals("aws") && raw.equals("--secret-id"))
          && !isOption(next)) {
        value(next.from(), next.to());
      }
    }
  }

  private static boolean isGlued(Map<String, Form> forms, String raw) {
    return !raw.startsWith("--")
        && ((raw.length() > 2 && forms.containsKey(raw.substring(0, 2)))
            || (raw.length() > 3 && forms.containsKey(raw.substring(0, 3))));
  }

  /** A letter, or two, and its value in one word. */
  private void glued(Map<String, Form> forms, Word word, String raw) {
    for (int length = Math.min(3, raw.length() - 1); length >= 2; length--) {
      Form form = forms.get(raw.substring(0, length));
      if (form != null) {
        held(form, word.from() + length, word.to());
        return;
      }
    }
  }

  private void held(Form form, int from, int to) {
    switch (form) {
      case VALUE, GLUED -> secret(from, to);
      case BEHIND_COLON -> behind(":", from, to);
      case BEHIND_SIGN -> behind(text.substring(from, to).contains("%") ? "%" : ",", from, to);
    }
  }

  /** openssl-passphrase-options(1), openssl-enc(1), openssl-dgst(1). */
  private void openssl(List<Word> command, int at, String option, @Nullable Word next) {
    if (next == null) {
      return;
    }
    String value = next.raw(text);
    switch (option) {
      case "-passin", "-passout", "-pass", "-password", "-passwd" -> {
        int prefix = value.indexOf("pass:");
        if (prefix >= 0 && prefix <= 1) {
          secret(next.from() + prefix + 5, unquoted(next));
        }
      }
      case "-k", "-K", "-hmac" -> {
        if (has(command, at, "enc") || has(command, at, "dgst") || has(command, at, "-d")) {
          secret(next.from(), next.to());
        }
      }
      case "-macopt" -> behind(":", next.from(), next.to());
      default -> {}
    }
  }

  private int unquoted(Word word) {
    char last = text.charAt(word.to() - 1);
    return (last == '"' || last == '\'') && text.charAt(word.from()) == last
        ? word.to() - 1
        : word.to();
  }

  private void operands(List<Word> command, int at) {
    int last = command.size() - 1;
    String first = raw(command, at + 1);
    String second = raw(command, at + 2);
    switch (name(command.get(at))) {
      case "htpasswd", "mosquitto_passwd" -> {
        if (last > at + 2 && first.matches("-[A-Za-z]*b[A-Za-z]*")) {
          secret(command.get(last));
        }
      }
      case "openssl" -> {
        if (first.equals("passwd")
            && last > at + 1
            && !raw(command, last).startsWith("-")
            && !raw(command, last - 1).matches("-salt|-in")) {
          secret(command.get(last));
        }
      }
      case "vault", "bao" -> {
        if (first.equals("login")
            && !second.startsWith("-")
            && last == at + 2
            && !second.contains("=")) {
          secret(command.get(last));
        } else if (first.equals("write") || (first.equals("kv") && second.matches("put|patch"))) {
          for (int i = at + 3; i <= last; i++) {
            if (!raw(command, i).startsWith("-")) {
              behind("=", command.get(i).from(), command.get(i).to());
            }
          }
        }
      }
      case "cargo", "wandb" -> {
        if (first.equals("login") && last == at + 2 && !second.startsWith("-")) {
          secret(command.get(last));
        }
      }
      case "ngrok" -> {
        if (first.equals("authtoken") || second.equals("add-authtoken")) {
          secret(command.get(last));
        }
      }
      case "bw" -> {
        if ((first.equals("unlock") && last == at + 2)
            || (first.equals("login") && last >= at + 3)) {
          secret(command.get(first.equals("unlock") ? at + 2 : at + 3));
        }
      }
      case "wpa_passphrase" -> {
        if (last >= at + 2) {
          secret(command.get(at + 2));
        }
      }
      case "mc" -> {
        if (first.equals("alias") && second.matches("set|s|add") && last >= at + 6) {
          secret(command.get(at + 6));
        }
      }
      case "rclone", "ansible-vault" -> {
        if (first.matches("obscure|encrypt_string") && last >= at + 2 && !second.startsWith("-")) {
          secret(command.get(at + 2));
        }
      }
      case "sqlplus" -> {
        for (int i = at + 1; i <= last; i++) {
          Matcher login =
              Pattern.compile("['\"]?[A-Za-z][\\w$#]{0,30}/([^@'\"\\s/]+)(?:@.*)?")
                  .matcher(raw(command, i));
          if (login.matches()) {
            secret(command.get(i).from() + login.start(1), command.get(i).from() + login.end(1));
          }
        }
      }
      case "xfreerdp", "xfreerdp3", "wlfreerdp" -> {
        for (int i = at + 1; i <= last; i++) {
          if (raw(command, i).matches("/(?:p|gp):.*")) {
            behind(":", command.get(i).from(), command.get(i).to());
          }
        }
      }
      case "gh" -> {
        int body = index(command, at, "-b", "--body");
        if (first.equals("secret") && second.equals("set") && body > 0 && body < last) {
          secret(command.get(body + 1));
        }
      }
      case "az" -> {
        int value = index(command, at, "--value");
        if (first.equals("keyvault") && value > 0 && value < last) {
          secret(command.get(value + 1));
        }
      }
      default -> {}
    }
    configured(command, at);
  }

  /** {@code config … KEY VALUE}: aws configure set, npm config set, git config and the like. */
  private void configured(List<Word> command, int at) {
    if (at + 3 >= command.size() || !raw(command, at + 1).startsWith("config")) {
      return;
    }
    for (int i = at + 2; i + 1 < command.size(); i++) {
      String key = raw(command, i).toLowerCase(Locale.ROOT);
      String name = key.substring(Math.max(key.lastIndexOf('.'), key.lastIndexOf(':')) + 1);
      if (!key.startsWith("-")
          && !key.startsWith("set-")
          && key.length() < 256
          && (isSecret(name) || name.equals("_auth") || key.startsWith("pypi-token."))
          && !isOption(command.get(i + 1))) {
        value(command.get(i + 1).from(), command.get(i + 1).to());
        return;
      }
    }
  }

  /** What comes by standard input to a program that takes a password there. */
  private void fed(ShellWords.Simple simple, int at) {
    List<Word> command = simple.words();
    boolean echoed =
        simple.piped().size() > 1 && name(simple.piped().getFirst()).matches("echo|printf|print");
    if ((!echoed && simple.documents().isEmpty()) || !readsSecret(command, at)) {
      return;
    }
    for (Range document : simple.documents()) {
      value(document.from(), document.to());
    }
    if (echoed) {
      boolean format =
          name(simple.piped().getFirst()).equals("printf") && simple.piped().size() > 2;
      for (Word word : simple.piped().subList(format ? 2 : 1, simple.piped().size())) {
        if (!raw(word).matches("-[neEr]+|--")) {
          value(word.from(), word.to());
        }
      }
    }
  }

  private boolean readsSecret(List<Word> command, int at) {
    if (index(command, -1, "--password-stdin", "--with-token", "--passphrase-fd") >= 0) {
      return true;
    }
    int sudo = index(command, -1, "sudo");
    if (sudo >= 0
        && sudo + 1 < command.size()
        && raw(command, sudo + 1).matches("-[a-zA-Z]*S[a-zA-Z]*")) {
      return true;
    }
    String first = raw(command, at + 1);
    return switch (name(command.get(at))) {
      case "chpasswd", "chgpasswd", "smbpasswd", "mkpasswd" -> true;
      case "passwd" -> has(command, at, "--stdin");
      case "cryptsetup" -> true;
      case "htpasswd" -> first.matches("-[A-Za-z]*i[A-Za-z]*");
      case "pass" -> first.matches("insert|add");
      case "docker", "podman" -> first.equals("secret");
      case "wrangler", "gh", "kubectl", "oc" -> has(command, at, "secret");
      case "gcloud" -> first.equals("secrets");
      case "vault", "bao" -> first.matches("kv|write|login");
      case "cargo" -> first.equals("login");
      case "openssl" -> has(command, at, "stdin");
      default -> false;
    };
  }

  private static boolean isBlank(String raw) {
    return raw.isEmpty() || raw.equals("''") || raw.equals("\"\"");
  }

  private boolean isOption(Word word) {
    String raw = word.raw(text);
    return raw.startsWith("-") || raw.startsWith("id=") || raw.startsWith("type=");
  }

  private boolean has(List<Word> command, int at, String wanted) {
    return index(command, at, wanted) >= 0;
  }

  /** Where one of these stands behind {@code at}; -1 where none does. */
  private int index(List<Word> command, int at, String... wanted) {
    for (int i = at + 1; i < command.size(); i++) {
      String raw = raw(command, i);
      for (String one : wanted) {
        if (raw.equals(one)) {
          return i;
        }
      }
    }
    return -1;
  }

  private String raw(List<Word> command, int at) {
    return at >= 0 && at < command.size() ? raw(command.get(at)) : "";
  }

  private String raw(Word word) {
    return word.raw(text);
  }

  private String name(Word word) {
    String raw = raw(word);
    return raw.substring(raw.lastIndexOf('/') + 1);
  }

  /** Where the program stands, behind assignments, runners and their options; -1 for none. */
  private int program(List<Word> command) {
    int program = -1;
    for (int i = 0; i < command.size(); i++) {
      String raw = raw(command.get(i));
      if (raw.contains("=") && program < 0) {
        continue;
      }
      String name = name(command.get(i));
      if (program < 0 || isKnown(name)) {
        program = i;
        if (!PasswordOptions.isRunner(name)) {
          break;
        }
      }
    }
    return program;
  }

  private static boolean isKnown(String name) {
    return PasswordOptions.isRunner(name)
        || PasswordOptions.knows(name)
        || ASKS.matcher(name).matches();
  }

  /** What stands behind the first of these signs. */
  private void behind(String sign, int from, int to) {
    int at = text.indexOf(sign, from);
    if (at >= 0 && at + 1 < to) {
      char last = text.charAt(to - 1);
      boolean quoted = (last == '"' || last == '\'') && text.charAt(from) == last;
      value(at + 1, quoted ? to - 1 : to);
    }
  }

  private void secret(Word word) {
    secret(word.from(), word.to());
  }

  /** A value that is no switch and does not say where the secret is. */
  private void value(int from, int to) {
    if (from < to && !HARMLESS.matcher(text).region(from, to).matches()) {
      secret(from, to);
    }
  }

  private void secret(int from, int to) {
    if (from < to
        && !(to - from == 2 && isBlank(text.substring(from, to)))
        && !EXPANSION.matcher(text).region(from, to).matches()
        && !isSubstitution(from, to)) {
      secrets.add(new Range(from, to));
    }
  }

  /** Nothing but one command substitution, which may have others inside. */
  private boolean isSubstitution(int from, int to) {
    int quote = text.charAt(from) == '"' && text.charAt(to - 1) == '"' && to - from > 4 ? 1 : 0;
    if (!text.startsWith("$(", from + quote)) {
      return false;
    }
    int open = 0;
    for (int i = from + quote + 1; i < to - quote; i++) {
      char c = text.charAt(i);
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (open == 0) {
        return i == to - quote - 1;
      }
    }
    return false;
  }
}

package belay.index.journal;

import belay.index.journal.RoughWords.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Secrets that are known by what they look like. Vendors give their tokens a prefix so that they
 * can be told from anything else; only such shapes are here. What has none (an AWS secret key, 32
 * hex digits) is known by its place alone ({@link SecretPlaces}).
 *
 * <p>A shape that is a component of a path, or has an extension, is the name of a file and stays.
 */
final class SecretShapes {

  /** What follows a prefix; bounded, so that no start costs more than a glance. */
  private record Shape(String prefix, Pattern rest) {}

  private static final String WORD = "[A-Za-z0-9]";
  private static final String URL_SAFE = "[A-Za-z0-9_-]";
  private static final String HEX = "[0-9a-f]";

  /** By the first character. */
  private static final List<List<Shape>> SHAPES =
      Stream.generate(() -> (List<Shape>) new ArrayList<Shape>()).limit(128).toList();

  static {
    // AWS IAM User Guide, "IAM identifiers: unique ID prefixes".
    shapes("[0-9A-Z]{16}", "AKIA", "ASIA");
    // Google Cloud, "Authenticate by using API keys"; "Set up OAuth 2.0"; access tokens.
    shapes(URL_SAFE + "{35}", "AIza");
    shapes("[A-Za-z0-9_.-]{20,1024}", "ya29.");
    shapes(URL_SAFE + "{24,64}", "GOCSPX-");
    // GitHub Docs, "About authentication to GitHub: GitHub's token formats".
    shapes(WORD + "{30,255}", "ghp_", "gho_", "ghu_", "ghs_", "ghr_");
    shapes("[A-Za-z0-9_]{22,255}", "github_pat_");
    // GitLab Docs, "Token overview: token prefixes". Routable tokens have a dot.
    shapes(
        "[A-Za-z0-9_.-]{20,255}",
        "glpat-",
        "gldt-",
        "glrt-",
        "glcbt-",
        "glptt-",
        "glft-",
        "glimt-",
        "glagent-",
        "gloas-",
        "glsoat-",
        "glffct-");
    // Atlassian Support, "API tokens", "Access tokens", "App passwords" of Bitbucket Cloud.
    shapes("[A-Za-z0-9_=-]{20,255}", "ATATT3xFf", "ATCTT3xFf", "ATBB");
    // Slack API, "Token types".
    shapes(
        "[A-Za-z0-9-]{10,255}",
        "xoxa-",
        "xoxb-",
        "xoxe-",
        "xoxo-",
        "xoxp-",
        "xoxr-",
        "xoxs-",
        "xapp-",
        "xwfp-");
    shapes("[A-Za-z0-9.-]{10,255}", "xoxe.xox");
    // Discord Developer Documentation, "Reference: authentication": the base64 of a number first.
    for (String first : new String[] {"M", "N", "O"}) {
      shapes(URL_SAFE + "{22,27}\\." + URL_SAFE + "{6}\\." + URL_SAFE + "{27,45}", first);
    }
    // Telegram Bot API, "Authorizing your bot".
    for (char digit = '1'; digit <= '9'; digit++) {
      shapes("[0-9]{5,11}:" + URL_SAFE + "{35}", String.valueOf(digit));
    }
    // Stripe Docs, "API keys", "Webhook signatures".
    shapes(WORD + "{16,255}", "sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_");
    // Registries: npm Docs "About access tokens"; PyPI help "API tokens"; RubyGems guides "API
    // key";
    // Docker Docs "Personal access tokens", "Organization access tokens"; crates.io; NuGet.
    shapes(WORD + "{36}", "npm_");
    shapes(URL_SAFE + "{50,1024}", "pypi-");
    shapes(HEX + "{48}", "rubygems_");
    shapes(URL_SAFE + "{20,64}", "dckr_pat_", "dckr_oat_");
    shapes(WORD + "{32}", "cio");
    shapes("[a-z0-9]{43}", "oy2");
    // Model providers, as their consoles and quickstarts show them.
    shapes(
        URL_SAFE + "{20,255}",
        "sk-proj-",
        "sk-svcacct-",
        "sk-admin-",
        "sk-ant-",
        "sk-or-v1-",
        "nvapi-",
        "xai-",
        "pplx-",
        "lsv2_pt_",
        "lsv2_sk_");
    shapes(WORD + "{32,64}", "sk-", "gsk_", "hf_", "r8_", "csk-");
    // HashiCorp: Vault "Tokens: token prefixes", "Batch", "Recovery"; Vault Docs.
    shapes(URL_SAFE + "{24,1024}", "hvs.", "hvb.", "hvr.");
    // age(1), age-keygen(1); the format is Bech32 (BIP 173).
    shapes("[02-9AC-HJ-NP-Z]{58,255}", "AGE-SECRET-KEY-1");
    shapes("[02-9AC-HJ-NP-Z]{58,4096}", "AGE-SECRET-KEY-PQ-1");
    // Mail and telephony: Twilio SendGrid "API keys"; Mailgun.
    shapes(URL_SAFE + "{16,32}\\." + URL_SAFE + "{16,64}", "SG.");
    shapes(HEX + "{32}", "key-");
    // Platforms: DigitalOcean API reference "Authentication"; Heroku; Fly.io; Netlify; Shopify
    // "Access tokens"; Square; New Relic "API keys"; Grafana "Service accounts"; Dynatrace "Token
    // format"; Doppler; PlanetScale; Pulumi; Tailscale "Key prefixes"; Sentry; Supabase "API keys";
    // Buildkite; CircleCI; Sourcegraph; Databricks; Linear; Notion; Figma; Postman; 1Password.
    shapes(HEX + "{64}", "dop_v1_", "doo_v1_", "dor_v1_");
    shapes(URL_SAFE + "{36,80}", "HRKU-");
    shapes("[A-Za-z0-9+/_=,-]{40,4096}", "fm1r_", "fm2_", "fo1_");
    shapes(WORD + "{36,40}", "nfp_");
    shapes("[0-9a-fA-F]{32}", "shpat_", "shpca_", "shppa_", "shpss_");
    shapes(URL_SAFE + "{22,64}", "sq0atp-", "sq0csp-");
    shapes("[A-Z0-9]{27}", "NRAK-");
    shapes("[A-Za-z0-9_+/=]{40,512}", "glsa_", "glc_");
    shapes("[A-Z0-9]{24}\\.[A-Z0-9]{64}", "dt0c01.", "dt0s01.", "dt0s16.");
    shapes("[A-Za-z0-9._-]{40,64}", "dp.pt.", "dp.st.", "dp.ct.", "dp.sa.");
    shapes("[A-Za-z0-9_.-]{32,64}", "pscale_tkn_", "pscale_pw_", "pscale_oauth_");
    shapes(HEX + "{40}", "pul-");
    shapes(WORD + "{5,32}-" + WORD + "{20,64}", "tskey-auth-", "tskey-api-", "tskey-client-");
    shapes("[A-Za-z0-9+/=_-]{40,512}", "sntrys_");
    shapes(HEX + "{64}", "sntryu_");
    shapes(URL_SAFE + "{30,80}", "sbp_", "sb_secret_");
    shapes(WORD + "{40}", "bkua_");
    shapes("[A-Za-z0-9_]{40,128}", "CCIPAT_", "CCIPRJ_");
    shapes("(?:[A-Za-z0-9]{16}_|local_)?" + HEX + "{40}", "sgp_");
    shapes(HEX + "{32}(?:-[0-9])?", "dapi");
    shapes(WORD + "{40}", "lin_api_");
    shapes(WORD + "{43,64}", "ntn_");
    shapes(URL_SAFE + "{40,64}", "figd_");
    shapes(HEX + "{24}-" + HEX + "{34}", "PMAK-");
    shapes(URL_SAFE + "{200,2048}", "ops_eyJ");
  }

  private static void shapes(String rest, String... prefixes) {
    // Possessive: what follows is looked at by followed() alone.
    Pattern pattern = Pattern.compile("(?>" + rest + ")");
    for (String prefix : prefixes) {
      SHAPES.get(prefix.charAt(0)).add(new Shape(prefix, pattern));
    }
  }

  /** RFC 7519 and RFC 7515: a header that begins with a brace, claims or text, and a signature. */
  private static final Pattern WEB_TOKEN =
      Pattern.compile(
          "eyJ[A-Za-z0-9_-]{8,4096}+\\.[A-Za-z0-9_-]{8,8192}+\\.[A-Za-z0-9_-]{0,1024}+");

  /** RFC 7468 10 and 11, RFC 9580 6.2 (PGP), PuTTY has its own. */
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----");

  /** Shapes with their mark in the middle: how many characters stand before and behind it. */
  private record Middle(String mark, int before, int least, int most) {}

  private static final List<Middle> MIDDLES =
      List.of(
          // HCP Terraform, "API tokens".
          new Middle(".atlasv1.", 14, 60, 80),
          // Microsoft Entra client secrets: three characters, a digit, Q~, the rest.
          new Middle("Q~", 4, 31, 34),
          // Azure DevOps, "Use personal access tokens: format": AZDO in the positions 76 to 80.
          new Middle("AZDO", 76, 4, 4));

  /** What is secret in a URL besides its user information (RFC 3986 3.2.1). */
  private static final List<Pattern> URLS =
      List.of(
          // Slack API, "Incoming webhooks": "keep it secret".
          Pattern.compile(
              "hooks\\.slack\\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,255})"),
          // Discord, "Webhook resource".
          Pattern.compile(
              "discord(?:app)?\\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{5,25}/([\\w-]{30,100})"),
          // Telegram Bot API, "Making requests".
          Pattern.compile("api\\.telegram\\.org/(?:file/)?bot([0-9]{5,12}:[\\w-]{30,50})"),
          // Azure Storage, "Create a service SAS"; AWS, "Authenticating requests: query
          // parameters".
          Pattern.compile("[?&]sig=([A-Za-z0-9%/+=]{20,255})"),
          Pattern.compile("[?&]X-(?:Amz|Goog)-Signature=([0-9a-fA-F]{64,1024})"),
          Pattern.compile("://[^/\\s:@'\"]{0,255}:([^/\\s'\"?#]+)@"),
          Pattern.compile("://((?=[A-Za-z_-]{0,99}[0-9])[A-Za-z0-9_-]{20,255})@"));

  private SecretShapes() {}

  /** Adds where such secrets stand in a text of one char for each byte. */
  static void find(String text, List<Range> secrets) {
    if (text.contains("://")) {
      URLS.forEach(pattern -> groups(pattern, text, secrets));
    }
    prefixed(text, secrets);
    MIDDLES.forEach(middle -> middles(middle, text, secrets));
    if (text.contains("PRIVATE KEY")) {
      privateKeys(text, secrets);
    }
  }

  private static void groups(Pattern pattern, String text, List<Range> secrets) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      String group = matcher.group(1);
      if (!group.startsWith("$")) {
        secrets.add(new Range(matcher.start(1), matcher.end(1)));
      }
    }
  }

  private static void prefixed(String text, List<Range> secrets) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 128 || !isLetterOrDigit(c) || !mayBegin(text, i)) {
        continue;
      }
      int end = -1;
      if (c == 'e' && text.startsWith("eyJ", i) && (i == 0 || text.charAt(i - 1) != '-')) {
        end = end(WEB_TOKEN, text, i);
      }
      for (Shape shape : SHAPES.get(c)) {
        if (end < 0 && text.startsWith(shape.prefix, i)) {
          end = end(shape.rest, text, i + shape.prefix.length());
        }
      }
      if (end > 0) {
        secrets.add(new Range(i, end));
        i = end - 1;
      }
    }
  }

  private static int end(Pattern pattern, String text, int from) {
    Matcher matcher = pattern.matcher(text).region(from, text.length());
    return matcher.lookingAt() && !goesOn(text, matcher.end()) ? matcher.end() : -1;
  }

  private static void middles(Middle middle, String text, List<Range> secrets) {
    String mark = middle.mark;
    for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length())) {
      int from = at;
      while (from > 0 && at - from <= middle.before && isPart(text.charAt(from - 1))) {
        from--;
      }
      int behind = at + mark.length();
      int to = behind;
      while (to < text.length() && to - behind <= middle.most && isPart(text.charAt(to))) {
        to++;
      }
      int length = to - behind;
      if (at - from == middle.before
          && length >= middle.least
          && length <= middle.most
          && mayBegin(text, from)
          && !goesOn(text, to)
          && (!mark.equals("Q~") || isDigit(text.charAt(at - 1)))) {
        secrets.add(new Range(from, to));
      }
    }
  }

  private static void privateKeys(String text, List<Range> secrets) {
    Matcher begin = PRIVATE_KEY.matcher(text);
    for (int at = 0; begin.find(at); ) {
      int end = text.indexOf("-----END", begin.end());
      int rest = end < 0 ? -1 : text.indexOf("-----", end + 8);
      at = rest < 0 ? text.length() : rest + 5;
      secrets.add(new Range(begin.start(), at));
    }
  }

  /** Not inside a word, nor a component of a path; behind {@code ://} it is no path. */
  private static boolean mayBegin(String text, int at) {
    if (at == 0) {
      return true;
    }
    char before = text.charAt(at - 1);
    if (before == '/') {
      return at > 1 && text.charAt(at - 2) == '/';
    }
    return !isLetterOrDigit(before) && before != '_';
  }

  /** Whether a word goes on, or a path, or an extension follows. */
  private static boolean goesOn(String text, int at) {
    if (at >= text.length()) {
      return false;
    }
    char c = text.charAt(at);
    return isLetterOrDigit(c)
        || c == '_'
        || c == '/'
        || (c == '.' && at + 1 < text.length() && isLetterOrDigit(text.charAt(at + 1)));
  }

  private static boolean isPart(char c) {
    return isLetterOrDigit(c) || c == '_' || c == '-' || c == '~' || c == '.';
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}

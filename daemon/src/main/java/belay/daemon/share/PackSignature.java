package belay.daemon.share;

import belay.rules.pack.Version;
import belay.rules.syntax.Text;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Who vouches for an archive: a statement of a few lines, and an Ed25519 signature of exactly these
 * bytes.
 *
 * @param digest SHA-256 of the archive
 * @param signed when, to the second
 */
public record PackSignature(
    String pack, Version version, String digest, Instant signed, PublicKey key, byte[] signature) {

  private static final String HEAD = "belay-pack-signature 1";

  private static final int LONGEST = 4096;

  /** Signs. */
  public static PackSignature of(
      String pack, Version version, String digest, Instant now, Keys.Pair keys) {
    Instant time = now.truncatedTo(ChronoUnit.SECONDS);
    byte[] text = statement(pack, version, digest, time, keys.open());
    return new PackSignature(
        pack, version, digest, time, keys.open(), Keys.sign(keys.secret(), text));
  }

  private static byte[] statement(
      String pack, Version version, String digest, Instant signed, PublicKey key) {
    return (HEAD
            + "\npack "
            + pack
            + "\nversion "
            + version
            + "\nsha256 "
            + digest
            + "\nsigned "
            + signed
            + "\nkey "
            + Base64.getEncoder().encodeToString(key.getEncoded())
            + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The text of the file beside an archive. */
  public String text() {
    return new String(statement(pack, version, digest, signed, key), StandardCharsets.UTF_8)
        + "signature "
        + Base64.getEncoder().encodeToString(signature)
        + "\n";
  }

  /**
   * Reads one.
   *
   * @throws PackTrouble for what is none, and where the key has not signed this
   */
  public static PackSignature read(byte[] bytes, String name) throws PackTrouble {
    String where = "`" + Text.printable(name) + "`";
    if (bytes.length > LONGEST) {
      throw new PackTrouble(where + " is no signature: it is too long");
    }
    String text = Text.decode(bytes);
    Map<String, String> lines = new HashMap<>();
    for (String line : text.lines().toList()) {
      int blank = line.indexOf(' ');
      if (blank > 0 && lines.put(line.substring(0, blank), line.substring(blank + 1)) != null) {
        throw new PackTrouble(where + " is no signature: a line is there twice");
      }
    }
    try {
      PackSignature read =
          new PackSignature(
              lines.getOrDefault("pack", ""),
              Version.parse(lines.getOrDefault("version", ""))
                  .orElseThrow(() -> new PackTrouble(where + " is no signature of a pack")),
              lines.getOrDefault("sha256", ""),
              Instant.parse(lines.getOrDefault("signed", "")),
              Keys.open(lines.getOrDefault("key", "")),
              Base64.getDecoder().decode(lines.getOrDefault("signature", "")));
      if (!read.text().equals(text)) {
        throw new PackTrouble(where + " is no signature of the form that Belay writes");
      }
      byte[] signed = statement(read.pack, read.version, read.digest, read.signed, read.key);
      if (!Keys.isSignedBy(read.key, signed, read.signature)) {
        throw new PackTrouble(
            where
                + " is wrong: "
                + Keys.fingerprint(read.key)
                + " has not signed this; get the pack and its signature again");
      }
      return read;
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new PackTrouble(where + " is no signature of a pack", e);
    }
  }

  /** Refuses where it is about another archive. */
  public void check(String packName, Version packVersion, String archiveDigest) throws PackTrouble {
    if (!pack.equals(packName) || !version.equals(packVersion)) {
      throw new PackTrouble(
          "the signature is for `"
              + Text.printable(pack)
              + "` "
              + version
              + ", and the pack is `"
              + packName
              + "` "
              + packVersion);
    }
    if (!digest.equals(archiveDigest)) {
      throw new PackTrouble(
          "the pack was changed after it was signed: it has not the digest that "
              + Keys.fingerprint(key)
              + " signed");
    }
  }
}

package belay.daemon.share;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;

/**
 * Ed25519 keys (RFC 8032) as files: the private one for its owner's eyes, the public one a line.
 */
public final class Keys {

  private static final String ALGORITHM = "Ed25519";
  private static final String PUBLIC = "belay-ed25519 ";
  private static final String PRIVATE = "belay-ed25519-private ";

  private Keys() {}

  /** A private key with its public one. */
  public record Pair(PrivateKey secret, PublicKey open) {}

  /**
   * Makes a pair and writes it to {@code FILE} and {@code FILE.pub}.
   *
   * @throws PackTrouble where one of them is there already
   */
  public static PublicKey generate(Path file) throws IOException {
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
    String open = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    String secret = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, PRIVATE + secret + " " + open + "\n");
      Files.writeString(publicFile(file), PUBLIC + open + "\n", StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new PackTrouble(
          "`" + Text.printable(String.valueOf(e.getMessage())) + "` is there already", e);
    }
    return pair.getPublic();
  }

  private static Path publicFile(Path file) {
    return file.resolveSibling(file.getFileName() + ".pub");
  }

  /** Reads a private key; one that others may read is refused. */
  public static Pair read(Path file) throws IOException {
    String name = "`" + Text.printable(file.toString()) + "`";
    try {
      var mode = Files.getPosixFilePermissions(file);
      if (!EnumSet.copyOf(PosixFilePermissions.fromString("rw-------")).containsAll(mode)) {
        throw new PackTrouble(
            "the key " + name + " is open to others: `chmod 600` it, or make a new one");
      }
      String[] words = Files.readString(file, StandardCharsets.US_ASCII).strip().split(" ", -1);
      if (words.length == 3 && (words[0] + " ").equals(PRIVATE)) {
        KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
        return new Pair(
            keys.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(words[1]))),
            open(words[2]));
      }
    } catch (NoSuchFileException e) {
      throw new PackTrouble("there is no key " + name + "; `belay pack keygen` makes one", e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new PackTrouble(name + " is no key of `belay pack keygen`", e);
    }
    throw new PackTrouble(name + " is no key of `belay pack keygen`");
  }

  /** A public key from its Base64. */
  static PublicKey open(String base64) throws PackTrouble {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(bytes));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new PackTrouble("`" + Text.printable(base64) + "` is no public key", e);
    }
  }

  /** What people compare: SHA-256 of the key (RFC 8410 form), in Base64. */
  public static String fingerprint(PublicKey key) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(sum);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static byte[] sign(PrivateKey key, byte[] text) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key cannot sign", e);
    }
  }

  static boolean isSignedBy(PublicKey key, byte[] text, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}

package belay.index.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which options of which programs hold a secret though their names do not say so: facts from each
 * program's manual page.
 */
final class PasswordOptions {

  /** How an option holds its value. */
  enum Form {
    /** All of it, in the next word or glued to a letter. */
    VALUE,
    /** Only what is glued to it is; alone it asks. */
    GLUED,
    /** What is behind the colon of {@code user:password}. */
    BEHIND_COLON,
    /** What is behind the percent sign or comma of {@code user%password}. */
    BEHIND_SIGN
  }

  /** By program, then by option. */
  private static final Map<String, Map<String, Form>> FORMS = new HashMap<>();

  static final Set<String> MYSQL =
      Set.of(
          "mysql",
          "mysqldump",
          "mysqladmin",
          "mysqlimport",
          "mysqlcheck",
          "mysqlshow",
          "mysqlslap",
          "mysqlpump",
          "mysqlbinlog",
          "mycli",
          "mariadb",
          "mariadb-dump",
          "mariadb-admin",
          "mariadb-import",
          "mariadb-check",
          "mariadb-show",
          "mariadb-binlog");

  static {
    MYSQL.forEach(program -> put(Form.GLUED, program, "-p"));
    put(Form.GLUED, "7z 7za 7zr 7zz rar unrar", "-p");
    put(Form.GLUED, "rar", "-hp");
    put(Form.VALUE, "sshpass useradd usermod twine hydra rdesktop oc az evil-winrm", "-p");
    put(Form.VALUE, "mongo mongosh mongodump mongorestore mongoexport mongoimport", "-p");
    put(Form.VALUE, "ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami", "-w");
    put(Form.VALUE, "ldappasswd", "-s -a");
    put(Form.VALUE, "redis-cli valkey-cli keydb-cli", "-a --pass");
    put(Form.VALUE, "sqlcmd bcp zip unzip zipcloak mosquitto_pub mosquitto_sub ipmitool", "-P");
    put(Form.VALUE, "snmpget snmpwalk snmpset snmpbulkwalk", "-A -X -c");
    put(Form.VALUE, "ssh-keygen", "-N -P");
    put(Form.VALUE, "curl", "--oauth2-bearer --pass --proxy-pass --tlspassword");
    put(Form.VALUE, "wget", "--http-passwd --ftp-passwd");
    put(Form.VALUE, "nmcli", "password wifi-sec.psk 802-11-wireless-security.psk 802-1x.password");
    put(Form.VALUE, "influx tea", "-t");
    put(Form.BEHIND_COLON, "curl", "-u -U --user --proxy-user -E --cert");
    put(Form.BEHIND_COLON, "http https xh xhs", "-a --auth");
    put(Form.BEHIND_COLON, "etcdctl", "--user");
    put(Form.BEHIND_COLON, "ab", "-A -P");
    put(Form.BEHIND_SIGN, "smbclient rpcclient smbmap net", "-U --user");
    put(Form.BEHIND_SIGN, "lftp", "-u --user");
  }

  /** Programs that run the one named behind them. */
  private static final Set<String> RUNNERS =
      Set.of(
          ("sudo doas env nice nohup timeout time watch xargs exec command builtin docker podman"
                  + " kubectl ssh su setsid stdbuf ionice flock chroot nsenter lxc lxc-attach"
                  + " machinectl systemd-run parallel unbuffer torsocks proxychains proxychains4"
                  + " strace runuser")
              .split(" ", -1));

  /** Programs with secrets elsewhere than in options, so that they are found behind a runner. */
  private static final Set<String> OTHERS =
      Set.of(
          ("sshpass htpasswd mosquitto_passwd openssl aws vault bao cargo wandb ngrok bw "
                  + "npm pnpm yarn git poetry wpa_passphrase mc rclone ansible-vault sqlplus "
                  + "kubectl oc az gh glab chpasswd passwd smbpasswd cryptsetup pass wrangler "
                  + "gcloud helm skopeo xfreerdp xfreerdp3 wlfreerdp mkpasswd heroku snowsql")
              .split(" ", -1));

  private PasswordOptions() {}

  private static void put(Form form, String programs, String options) {
    for (String program : programs.split(" ", -1)) {
      for (String option : options.split(" ", -1)) {
        FORMS.computeIfAbsent(program, _ -> new HashMap<>()).put(option, form);
      }
    }
  }

  /** The options of a program; none for most. */
  static Map<String, Form> of(String program) {
    return FORMS.getOrDefault(program, Map.of());
  }

  static boolean knows(String program) {
    return FORMS.containsKey(program) || OTHERS.contains(program);
  }

  static boolean isRunner(String program) {
    return RUNNERS.contains(program);
  }
}

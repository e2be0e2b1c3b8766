package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.FixedShell;
import belay.rules.fact.Facts;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Text;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose cluster, account or database a command falls on, by words, variables and files. */
final class ContextsTest {

  private static final EffectReader READER = new EffectReader(CommandModels.builtIn());

  private static final Labels LABELS =
      new Labels(
          Map.of("prod", List.of("prod", "production", "!*non-prod*"), "stage", List.of("*stag*")));

  private static final String HOME =
      """
      home/
        ann/
          .kube/
            config = current-context: eu\\ncontexts:\\n- name: eu\\n  context: {cluster: c1, namespace: web}\\n- name: test\\n  context: {cluster: c2}\\nclusters:\\n- name: c1\\n  cluster: {server: "https://prod.k8s.example.com:6443"}\\n
            other = current-context: staging\\n
          .aws/
            config = [default]\\nregion = eu-west-1\\n[profile live]\\nsso_account_id = 123456789012\\nrole_arn = arn:aws:iam::1:role/prod-admin\\n
          .config/
            gcloud/
              active_config = work
              configurations/
                config_work = [core]\\nproject = shop-production\\n
          .azure/
            azureProfile.json = {"subscriptions": [{"name": "Prod EU", "isDefault": true}]}
          .pg_service.conf = [shop]\\nhost=db.prod.example.com\\n
          .my.cnf = [client]\\nhost = db-staging\\n
          infra/
            .terraform/
              environment = prod-eu
      proc/
        self/
          mountinfo = 20 1 9:1 / / rw - ext4 /dev/sda1 rw\\n
        sys/
          kernel/
            hostname = laptop\\n
      """;

  private static Facts look(String line, Map<String, String> variables) {
    byte[] bytes = Text.encode(line);
    var shell =
        FixedShell.incomplete(
            Dialect.BASH, "/home/ann/infra", "/home/ann", Map.of(), Map.of(), Map.of());
    List<Effect> effects = READER.read(Parser.parse(bytes, Dialect.BASH), bytes, shell).effects();
    return new FactFinder(new DrawnMachine(HOME), Duration.ofSeconds(20))
        .knowing(new Knowledge(LABELS, List.of(), List.of(), List::of, Programs.NONE))
        .lookAll(effects, new Viewpoint("/home/ann/infra", "/home/ann", 0, variables))
        .getFirst()
        .getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kubectl delete ns shop                            | prod  | kubectl's context is `eu`, namespace `web`, at prod.k8s.example.com
          kubectl --context test -n api delete pod x        |       | kubectl's context is `test`, namespace `api`
          KUBECONFIG=~/.kube/other kubectl delete ns shop   | stage | kubectl's context is `staging`
          kubectl --context=non-prod delete ns shop         |       | kubectl's context is `non-prod`
          aws ec2 terminate-instances --instance-ids i-1    |       | the AWS profile is `default`
          AWS_PROFILE=live aws s3 rb s3://x                 | prod  | the AWS profile is `live`, account 123456789012, role arn:aws:iam::1:role/prod-admin, from AWS_PROFILE
          aws --profile staging s3 rb s3://x                | stage | the AWS profile is `staging`
          gcloud compute instances delete web               | prod  | gcloud's project is `shop-production`
          gcloud --project x compute instances delete web   |       | gcloud's project is `x`
          az group delete --name web                        | prod  | the Azure subscription is `Prod EU`
          terraform destroy                                 | prod  | the Terraform workspace is `prod-eu`, of `/home/ann/infra`
          TF_WORKSPACE=staging terraform destroy            | stage | the Terraform workspace is `staging`, of `/home/ann/infra`
          dropdb -h db.prod.example.com shop                | prod  | the database is on `db.prod.example.com`
          PGHOST=staging-db dropdb shop                     | stage | the database is on `staging-db`
          psql postgres://u:p@prod-db/shop -c 'drop table x' | prod | the database is on `prod-db`
          mysql -e 'drop table x' shop                      | stage | the database is on `db-staging`
          """)
  void theContextIsTold(String line, String label, String context) {
    Facts facts = look(line, Map.of());
    assertEquals(List.of(context), facts.context());
    assertEquals(label == null ? Set.of() : Set.of(label), facts.labels());
  }

  @Test
  void theShellsVariablesCountAndTheLinesOwnGoBefore() {
    Map<String, String> shell = Map.of("AWS_PROFILE", "prod");
    assertEquals(Set.of("prod"), look("aws s3 rb s3://x", shell).labels());
    assertEquals(Set.of(), look("AWS_PROFILE=dev aws s3 rb s3://x", shell).labels());
    assertEquals(Set.of("prod"), look("dropdb shop", Map.of("PGSERVICE", "shop")).labels());
  }

  @Test
  void theTargetOfSshIsLabelledByItsName() {
    Facts facts = look("ssh root@prod-web1 rm -rf /srv/x", Map.of());
    assertEquals(Set.of("prod"), facts.labels());
    assertEquals(List.of("on `root@prod-web1`"), facts.context());
  }
}

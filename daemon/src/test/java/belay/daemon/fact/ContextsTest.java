package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
          team.cnf = [mysql]\\nhost = prod-team\\n
          infra/
            .terraform/
              environment = prod-eu
          s3/
            .terraform/
              terraform.tfstate = {"version": 3, "backend": {"type": "s3", "config": {"bucket": "shop-prod", "key": "web/terraform.tfstate", "region": "eu-west-1", "profile": null}, "hash": 1}}
          cloud/
            .terraform/
              terraform.tfstate = {"version": 3, "backend": {"type": "cloud", "config": {"hostname": "app.terraform.io", "organization": "shop", "workspaces": {"name": "prod-eu", "tags": null}}, "hash": 1}}
      etc/
        pg_service.conf = [all]\\nhost=staging.example.com\\n
      var/
        run/
          secrets/
            kubernetes.io/
              serviceaccount/
                namespace = prod-jobs
      proc/
        41/
          cmdline = ssh\\0-fNL\\05433:db.prod.example.com:5432\\0ann@bastion
        42/
          cmdline = /usr/bin/ssh\\0-N\\0-p\\02222\\0-L127.0.0.1:3307:localhost:3306\\0prod-db\\0
        43/
          cmdline = ssh\\0-o\\0LocalForward=6380 [::1]:6379\\0redis-staging\\0
        44/
          cmdline = ssh\\0prod-web\\0ssh\\0-L\\01111:x:1\\0y
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
          mysql --defaults-file=~/team.cnf -e 'drop table x' shop | prod | the database is on `prod-team`
          mysql -h dev -e 'drop table x' shop               |       | the database is on `dev`
          redis-cli -h prod-cache FLUSHALL                  | prod  | the database is on `prod-cache`
          redis-cli -u redis://x:y@prod-cache:6380/2 FLUSHDB | prod | the database is on `prod-cache`
          mongosh mongodb://u:p@m1.prod.example.com:27017,m2/shop --eval 'db.dropDatabase()' | prod | the database is on `m1.prod.example.com,m2`
          mongo prod-db/shop --eval 'db.dropDatabase()'     | prod  | the database is on `prod-db`
          helm --kube-context staging -n web uninstall shop | stage | kubectl's context is `staging`, namespace `web`
          HELM_KUBECONTEXT=staging helm uninstall shop      | stage | kubectl's context is `staging`
          kubectl --server https://prod:6443 --context test delete ns x | prod | kubectl's context is `test`, at prod
          KUBECONFIG=/none kubectl delete pod x             | prod  | kubectl speaks to the cluster of this pod, namespace `prod-jobs`
          AWS_ROLE_ARN=arn:aws:iam::1:role/prod-x AWS_WEB_IDENTITY_TOKEN_FILE=/t aws s3 rb s3://x | prod | the AWS role is arn:aws:iam::1:role/prod-x, by a web identity
          AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/x aws s3 rb s3://x | | the AWS account is that of the role of this container
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          psql -h localhost -p 5433 -c 'drop table x' shop       | prod  | port 5433 leads through ssh (pid 41) to `db.prod.example.com` behind `bastion`
          psql postgres://u:p@127.0.0.1:5433/shop -c 'drop table x' | prod | port 5433 leads through ssh (pid 41) to `db.prod.example.com` behind `bastion`
          mysql -h 127.0.0.1 -P 3307 -e 'drop table x' shop      | prod  | port 3307 leads through ssh (pid 42) to `prod-db`
          redis-cli -p 6380 FLUSHALL                             | stage | port 6380 leads through ssh (pid 43) to `redis-staging`
          psql -h localhost -p 1111 -c 'drop table x' shop       |       | the database is on `localhost`
          psql -h localhost -c 'drop table x' shop               |       | the database is on `localhost`
          psql 'service=all' -c 'drop table x'                   | stage | the database is on `staging.example.com`
          kubectl --context test --server https://127.0.0.1:3307 delete ns x | prod | that is through ssh (pid 42) `prod-db`
          terraform -chdir=/home/ann/s3 destroy                  | prod  | Terraform's state is in s3 `shop-prod/web/terraform.tfstate`
          terraform -chdir=/home/ann/cloud destroy               | prod  | Terraform's state is in cloud `app.terraform.io/shop/prod-eu`
          """)
  void whereItLeadsIsFollowed(String line, String label, String context) {
    Facts facts = look(line, Map.of());
    assertTrue(facts.context().contains(context), facts::toString);
    assertEquals(label == null ? Set.of() : Set.of(label), facts.labels());
  }
}

package belay.rules.effect;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE a",
        "select 1; drop\n database a;",
        "truncate a",
        "TRUNCATE TABLE a CASCADE;",
        "delete from a",
        "delete from a;\n",
        "delete from a where true",
        "delete from a where 1 = 1;",
        "update a set b = 1",
        "update a set b = 'where c'",
        "alter table a drop column b",
        "with x as (select 1) delete from a",
        "/*!40000 DROP TABLE a */",
        "create or replace table a (b int)",
        "drop table …",
      })
  void whatLosesDataIsToldFromItsStatement(String sql) {
    assertTrue(Sql.loses(sql));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "select 1",
        "select 'drop table a'",
        "-- drop table a",
        "# drop table a",
        "/* drop table a */ select 1",
        "insert into a values ('; drop table b')",
        "delete from a where b = 1",
        "update a set b = 1 where c = 2",
        "select truncate(1.5, 1)",
        "select * from drops",
        "create table a (b int)",
        "alter table a add column b int",
        "drop",
      })
  void whatKeepsDataIsNot(String sql) {
    assertFalse(Sql.loses(sql));
  }
}

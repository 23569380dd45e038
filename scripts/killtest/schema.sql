-- Tables whose every change is counted. The triggers give each row a version that grows with every change of its key, and
-- write each change down in "history", in the same transaction; both tables are not captured. What is committed there is
-- what the topic must hold: per key the same operations and versions, once each, in this order.
CREATE TABLE ledger (tbl text, id bigint, version bigint, PRIMARY KEY (tbl, id));
CREATE TABLE history (tbl text, id bigint, version bigint, op "char", PRIMARY KEY (tbl, id, version));

CREATE FUNCTION count_up(t text, k bigint, o "char") RETURNS bigint LANGUAGE sql AS $$
  WITH counted AS (
    INSERT INTO ledger VALUES (t, k, 1) ON CONFLICT (tbl, id) DO UPDATE SET version = ledger.version + 1
    RETURNING version)
  INSERT INTO history SELECT t, k, version, o FROM counted RETURNING version;
$$;

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM count_up(TG_TABLE_NAME, OLD.id, 'd');
    RETURN OLD;
  ELSIF TG_OP = 'UPDATE' AND OLD.id <> NEW.id THEN  -- a moved key is told as a delete and a create
    PERFORM count_up(TG_TABLE_NAME, OLD.id, 'd');
    NEW.version := count_up(TG_TABLE_NAME, NEW.id, 'c');
  ELSE
    NEW.version := count_up(TG_TABLE_NAME, NEW.id, CASE TG_OP WHEN 'INSERT' THEN 'c'::"char" ELSE 'u'::"char" END);
  END IF;
  RETURN NEW;
END $$;

CREATE TABLE customers (
  id bigint PRIMARY KEY, version bigint NOT NULL, name text, score numeric(12,3), note text, changed timestamptz);
CREATE TABLE accounts (
  id bigint PRIMARY KEY, version bigint NOT NULL, name text, score numeric(12,3), note text, changed timestamptz);
CREATE TABLE transactions (
  id bigint PRIMARY KEY, version bigint NOT NULL, name text, score numeric(12,3), note text, changed timestamptz);
ALTER TABLE customers ALTER note SET STORAGE EXTERNAL;
ALTER TABLE accounts ALTER note SET STORAGE EXTERNAL;
ALTER TABLE transactions ALTER note SET STORAGE EXTERNAL;

CREATE TRIGGER note_change BEFORE INSERT OR UPDATE OR DELETE ON customers FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER note_change BEFORE INSERT OR UPDATE OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER note_change BEFORE INSERT OR UPDATE OR DELETE ON transactions FOR EACH ROW EXECUTE FUNCTION note_change();

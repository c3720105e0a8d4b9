-- PostgreSQL: the cache of balances. It has no key and no index, as in LMS.

CREATE TABLE customerbalances (
  customerid integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
  balance numeric(12,2) NOT NULL
);

CREATE FUNCTION lms_refresh_balance(refreshed integer) RETURNS void AS $$
DECLARE
  fresh numeric;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM cash WHERE customerid = refreshed) THEN
    DELETE FROM customerbalances WHERE customerid = refreshed;
    RETURN;
  END IF;
  fresh := (SELECT COALESCE(SUM(value * currencyvalue), 0) FROM cash WHERE customerid = refreshed);
  IF EXISTS (SELECT 1 FROM customerbalances WHERE customerid = refreshed) THEN
    UPDATE customerbalances SET balance = fresh WHERE customerid = refreshed;
  ELSE
    INSERT INTO customerbalances (customerid, balance) VALUES (refreshed, fresh);
  END IF;
END
$$ LANGUAGE plpgsql;

-- An update that leaves value and rate alone returns early, also one that moves the row to another customer.
CREATE FUNCTION lms_cash_changed() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.value = OLD.value AND NEW.currencyvalue IS NOT DISTINCT FROM OLD.currencyvalue THEN
      RETURN NULL;
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.customerid IS NOT NULL THEN
      PERFORM lms_refresh_balance(OLD.customerid);
    END IF;
  ELSIF NEW.customerid IS NOT NULL THEN
    PERFORM lms_refresh_balance(NEW.customerid);
  END IF;
  RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER cash_customerbalances_trigger AFTER INSERT OR UPDATE OR DELETE ON cash
  FOR EACH ROW EXECUTE PROCEDURE lms_cash_changed();

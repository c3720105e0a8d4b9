-- MariaDB and MySQL: the cache of balances. Rows that a foreign key's cascade removes fire no trigger here.

CREATE TABLE customerbalances (
  customerid int(11) NOT NULL,
  balance decimal(12,2) NOT NULL,
  FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE PROCEDURE lms_refresh_balance(IN refreshed int(11))
BEGIN
  IF NOT EXISTS (SELECT 1 FROM cash WHERE customerid = refreshed) THEN
    DELETE FROM customerbalances WHERE customerid = refreshed;
  ELSEIF EXISTS (SELECT 1 FROM customerbalances WHERE customerid = refreshed) THEN
    UPDATE customerbalances SET balance =
      (SELECT COALESCE(SUM(value * currencyvalue), 0) FROM cash WHERE customerid = refreshed)
      WHERE customerid = refreshed;
  ELSE
    INSERT INTO customerbalances (customerid, balance)
      SELECT refreshed, COALESCE(SUM(value * currencyvalue), 0) FROM cash WHERE customerid = refreshed;
  END IF;
END;

CREATE TRIGGER cash_after_insert AFTER INSERT ON cash FOR EACH ROW
BEGIN
  IF NEW.customerid IS NOT NULL THEN
    CALL lms_refresh_balance(NEW.customerid);
  END IF;
END;

-- An update that leaves value and rate alone returns early, also one that moves the row to another customer.
CREATE TRIGGER cash_after_update AFTER UPDATE ON cash FOR EACH ROW
BEGIN
  IF NEW.customerid IS NOT NULL AND NOT (NEW.value = OLD.value AND NEW.currencyvalue <=> OLD.currencyvalue) THEN
    CALL lms_refresh_balance(NEW.customerid);
  END IF;
END;

CREATE TRIGGER cash_after_delete AFTER DELETE ON cash FOR EACH ROW
BEGIN
  IF OLD.customerid IS NOT NULL THEN
    CALL lms_refresh_balance(OLD.customerid);
  END IF;
END;

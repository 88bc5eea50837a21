-- What an operator's call, or an act of the broker's own, was about; null for an exchange.

ALTER TABLE ledger_record ADD COLUMN action VARCHAR;

CREATE INDEX ledger_record_by_action ON ledger_record (action, recorded_at);

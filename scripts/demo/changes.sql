-- One round of live changes: an insert in two tables, updates, a delete; :round numbers it.
BEGIN;
INSERT INTO public.customers (full_name, email, attributes)
VALUES ('Customer ' || :round, 'customer' || :round || '@example.com', jsonb_build_object('round', :round));
INSERT INTO public.accounts (customer_id, iban, currency, balance)
SELECT id, 'DE' || lpad((id * 7919)::text, 20, '0'), 'EUR', 100 FROM public.customers ORDER BY id DESC LIMIT 1;
COMMIT;
INSERT INTO public.transactions (account_id, amount, currency, counterparty, meta)
SELECT id, 9.99 + :round, currency, 'Live merchant', '{"live": true}' FROM public.accounts ORDER BY id LIMIT 2;
UPDATE public.customers SET kyc_status = 'verified', updated_at = now() WHERE id = 1 + :round % 6;
DELETE FROM public.transactions WHERE id = (SELECT min(id) FROM public.transactions);
